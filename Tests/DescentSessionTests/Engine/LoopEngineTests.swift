import Testing

@testable import DescentSession

/// Loops over elements and rows: their ends, their blocks, and what they test on the way.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct LoopEngineTests {
  @Test(arguments: [
    17, 31, 32, 33, 40, 255, 257, 264, 288, 500, 513, 520, 768, 769, 999, 1000, 1007, 1032, 1300,
    4360,
  ])
  func `elements that read their neighbours, in pieces of any length`(_ n: Int) throws {
    let start = "let n = \(n)\nx[n] = linspace(-1, 1, n)\nrate 1e-4\n"
    for cost in [
      "sum(100*(x[2..n] - x[1..n-1]^2)^2 + (1 - x[1..n-1])^2)",
      "sum((x[9..n] - x[1..n-8])^2) + sum(x[4..n]*x[1..n-3])",
      "sum(x^4)",
    ] {
      try EngineComparison.expectSameBits(
        "\(start)cost \(cost)", until: "cost < -1", [.native, .switching])
    }
  }

  // The test of two numbers at once is of their product.
  @Test(arguments: [40, 300, 1000])
  func `numbers are finite whose products are not`(_ n: Int) throws {
    let text = "x[\(n)] = 1e200*linspace(1, 2, \(n))\ncost 1e-9*sum(x)\nrate 1"
    try EngineComparison.expectSameBits(text)
    #expect(try EngineComparison(text).run(5, .native).taken == 5)
  }

  @Test(arguments: [
    (40, [1, 8, 9, 16, 24, 33, 40]), (300, [1, 20, 257, 297, 300]), (1000, [999]),
  ])
  func `one number that is not finite ends the steps`(_ n: Int, _ places: [Int]) throws {
    for place in places {
      let text =
        "x[\(n)] = 1e-3*linspace(1, 2, \(n)) + 1e90*onehot(\(place), \(n))\ncost sum(x^4)\nrate 1e-3"
      try EngineComparison.expectSameBits(text, [.native, .switching])
      let result = try EngineComparison(text).run(5, .native)
      #expect(result.taken == 1 && result.outcome == .notFinite)
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12])
  func `rows of any width, in batches of any size`(_ width: Int) throws {
    let columns = width == 1 ? "x = uniform(-1, 1)" : "x[\(width)] = uniform(-1, 1)"
    let product = width == 1 ? "w*x" : "dot(w, x)"
    for (rows, batch, order) in [
      (7, "all", "off"), (32, "8", "off"), (100, "32", "off"), (100, "12", "off"),
      (100, "32", "on"), (333, "24", "off"), (700, "264", "off"), (700, "300", "on"),
      (1000, "all", "off"),
    ] {
      for kind in ["mean", "sum"] {
        try EngineComparison.expectSameBits(
          """
          data rows = \(rows), \(columns), y = uniform(0, 1)
          w = \(width == 1 ? "0.1" : "linspace(0.1, 0.9, \(width))"); b = 0
          cost \(kind)(softplus(\(product) + b) - y*(\(product) + b))
          rate 1e-3
          set shuffle \(order)
          batch \(batch)
          """, steps: 9, [.native, .threads, .switching])
      }
    }
  }

  /// Small networks, whose products and classes are written out for each row.
  static let networks = [
    """
    data rows = 333, x[3] = uniform(-1, 1), c = 1 + floor(uniform(0, 4))
    W[4, 3] = normal(0, 1); b[4] = 0
    cost crossentropy(W @ x + b, c)
    rate 0.5
    """,
    """
    data rows = 70, x[2] = uniform(-1, 1), y = uniform(0, 1)
    W[5, 2] = normal(0, 1); b[5] = 0; V[3, 5] = normal(0, 1); u[3] = 0.5
    cost (sigmoid(u @ tanh(V @ tanh(W @ x + b))) - y)^2
    rate 0.5
    """,
    """
    data rows = 100, x[4] = uniform(-1, 1), c = 1 + floor(uniform(0, 3))
    W[4, 3] = normal(0, 1)
    cost logsumexp(x @ W) - dot(x @ W, onehot(c, 3)) + sum((W' @ x - softmax(x)[1..3])^2)
    batch 24
    """,
    """
    data rows = 20, x = uniform(-1, 1), y = uniform(0, 1)
    A[2, 8] = normal(0, 1)
    cost sum((A @ (A' @ [x, y]))^2) + sum(outer(A @ ones(8), [x, 1])^2)
    rate 1e-4
    """,
  ]

  @Test(arguments: networks)
  func `small networks leave nothing to the interpreter`(_ text: String) throws {
    try EngineComparison.expectSameBits(
      text, steps: 9, until: "cost < 1e-3", [.native, .threads, .switching])
    let test = TestSession()
    try test.run(text + "\nshow native")
    guard case .text(let code)? = test.outputs.last else {
      Issue.record("no code is shown")
      return
    }
    #expect(!code.contains("@descent.stage"))
  }

  @Test
  func `many small products are left to the interpreter, which takes less time than compiling`()
    throws
  {
    let names = (1...10).map { "A\($0)" }
    let matrices = names.map { "\($0)[4, 4] = normal(0, 0.4)" }.joined(separator: "; ")
    let text = "\(matrices)\ncost sum((\(names.joined(separator: " @ ")) - 1)^2)\nrate 1e-3"
    try EngineComparison.expectSameBits(text)
    let test = TestSession()
    try test.run(text + "\nshow native")
    guard case .text(let code)? = test.outputs.last else {
      Issue.record("no code is shown")
      return
    }
    #expect(code.contains("@descent.stage"))
  }

  @Test(arguments: ["1e308", "-1e308", "710*linspace(-1, 1, 12)", "0"])
  func `classes of logits that are large`(_ start: String) throws {
    try EngineComparison.expectSameBits(
      """
      data x = [1, -1, 2], y = [0, 1, 1e3], c = [1, 2, 3]
      W[3, 2] = 0; s = \(start.contains("linspace") ? "sum(\(start)^2)" : start)
      cost crossentropy((W + s) @ [x, y], c) + 1e-300*logsumexp(s*[x, y])
      rate 1e-3
      """, steps: 3, until: "cost < -1")
  }

  @Test func `a step that LLVM does not combine in one pass`() throws {
    try EngineComparison.expectSameBits(
      """
      let k = 2
      x = 1; W = [2, 1]; v = 0
      cost sum((1..3)*v^2) + log(2*sum(W^2)/(1 + k/(1 + x^2)))
      rate 0.2/(1 + t)
      """, until: "rate < 0.02")
  }

  @Test func `sums that are zero are not -0`() throws {
    // The step of s is the sum with its sign changed: -0 less 0 is -0, and -0 less -0 is 0.
    let text = "s = -0; w[10] = -0*linspace(1, 2, 10)\ncost s*dot(w, linspace(1, 2, 10))\nrate 1"
    try EngineComparison.expectSameBits(text, steps: 1)
    #expect(try EngineComparison(text).run(1, .native).state[0].sign == .minus)
  }
}
