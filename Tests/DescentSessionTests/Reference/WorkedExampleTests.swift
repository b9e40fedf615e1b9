import Testing

@testable import DescentSession

/// The worked runs of the lessons, step by step, against exact rational arithmetic and against the
/// same loop in plain doubles.
@Suite struct WorkedExampleTests {
  struct Run: CustomTestStringConvertible, Sendable {
    var name: String
    var rows: [[String: String]]
    var testDescription: String { name }
  }

  static let runs: [Run] = {
    var runs: [Run] = []
    for row in (try? ReferenceTable("seed_worked_examples.csv").rows) ?? [] {
      if runs.last?.name != row["run"] { runs.append(Run(name: row["run"] ?? "", rows: [])) }
      runs[runs.count - 1].rows.append(row)
    }
    return runs
  }()

  /// The slopes as a person writes the loop.
  static let losses:
    [String: (cost: @Sendable (Double) -> Double, slope: @Sendable (Double) -> Double)] = [
      "w^2": ({ $0 * $0 }, { 2 * $0 }),
      "(w-2)^2": ({ ($0 - 2) * ($0 - 2) }, { 2 * ($0 - 2) }),
      "(w-3)^2": ({ ($0 - 3) * ($0 - 3) }, { 2 * ($0 - 3) }),
      "w^2+3*w": ({ $0 * $0 + 3 * $0 }, { 2 * $0 + 3 }),
    ]

  @Test func `the reference is there`() { #expect(Self.runs.count >= 12) }

  @Test(arguments: runs)
  func `a worked run is right`(_ run: Run) throws {
    let first = try #require(run.rows.first)
    let (start, rate) = (first["start"] ?? "", first["rate"] ?? "")
    let loss = first["loss"] ?? ""
    let session = TestSession()
    // A single update is given by its slope alone: a straight line has that slope.
    let isLine = loss.hasPrefix("(given")
    let cost = isLine ? "(\(first["grad_exact"] ?? ""))*w" : loss
    try session.run("w = \(start)\ncost \(cost)\nrate \(rate)")
    var w = try #require(Double(start))
    let learningRate = try #require(Double(rate))
    for (step, row) in run.rows.enumerated() {
      if step > 0 {
        try session.run("step")
        let slope = try #require(
          isLine ? Double(first["grad_exact"] ?? "") : Self.losses[loss]?.slope(w))
        w -= learningRate * slope
      }
      let point = try session.value("w")
      #expect(point == w, "bit-equal to the plain loop")
      let exact = try #require(Double(row["w_exact"] ?? ""))
      #expect((point - exact).magnitude <= 64 * exact.ulp)
      if let exact = Double(row["loss_exact"] ?? ""), !isLine {
        let value = try session.value("cost")
        #expect((value - exact).magnitude <= 64 * exact.ulp)
        #expect(value == Self.losses[loss]?.cost(w))
      }
      if let exact = Double(row["grad_exact"] ?? "") {
        #expect((try session.value("grad") - exact).magnitude <= 64 * max(exact.magnitude, 1).ulp)
      }
    }
  }
}
