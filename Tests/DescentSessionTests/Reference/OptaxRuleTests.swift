import Foundation
import Testing

@testable import DescentSession

/// optax's optimizers with their own defaults: those of the prelude, and the others as a person would
/// write them, against optax's iterates, 20 steps on two functions.
///
/// **Source** `Tests/Reference/optax_trajectories.json`: optax 0.2.8 with JAX 0.10.2 in double
/// precision, one update after the other, the gradients by `jax.value_and_grad`.
@Suite struct OptaxRuleTests {
  struct Run: Decodable, CustomTestStringConvertible, Sendable {
    var optimizer: String
    var function: String
    var formula: String
    var start: [Double]
    var learningRate: Double
    var iterates: [[Double]]
    var testDescription: String { "\(optimizer) on the \(function)" }
  }

  static let runs: [Run] = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = ReferenceTable.folder.appending(path: "optax_trajectories.json")
    return (try? decoder.decode([Run].self, from: Data(contentsOf: file))) ?? []
  }()

  /// The means of the slopes and of their squares, as they begin in most of optax's rules.
  private static let moments = """
      state m = 0
      state v = 0
      m = beta1*m + (1 - beta1)*g
      v = beta2*v + (1 - beta2)*g^2
      mhat = m/(1 - beta1^(t+1))
      vhat = v/(1 - beta2^(t+1))
    """
  /// The same with Nesterov's look ahead.
  private static let nesterovMoments = """
    \(moments)
      mhat = beta1*m/(1 - beta1^(t+2)) + (1 - beta1)*g/(1 - beta1^(t+1))
    """

  static let rules: [String: String] = [
    "adabelief": "rule adabelief",
    "adadelta": "rule adadelta",
    "adagrad": """
    rule optax(start = 0.1, eps = 1e-7) {
      state s = start
      s = s + g^2
      w = w - rate*g/sqrt(s + eps)
    }
    """,
    "adamax": "rule adamax",
    "adamaxw": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, decay = 1e-4) {
      state m = 0
      state u = 0
      m = beta1*m + (1 - beta1)*g
      u = max(beta2*u, abs(g) + eps)
      w = w - rate*(m/(1 - beta1^(t+1))/u + decay*w)
    }
    """,
    "adamw": "rule adamw(decay = 1e-4)",
    "adan": """
    rule optax(beta1 = 0.98, beta2 = 0.92, beta3 = 0.99, eps = 1e-8, epsroot = 1e-8) {
      state m = 0
      state v = 0
      state n = 0
      state last = 0
      change = if t == 0 then 0 else g - last
      last = g
      m = beta1*m + (1 - beta1)*g
      v = beta2*v + (1 - beta2)*change
      n = beta3*n + (1 - beta3)*(g + (1 - beta2)*change)^2
      move = m/(1 - beta1^(t+1)) + (1 - beta2)*v/(1 - beta2^(t+1))
      w = w - rate*move/(sqrt(n/(1 - beta3^(t+1)) + epsroot) + eps)
    }
    """,
    "amsgrad": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
    \(moments)
      state largest = 0
      largest = max(largest, vhat)
      w = w - rate*mhat/(sqrt(largest) + eps)
    }
    """,
    "fromage": """
    rule optax(least = 1e-6) {
      ratio = max(norm(w), least)/max(norm(g), least)
      part = 1/sqrt(1 + rate^2)
      w = part*w - rate*part*ratio*g
    }
    """,
    "lamb": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-6) {
    \(moments)
      move = mhat/(sqrt(vhat) + eps)
      trust = if norm(w) == 0 or norm(move) == 0 then 1 else norm(w)/norm(move)
      w = w - rate*trust*move
    }
    """,
    "lars": """
    rule optax(coefficient = 0.001, beta = 0.9) {
      state v = 0
      trust = if norm(w) == 0 or norm(g) == 0 then 1 else coefficient*norm(w)/norm(g)
      v = beta*v - rate*trust*g
      w = w + v
    }
    """,
    "lion": "rule lion",
    "nadam": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8) {
    \(nesterovMoments)
      w = w - rate*mhat/(sqrt(vhat) + eps)
    }
    """,
    "nadamw": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, decay = 1e-4) {
    \(nesterovMoments)
      w = w - rate*(mhat/(sqrt(vhat) + eps) + decay*w)
    }
    """,
    "novograd": """
    rule optax(beta1 = 0.9, beta2 = 0.25, eps = 1e-6) {
      state m = 0
      state v = 0
      v = if t == 0 then norm(g)^2 else beta2*v + (1 - beta2)*norm(g)^2
      m = (if t == 0 then 0 else beta1*m) + g/(sqrt(v) + eps)
      w = w - rate*m
    }
    """,
    "optimistic_adam_v2": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, alpha = 1, beta = 1) {
    \(nesterovMoments)
      state last = 0
      move = mhat/(sqrt(vhat) + eps)
      before = if t == 0 then move else last
      w = w - rate*((alpha + beta)*move - beta*before)
      last = move
    }
    """,
    "optimistic_gradient_descent": """
    rule optax(alpha = 1, beta = 1) {
      state last = 0
      before = if t == 0 then g else last
      w = w - rate*((alpha + beta)*g - beta*before)
      last = g
    }
    """,
    "polyak_sgd": "rule polyak",
    "radam": """
    rule optax(beta1 = 0.9, beta2 = 0.999, eps = 1e-8, threshold = 5) {
    \(moments)
      most = 2/(1 - beta2) - 1
      r = most - 2*(t+1)*beta2^(t+1)/(1 - beta2^(t+1))
      k = sqrt((r - 4)*(r - 2)*most/((most - 4)*(most - 2)*r))
      w = w - rate*(if r >= threshold then k*mhat/(sqrt(vhat) + eps) else mhat)
    }
    """,
    "rmsprop": """
    rule optax(beta = 0.9, eps = 1e-8) {
      state v = 0
      v = beta*v + (1 - beta)*g^2
      w = w - rate*g/sqrt(v + eps)
    }
    """,
    // It takes each step one step late.
    "rprop": """
    rule optax(shrink = 0.5, grow = 1.2, least = 1e-6, most = 50) {
      state size = rate
      state last = 0
      turn = g*last
      size = if turn == 0 then size else clamp(size*(if turn > 0 then grow else shrink), least, most)
      w = w - (if turn < 0 then 0 else last)
      last = if turn < 0 then 0 else size*sign(g)
    }
    """,
    "sign_sgd": "rule signsgd",
    // On a vector; the maxima over the rows and columns of a matrix would be states of other shapes.
    "sm3": """
    rule optax(beta = 0.9, eps = 1e-8) {
      state s = 0
      state v = 0
      s = s + g^2
      v = beta*v + (1 - beta)*(if s > 0 then g/sqrt(s + eps) else 0)
      w = w - rate*v
    }
    """,
    "yogi": "rule yogi",
  ]

  @Test func `every optimizer that was run is written`() {
    #expect(Self.runs.count == 2 * Self.rules.count)
    #expect(Set(Self.runs.map(\.optimizer)) == Set(Self.rules.keys))
  }

  /// The steps that double precision follows, where it does not follow all. Polyak's steps jump across
  /// the valley and stretch every error: after 20 steps optax is 4e-11 off its own exact iterates on
  /// Rosenbrock's valley and 4e-8 on the bowl, after 8 steps less than 1e-13.
  private static let reliableSteps = ["polyak_sgd": 8]

  /// Each operation rounds once, and none of these descents stretches an error by much: 20 steps of
  /// some dozen roundings of 1.1e-16 stay far below 1e-12.
  @Test(arguments: runs)
  func `a rule takes optax's steps`(_ run: Run) throws {
    let session = TestSession()
    try session.run(
      "x = [\(run.start.map(\.description).joined(separator: ", "))]\ncost \(run.formula)\n"
        + "\(Self.rules[run.optimizer] ?? "")\nrate \(run.learningRate)")
    let last = Self.reliableSteps[run.optimizer] ?? 20
    for (step, point) in run.iterates.prefix(last + 1).enumerated() {
      if step > 0 { try session.run("step") }
      for (place, expected) in point.enumerated() {
        let value = try session.value("x[\(place + 1)]")
        #expect(
          (value - expected).magnitude <= 1e-12 * max(1e-3, expected.magnitude),
          "x[\(place + 1)] after \(step) steps: \(value), not \(expected)")
      }
    }
  }
}
