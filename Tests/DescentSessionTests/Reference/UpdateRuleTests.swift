import DescentGraph
import Foundation
import Testing

@testable import DescentSession

/// The prelude's update rules against PyTorch's iterates, 20 steps on two functions.
@Suite struct UpdateRuleTests {
  struct Run: Decodable, CustomTestStringConvertible, Sendable {
    struct Iterate: Decodable, Sendable {
      var step: Int
      var point: [Double]
    }
    var optimizer: String
    var formula: String
    var variables: [String]
    var start: [Double]
    var learningRate: Double
    var iterates: [Iterate]
    var testDescription: String { "\(optimizer) on \(formula)" }
  }

  /// Each of PyTorch's settings, as the prelude writes it.
  static let rules = [
    "gd": "gd", "gd_weight_decay": "gd(decay = 0.1)", "momentum": "momentum",
    "momentum_dampening": "momentum(dampening = 0.5)", "nesterov": "nesterov",
    "adagrad": "adagrad", "adagrad_lr_decay": "adagrad(0.1)", "rmsprop": "rmsprop",
    "rmsprop_centered": "rmsprop(centered = 1)", "rmsprop_momentum": "rmsprop(momentum = 0.9)",
    "adadelta": "adadelta", "adam": "adam", "adam_l2": "adam(decay = 0.1)", "adamw": "adamw",
    "adamw_wd0.1": "adamw(decay = 0.1)", "amsgrad": "amsgrad", "nadam": "nadam", "radam": "radam",
    "radam_diverging": "radam", "adamax": "adamax", "rprop": "rprop",
  ]

  static let runs: [Run] = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = ReferenceTable.folder.appending(path: "torch_trajectories.json")
    let runs = try? decoder.decode([Run].self, from: Data(contentsOf: file))
    return (runs ?? []).filter { rules[$0.optimizer] != nil }
  }()

  @Test func `every rule that PyTorch has is there`() {
    #expect(Set(Self.runs.map(\.optimizer)) == Set(Self.rules.keys))
  }

  @Test(arguments: runs)
  func `a rule takes PyTorch's steps`(_ run: Run) throws {
    let session = TestSession()
    for (name, value) in zip(run.variables, run.start) { try session.run("\(name) = \(value)") }
    try session.run(
      "cost \(run.formula)\nrule \(Self.rules[run.optimizer] ?? "")\nrate \(run.learningRate)")
    for iterate in run.iterates where iterate.step > 0 {
      try session.run("step")
      for (name, expected) in zip(run.variables, iterate.point) {
        let value = try session.value(name)
        #expect(
          (value - expected).magnitude <= 1e-12 * max(1e-3, expected.magnitude),
          "\(name) after \(iterate.step) steps: \(value), not \(expected)")
      }
    }
  }

  @Test(arguments: Prelude.ruleNames)
  func `what show prints of a rule can be typed and does the same`(_ name: String) throws {
    func descend(_ commands: String) throws -> UInt64 {
      let session = TestSession()
      try session.run(
        "x = -1.2\ny = 1\ncost (1-x)^2 + 100*(y-x^2)^2\n\(commands)\nrate 1e-3\nstep 9")
      return try session.value("x").bitPattern
    }
    let session = TestSession()
    try session.run("show rule \(name)")
    guard case .text(let text)? = session.outputs.last else {
      Issue.record("nothing is shown")
      return
    }
    #expect(try descend("rule \(name)") == descend(text))
    #expect(text.hasPrefix("# "))
  }

  @Test(arguments: Prelude.ruleNames)
  func `a rule goes back and on to the bit`(_ name: String) throws {
    let session = TestSession()
    try session.run("x = [3, -2]\ncost x[1]^2 + 5*x[2]^2 + x[1]*x[2]\nrule \(name)\nstep 12")
    let end = session.session.fingerprint
    try session.run("back 7\nstep 7")
    #expect(session.session.fingerprint == end)
    try session.run("reset\nstep 5\nstep 4\nstep 3")
    #expect(session.session.evaluate([try session.node("x")])[0].allSatisfy(\.isFinite))
    #expect(
      session.session.fingerprint.split(separator: "\n").first == end.split(separator: "\n").first)
  }

  @Test func `a rule's own t counts from where it was set and a schedule's goes on`() throws {
    let session = TestSession()
    try session.run(
      """
      w = 10
      cost w
      rate 1 + t
      rule clock { w = w - t }
      step 3
      """)
    #expect(try session.value("w") == 10 - 0 - 1 - 2)
    try session.run("rule other { w = w - 100*t - rate }\nstep 2")
    #expect(try session.value("w") == 7 - (0 + 4) - (100 + 5))
  }
}
