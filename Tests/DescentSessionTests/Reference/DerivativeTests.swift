import DescentGraph
import Testing

@testable import DescentSession

/// Expressions at points against values to 30 digits (sympy and mpmath), and against what torch and
/// jax give for the same text.
@Suite struct DerivativeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let fields: [String: String]
    subscript(_ name: String) -> String { fields[name] ?? "" }
    var testDescription: String { "\(self["expr"]) at \(self["point"]) by \(self["wrt"])" }
    func number(_ name: String) -> Double? {
      Double(self[name].split(whereSeparator: { $0 == " " || $0 == "(" }).first ?? "")
    }
  }

  static let cases: [Case] =
    ((try? ReferenceTable("derivatives.csv").rows) ?? []).map { Case(fields: $0) }

  struct Result {
    var value: Double
    var slope: Double
    var second: Double
    var plainValue: Double
    var plainSecond: Double
  }

  static func compute(_ test: Case) throws -> Result {
    let session = TestSession()
    for item in test["point"].split(separator: ";") {
      try session.run(String(item).replacing("=", with: " = "))
    }
    let (expression, name) = (test["expr"], test["wrt"])
    let second = try session.node("diff(diff(\(expression), \(name)), \(name))")
    return Result(
      value: try session.value(expression),
      slope: try session.value("diff(\(expression), \(name))"),
      second: session.session.evaluate([second])[0][0],
      plainValue: session.plainValue(try session.node(expression)),
      plainSecond: session.plainValue(second))
  }

  /// The relative error; an absolute one where the truth is 0. NaN is infinitely wrong.
  static func error(_ value: Double, _ truth: Double) -> Double {
    if value == truth || value.isNaN && truth.isNaN { return 0 }
    let error = (value - truth).magnitude / (truth == 0 ? 1 : truth.magnitude)
    return error.isNaN ? .infinity : error
  }

  @Test func `the reference is there`() { #expect(Self.cases.count > 290) }

  @Test(arguments: cases.filter { $0["class"] == "ordinary" })
  func `an ordinary slope is right to 4 ulp or 1e-14`(_ test: Case) throws {
    let slope = try Self.compute(test).slope
    let truth = try #require(test.number("derivative_30"))
    #expect(
      Self.error(slope, truth) <= 1e-14 || (slope - truth).magnitude <= 4 * truth.ulp,
      "\(slope), not \(truth)")
  }

  @Test(arguments: cases.filter { $0["class"] == "ordinary" || $0["class"] == "hard" })
  func `values and second slopes are no worse than the formula in doubles`(_ test: Case) throws {
    let result = try Self.compute(test)
    let floor = 1e-15
    if let truth = test.number("value_30") {
      let allowed = max(floor, 4 * Self.error(result.plainValue, truth))
      #expect(Self.error(result.value, truth) <= allowed, "\(result.value), not \(truth)")
    }
    if let truth = test.number("second_derivative_30") {
      let allowed = max(1e-14, 4 * Self.error(result.plainSecond, truth))
      #expect(Self.error(result.second, truth) <= allowed, "\(result.second), not \(truth)")
    }
  }

  @Test(arguments: cases.filter { ["hard", "boundary"].contains($0["class"]) })
  func `a hard slope is no worse than the better of torch and jax`(_ test: Case) throws {
    guard let truth = test.number("derivative_30") else { return }
    let slope = try Self.compute(test).slope
    let others = ["torch_grad", "jax_grad"].map {
      test.number($0).map { Self.error($0, truth) } ?? .infinity
    }
    #expect(
      Self.error(slope, truth) <= max(1e-14, others.min() ?? .infinity), "\(slope), not \(truth)")
  }

  @Test func `at least 29 of 34 hard slopes are right to 1e-12`() throws {
    let hard = Self.cases.filter { $0["class"] == "hard" }
    let right = try hard.filter {
      Self.error(try Self.compute($0).slope, $0.number("derivative_30") ?? .nan) <= 1e-12
    }
    print("hard slopes right to 1e-12: \(right.count) of \(hard.count)")
    #expect(right.count * 34 >= hard.count * 29)
  }

  @Test(arguments: cases.filter { $0["class"] == "kink" })
  func `a slope at a kink lies between the one-sided slopes`(_ test: Case) throws {
    let slope = try Self.compute(test).slope
    let sides = [test.number("left_derivative"), test.number("right_derivative")].compactMap { $0 }
    let (least, greatest) = (try #require(sides.min()), try #require(sides.max()))
    #expect((least...greatest).contains(slope))
  }

  @Test func `kinks are as the language says`() throws {
    let session = TestSession()
    try session.run("x = 0\ny = 0")
    #expect(try session.value("diff(relu(x), x)") == 0)
    #expect(try session.value("diff(abs(x), x)") == 0)
    #expect(try session.value("diff(sqrt(x^2), x)") == 0)
    #expect(try session.value("diff(max(x, y), x)") == 0.5)
    #expect(try session.value("diff(min(x, y), y)") == 0.5)
  }
}
