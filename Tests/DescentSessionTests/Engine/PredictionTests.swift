import Testing

@testable import DescentSession

/// Steps that start from a predicted state have the bits of steps as they are written.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct PredictionTests {
  static let costs = [
    "w = 2; cost w^2 + 3*w",
    "w = 0.3; cost w^4 - 3*w^2",
    "w = -1e-3; cost 3*w^2/7",
    "x = -1.2; y = 1; cost (1 - x)^2 + 100*(y - x^2)^2",
    "u = 1; v = 0.5; cost (u^2 - 2)^2 + (v - u)^2",
  ]
  /// Some settle, some bounce for ever, some leave the numbers.
  static let rates = ["1e-9", "0.001", "0.0048", "0.05", "0.3", "0.49", "0.9", "1.2"]
  static let rules = ["gd", "momentum", "nesterov", "adam"]

  private func code(_ text: String) throws -> String {
    let session = TestSession()
    try session.run(text + "\nshow native")
    guard case .text(let code)? = session.outputs.last else { return "" }
    return code
  }

  @Test(arguments: costs, rates)
  func `the bits are those of the interpreter`(_ cost: String, _ rate: String) throws {
    for rule in Self.rules {
      // Numbers of steps around those after which predictions stop and come back.
      for steps in [7, 33, 600, 4200, 9000] {
        try EngineComparison.expectSameBits("\(cost)\nrate \(rate)\nrule \(rule)", steps: steps)
      }
    }
  }

  @Test func `steps that bounce and settle again are predicted anew`() throws {
    // The rate falls: mistakes at first, none at last.
    try EngineComparison.expectSameBits(
      "w = 0.3; cost w^4 - 3*w^2\nrate 0.3/(1 + t/1000)", steps: 20_000)
  }

  @Test(arguments: ["-5e-324", "5e-324", "-1e-320", "-0.0", "1e-308"])
  func `the sign of a zero is compared too`(_ start: String) throws {
    for rate in ["0.2", "0.3", "0.4", "0.45"] {
      for steps in 1...6 {
        try EngineComparison.expectSameBits("w = \(start); cost w^2\nrate \(rate)", steps: steps)
      }
    }
  }

  @Test(arguments: ["w^2 < 1e-6", "w < 1", "w < -1e300", "t > 700"])
  func `a test that stops the steps sees the state as it is written`(_ until: String) throws {
    for rate in ["0.001", "0.3", "1.01"] {
      try EngineComparison.expectSameBits(
        "w = 2; cost w^2\nrate \(rate)", steps: 5000, until: until)
    }
  }

  @Test(arguments: costs)
  func `cheap steps are predicted`(_ cost: String) throws {
    #expect(try code(cost + "\nrate 0.001").contains("\npredicted:\n"))
  }

  @Test(arguments: [
    "cost sin(w) + w^2", "x[16] = 1; cost sum(x^2)", "x[40] = 1; cost sum(x^2)",
    "data rows = 9, u = uniform(0, 1); cost (a*u - 2)^2",
  ])
  func `steps with much to do are not`(_ cost: String) throws {
    #expect(try !code(cost + "\nrate 0.001").contains("\npredicted:\n"))
  }
}
