import Testing

@testable import DescentSession

/// The cores of functions, computed side by side in native code, give the interpreter's bits.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct FunctionCoreTests {
  /// Costs of a, b and c, and what lanes their steps have.
  static let costs: [(cost: String, lanes: [Int])] = [
    // Three exponentials, one cosine.
    ("sin(1.3*a) + exp(-b^2) + log(1 + exp(c*a)) + tanh(b*c)", [4]),
    // Sine and cosine of one number share what they are made of.
    ("a*sin(a) + b*sin(b)", [2]),
    ("(a + b)*log(a) + log(2 + b)^2 + log(3 + c)^2", [4]),
    ("tanh(a)^2 + tanh(b)^2 + tanh(a + b)^2 + tanh(c)^2 + tanh(a - c)^2", [8]),
    // Of more than eight some are left.
    ((1...10).map { "exp(a/\($0) + b)" }.joined(separator: " + "), [8, 2]),
    // Functions of functions are computed one after the other.
    ("exp(sin(a)) + exp(sin(b)) + sin(exp(c))", [2]),
    ("cosh(exp(a)/9)*cosh(b) + sinh(c)^2 + logcosh(a*b)", [4]),
    ("norm([exp(a), b, sin(c)]) + norm([exp(b), c])", [2]),
    ("exp(a)", []),
    ("sin(exp(a))*b*c", []),
  ]
  /// In every second one some arguments are unusual.
  static let starts = [
    "a = 1; b = 0.4; c = -0.7", "a = 800; b = 0.3; c = 30000", "a = 0.25; b = 1e-320; c = 0",
    "a = 30000; b = -900; c = 1e9",
  ]

  @Test(arguments: costs.map(\.cost), starts)
  func `the bits are those of the interpreter`(_ cost: String, _ start: String) throws {
    for rest in ["rate 0.01", "rate 1e-6\nrule adam", "rate 0.1*cos(t/9)*exp(-t/50)"] {
      try EngineComparison.expectSameBits("\(start); cost \(cost)\n\(rest)", steps: 60)
    }
  }

  @Test(arguments: costs)
  func `those that wait for nothing of one another share lanes`(
    _ cost: String, _ lanes: [Int]
  ) throws {
    let session = TestSession()
    try session.run("\(Self.starts[0]); cost \(cost)\nrate 0.01\nshow native")
    guard case .text(let code)? = session.outputs.last else { return }
    for count in [2, 4, 8] {
      #expect(
        code.contains("extractelement <\(count) x double>") == lanes.contains(count), "\(count)")
    }
  }
}
