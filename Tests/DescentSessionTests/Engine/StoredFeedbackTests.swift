import DescentSource
import Testing

@testable import DescentSession

/// Matrices that steps keep as their transposes.
struct StoredFeedbackTests {
  private static let data = """
    data rows = 50, x[6] = uniform(-1, 1), y[3] = uniform(-1, 1)
    let start = linspace(-1, 1, 24)

    """
  /// A layer, its matrix as outputs by inputs.
  private static let layer = """
    W = reshape(start, 4, 6); b = [0.1, 0.2, 0.3, 0.4]; V = reshape(linspace(1, -1, 12), 3, 4)
    cost sum((V @ tanh(W @ x + b) - y)^2)

    """
  /// The same as inputs by outputs.
  private static let rowLayer = """
    W = reshape(start, 4, 6)'; b = [0.1, 0.2, 0.3, 0.4]; V = reshape(linspace(1, -1, 12), 3, 4)
    cost sum((V @ tanh(x @ W + b) - y)^2)

    """

  /// What the native code says of memory: W' where W stands there transposed.
  private func isTransposed(_ text: String) throws -> Bool {
    let session = TestSession()
    try session.run(Self.data + text + "\nshow native")
    guard case .text(let text)? = session.outputs.last else { return false }
    #expect(text.contains("In %memory: W"))
    return text.contains("In %memory: W' at 0 to ")
  }

  @Test(
    arguments: [
      "", "rule adam", "rule momentum\nbatch 8", "rate 0.1*0.9^t", "set clip value 0.1",
      "set plateau factor 0.5", "rule nesterov", "rule adagrad", "rule rmsprop",
    ])
  func `a layer's first matrix is kept as its transpose`(_ more: String) throws {
    #expect(try isTransposed(Self.layer + more))
  }

  @Test(
    arguments: [
      // The rows meet it as it stands, or as often so as transposed.
      rowLayer, "W = reshape(start, 6, 4)\ncost sum((W' @ x)^2)*y[1]^2",
      "W = reshape(linspace(0, 1, 36), 6, 6); U = W/2\ncost sum((W @ tanh(U @ x))^2)",
      // Native code writes it out.
      "W = reshape(linspace(-1, 1, 12), 2, 6)\ncost sum((W @ x)^2)",
      // A step needs more of it, or its slopes in order.
      layer + "set clip norm 0.1", "W = reshape(start, 4, 6)\ncost sum((W @ x)^2) + W[2, 3]^4",
      "W = reshape(start, 4, 6)\ncost sum((W @ x)^2) + sum(exp(W @ W'))",
      "W = reshape(start, 4, 6)\ncost sum((W @ x)^2) + sum(cumsum([W[2, 1], 1])^2)",
      layer + "rule noisy { w = w - rate*(g + 0.1*normal(0, 1)) }\nrule noisy",
    ])
  func `others are not`(_ text: String) throws {
    #expect(try !isTransposed(text))
  }

  /// The numbers of both forms where all is done that looks at parameters or moves them.
  @Test(
    arguments: [
      "step 7", "rule adam\nbatch 8\nepoch 2\nstep 3", "rule momentum\nstep 9\nback 3\nstep 2",
      "step until cost < 1.2", "rate 0.1*0.9^t\nstep 4\nrate 0.01\nstep 3\nreset\nstep 2",
      "step 3\nset b[1] = 0.7\nstep 3", "cost cost + 0.1*sum(W^2)\nstep 5",
      "rule adam\nset plateau factor 0.5 patience 0\nstep 40",
    ])
  func `nobody sees it`(_ commands: String) throws {
    func end(_ layer: String) throws -> (W: [Double], rest: [Double], session: TestSession) {
      let session = TestSession()
      try session.run(Self.data + layer + commands.replacing("cost cost", with: costOf(layer)))
      let values = session.session.evaluate(
        try ["W", "b", "V", "cost", "t"].map { try session.node($0) })
      return (values[0], values[1...].flatMap { $0 }, session)
    }
    func costOf(_ layer: String) -> String {
      layer.split(separator: "\n").last { $0.hasPrefix("cost") }.map(String.init) ?? ""
    }
    let (columns, rows) = (try end(Self.layer), try end(Self.rowLayer))
    for (place, number) in columns.W.enumerated() {
      #expect(abs(number - rows.W[place % 6 * 4 + place / 6]) < 1e-12)
    }
    for (number, other) in zip(columns.rest, rows.rest) { #expect(abs(number - other) < 1e-12) }
    // What is saved is the point in the order that a person sees.
    let again = TestSession()
    try again.run(columns.session.session.savedText)
    #expect(columns.session.session.firstDifference(from: again.session) == nil)
    try columns.session.run("step 5")
    try again.run("step 5")
    #expect(columns.session.session.firstDifference(from: again.session) == nil)
  }

  @Test func `a row of a sweep is the plain descent`() throws {
    let session = TestSession()
    try session.run(Self.data + Self.layer + "set precision 17\nsweep rate in 0.05, 0.1 step 6")
    let swept = session.outputs.compactMap { output -> [Double]? in
      guard case .table(let table, _) = output,
        let column = table.columns.first(where: { $0.title == "cost" }),
        case .numbers(let numbers) = column.values
      else { return nil }
      return numbers
    }.last
    let costs = try #require(swept)
    #expect(costs.count == 2)
    for (rate, cost) in zip([0.05, 0.1], costs) {
      try session.run("reset\nrate \(rate)\nstep 6")
      #expect(try session.value("cost") == cost)
    }
  }

  @Test(
    .enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary),
    arguments: ["", "rule adam", "rule momentum\nbatch 8"])
  func `has the same bits on both engines`(_ more: String) throws {
    try EngineComparison.expectSameBits(
      Self.data + Self.layer + more, steps: 40, EngineComparison.Way.allCases)
  }
}
