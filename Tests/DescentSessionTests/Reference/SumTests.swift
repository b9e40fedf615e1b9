import DescentEngine
import DescentGraph
import DescentSource
import Testing

@testable import DescentSession

/// Sums over elements in the form in which they are computed, against sums of the terms as they are
/// written that lose nothing.
@Suite struct SumTests {
  static let terms = [
    "x^2", "3*(x - 1)^2 + y^2", "100*(y - x^2)^2 + (1 - x)^2", "(x^2 + y^2) + 2*(x - y)^2", "x*y",
    "x^4 + 2*x^2", "x^2 - y^2", "x^2 - 0.5*(x + y)^2", "exp(x)*y + x^2", "(x + y)*(x - y)", "x^3",
  ]

  @Test(arguments: terms, [2, 8, 9, 255, 300, 999, 5000])
  func `a sum is that of its terms`(_ term: String, _ n: Int) throws {
    let test = TestSession()
    try test.run("let n = \(n)\nx = linspace(-1, 2, n)\ny = cos(3*x)")
    let elements = test.session.evaluate([try test.node(term)])[0]
    try #require(elements.count == n)
    let error = (try test.value("sum(\(term))") - Self.sum(elements)).magnitude
    #expect(error <= 2e-16 * Double(n).squareRoot() * Self.sum(elements.map(\.magnitude)))
  }

  @Test func `squares are added one kind after the other, what takes away is not`() throws {
    let test = TestSession()
    try test.run("let n = 20\nx = linspace(-1, 2, n)\ny = cos(3*x)")
    func computed(_ text: String) throws -> String {
      test.text(test.session.graph.computed(try test.node(text)))
    }
    #expect(try computed("sum(3*x^2 + y^2)") == "3*dot(x, x) + dot(y, y)")
    #expect(try computed("sum(x^2 - y^2)") == "sum(x*x - y*y)")
    #expect(try computed("sum(x*y)") == "dot(x, y)")
  }

  /// What each element is computed as, and in doubles what that gives.
  static let fused: [(text: String, form: String, value: @Sendable (Double, Double) -> Double)] = [
    ("x*y + x", "x*y + x", { x, y in x.addingProduct(x, y) }),
    ("2*x - 0.3*y", "2*x - 0.3*y", { x, y in (2 * x).addingProduct(-0.3, y) }),
    ("0.3*y + 4*x", "0.3*y + 4*x", { x, y in (4 * x).addingProduct(0.3, y) }),
    ("0.3*x + 0.7*y", "0.3*x + 0.7*y", { x, y in 0.3 * x + 0.7 * y }),
    ("2*(x - 3) + 0.3*y", "0.3*y + (2*x - 6)", { x, y in (2 * (x - 3)).addingProduct(0.3, y) }),
    ("-4*(1 - x) - x*y", "4*x - 4 - x*y", { x, y in (4 * (x - 1)).addingProduct(-x, y) }),
    ("2*(x - 3) + y", "2*(x - 3) + y", { x, y in y.addingProduct(2, x - 3) }),
    ("2*(x*y) - 0.3*y", "2*(x*y) - 0.3*y", { x, y in (-0.3 * y).addingProduct(2, x * y) }),
    ("3*(x - 3)", "3*(x - 3)", { x, _ in 3 * (x - 3) }),
  ]

  @Test(arguments: fused.indices)
  func `of long vectors sums with a product are rounded once`(_ place: Int) throws {
    let (text, form, value) = Self.fused[place]
    let test = TestSession()
    try test.run("let n = 40\nx = cos(linspace(-1, 2, n))\ny = sin(linspace(5, 9, n))")
    let graph = test.session.graph
    let computed = try test.text(graph.computed(test.node(text)))
    #expect(computed == form)
    let values = test.session.evaluate(try [text, "x", "y"].map { try test.node($0) })
    #expect(values[0] == zip(values[1], values[2]).map(value))
  }

  @Test(arguments: ["x*y - z*x", "2*(x*y) - u*y", "2*x*y - u*y"])
  func `what is zero by symmetry stays so`(_ text: String) throws {
    let test = TestSession()
    try test.run("let n = 40\nx = cos(linspace(-1, 2, n))\ny = sin(linspace(5, 9, n))")
    try test.run("z = y\nu = 2*x")
    #expect(try test.value("sum(abs(\(text)))") == 0)
  }

  @Test(arguments: ["-1", "[1, -1]", "-ones(20)"])
  func `what is squared stays in its domain`(_ start: String) throws {
    let test = TestSession()
    try test.run("b = \(start)")
    #expect(try test.value("sum(3*sqrt(b)^2 + b^2)").isNaN)
    #expect(throws: Diagnostic.self) { try test.run("cost sum(3*sqrt(b)^2 + b^2); step") }
  }

  /// Kahan's and Neumaier's sum.
  private static func sum(_ terms: [Double]) -> Double {
    var (sum, lost) = (0.0, 0.0)
    for term in terms {
      let next = sum + term
      lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    return sum + lost
  }
}
