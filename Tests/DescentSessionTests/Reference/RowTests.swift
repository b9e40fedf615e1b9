import DescentEngine
import DescentGraph
import Testing

@testable import DescentSession

@Suite struct RowTests {
  /// A session with columns of these numbers.
  static func session(_ columns: [(String, [Double], Int)]) throws -> TestSession {
    let test = TestSession()
    let rows = columns.first.map { $0.1.count / $0.2 } ?? 0
    let set = DataSet(
      columns: columns.map { name, numbers, width in
        DataSet.Column(
          name: name, original: Column(numbers, width: width),
          symbols: test.session.columnSymbols(name, width: width))
      }, rowCount: rows)
    try test.session.setData(set)
    return test
  }

  @Test func `reductions of a number for each row are over the rows`() throws {
    let test = try Self.session([("x", [1, 2, 3, 6], 1), ("y", [2, 4, 6, 12], 1)])
    #expect(try test.value("sum(x)") == 12)
    #expect(try test.value("mean(x)") == 3)
    #expect(try test.value("max(x)") == 6)
    #expect(try test.value("min(x, rows)") == 1)
    #expect(try test.value("prod(x)") == 36)
    #expect(try test.value("var(x)") == 3.5)
    #expect(try test.value("rows") == 4)
    #expect(try test.value("sum((x - mean(x))*(y - mean(y)))") == 28)
    #expect(test.session.evaluate([try test.node("2*x + 1")])[0] == [3, 5, 7, 13])
  }

  @Test func `a sample's variance divides by one less than the number of rows`() throws {
    let test = try Self.session([("x", [1, 2, 3, 6], 1), ("v", [1, 2, 3, 4, 5, 6, 7, 8], 2)])
    #expect(try test.value("var(x, sample)") == 14.0 / 3)
    #expect(try test.value("std(x, sample)") == (14.0 / 3).squareRoot())
    #expect(try test.value("var(x, rows, sample)") == 14.0 / 3)
    #expect(
      test.session.evaluate([try test.node("var(v, rows, sample)")])[0] == [20.0 / 3, 20.0 / 3])
    #expect(test.session.evaluate([try test.node("var(v, sample)")])[0] == [0.5, 0.5, 0.5, 0.5])
    try test.run("w = 2; cost var(w*x + w^2, sample) + std(w*x, sample); batch 2")
    let cost = try #require(test.session.cost)
    // (w²·14 + w·√14·√3)/3 of these four rows.
    let slope = (28 * 2) / 3.0 + (14.0 / 3).squareRoot()
    #expect(abs(test.session.evaluate(cost.gradient)[0][0] - slope) < 1e-13)
  }

  @Test(arguments: [
    "var(x, sample)", "std(2*x, sample)", "var(v, rows, sample)", "std(v, sample)",
    "var([1, 2, 4], sample)", "std([[1, 2], [3, 6]], 2, sample)",
    "var([[1, 2], [3, 6]], 1, sample)",
  ])
  func `what is a sample is printed so that it reads back`(_ expression: String) throws {
    let test = try Self.session([("x", [1, 2, 3, 6], 1), ("v", [1, 2, 3, 4, 5, 6, 7, 8], 2)])
    let node = try test.node(expression)
    #expect(test.text(node) == expression)
  }

  @Test func `vectors of each row reduce their elements first`() throws {
    let test = try Self.session([("v", [1, 2, 3, 4, 5, 6], 2), ("y", [1, 2, 3], 1)])
    #expect(test.session.evaluate([try test.node("sum(v)")])[0] == [3, 7, 11])
    #expect(test.session.evaluate([try test.node("sum(v, rows)")])[0] == [9, 12])
    #expect(test.session.evaluate([try test.node("v[2] + y")])[0] == [3, 6, 9])
    #expect(test.session.evaluate([try test.node("v*y")])[0] == [1, 2, 6, 8, 15, 18])
    #expect(test.session.evaluate([try test.node("v - mean(v, rows)")])[0] == [-2, -2, 0, 0, 2, 2])
    #expect(try test.value("sum(dot(v, v))") == 91)
  }

  @Test func `the slope of a mean square is a mean over the rows`() throws {
    let test = try Self.session([("x", [1, 2, 3, 6], 1), ("y", [2, 4, 6, 12], 1)])
    try test.run("w = 1; b = 0; cost (w*x + b - y)^2; rate 0.01; step 3")
    let cost = try #require(test.session.cost)
    #expect(test.text(cost.gradient[0]) == "mean(2*x*(w*x + b - y))")
    #expect(test.text(cost.gradient[1]) == "2*mean(w*x + b - y)")
    // The same by hand.
    let (x, y) = ([1.0, 2, 3, 6], [2.0, 4, 6, 12])
    var (w, b) = (1.0, 0.0)
    for _ in 0..<3 {
      let errors = zip(x, y).map { w * $0 + b - $1 }
      let (gw, gb) = (zip(errors, x).map(*).reduce(0, +) / 2, errors.reduce(0, +) / 2)
      w -= 0.01 * gw
      b -= 0.01 * gb
    }
    #expect(abs(try test.value("w") - w) < 1e-15)
    #expect(abs(try test.value("b") - b) < 1e-15)
  }
}
