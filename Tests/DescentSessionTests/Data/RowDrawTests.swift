import DescentGraph
import Testing

@testable import DescentSession

/// Random numbers in values for each row and in vectors: one for each row and element, the same for
/// a row whatever the batch.
@Suite struct RowDrawTests {
  /// The normal number of a draw, made by Box and Muller's formula from Philox.
  private static func normal(draw: Int, step: Int = 0, element: Int) -> Double {
    let (u, v) = uniforms(draw: draw, step: step, element: element)
    return NormalRandom.value(u, v, 0, 1)
  }

  private static func uniform(draw: Int, step: Int = 0, element: Int) -> Double {
    uniforms(draw: draw, step: step, element: element).0
  }

  private static func uniforms(draw: Int, step: Int, element: Int) -> (Double, Double) {
    let words = Philox.block(
      (UInt32(element), UInt32(step), 0, UInt32(draw)), key: (42, 0))
    func fraction(_ high: UInt32, _ low: UInt32) -> Double {
      Double(UInt64(high >> 5) << 26 | UInt64(low >> 6)) * 0x1p-53
    }
    return (fraction(words.0, words.1), fraction(words.2, words.3))
  }

  private static let data = "data x = [1, 1, 1, 1, 1], y = [2, 4, 6, 8, 10]\n"

  @Test(arguments: [
    "x + normal(0, 1) - x", "normal(0, 1) - x + x", "x + (0.5 + normal(0, 1)) - 1.5",
    "x*normal(0, 1)", "normal(x - 1, 1)", "if y > 0 then normal(0, 1) else x",
    "sum([normal(0, 1), 0]*x)", "(w + normal(0, 1)*x) - w",
  ])
  func `what is a value for each row has a draw for each row`(_ expression: String) throws {
    let test = DataTestSession()
    try test.run(Self.data + "w = 3")
    let wanted = (1...5).map { Self.normal(draw: 0, element: $0) }
    for (value, wanted) in zip(try test.numbers(expression), wanted) {
      #expect(abs(value - wanted) < 1e-14)
    }
  }

  @Test(arguments: [
    "normal(0, 1)", "sum(x)*normal(0, 1)/5", "normal(0, 1)*mean(x)", "sum([1, 0])*normal(0, 1)",
    "sum([normal(0, 1), 0])", "dot([1, 1], [1, 0])*normal(0, 1)",
  ])
  func `what is one number has one draw`(_ expression: String) throws {
    let test = DataTestSession()
    try test.run(Self.data)
    let value = try test.value(expression)
    #expect(try test.numbers(expression).count == 1)
    #expect(abs(value - Self.normal(draw: 0, element: 0)) < 1e-14)
  }

  @Test func `what goes with a vector has a draw for each element`() throws {
    let test = DataTestSession()
    try test.run("v = [0, 0, 0]; M[2, 3] = 0; let s = normal(0, 1)")
    func draws(_ range: Range<Int>) -> [Double] { range.map { Self.normal(draw: 1, element: $0) } }
    #expect(try test.numbers("v + normal(0, 1)") == draws(0..<3))
    #expect(try test.numbers("M + (0 + normal(0, 1))") == draws(0..<6))
    #expect(try test.numbers("M'*0 + normal(0, 1)") == draws(0..<6))
    // A name is one number, and so is what two values have in common that do not go together.
    let number = Self.normal(draw: 0, element: 0)
    #expect(try test.numbers("v + s") == [number, number, number])
    try test.run("let both(n) = sum(v + n) + n")
    #expect(abs(try test.value("both(normal(0, 1))") - 4 * draws(0..<1)[0]) < 1e-14)
  }

  @Test func `an image has a draw for each of its numbers`() throws {
    let test = DataTestSession()
    try test.run("data x = [[0, 0], [0, 0], [0, 0]]")
    let wanted = (2..<8).map { Self.normal(draw: 0, element: $0) }
    #expect(try test.numbers("x + normal(0, 1)") == wanted)
    #expect(try test.numbers("x + normal(0, 1) at row 2") == Array(wanted[2..<4]))
  }

  @Test func `a row has the same draws in each batch`() throws {
    let test = DataTestSession()
    try test.run(
      Self.data + "cost mean(w*x*uniform(0, 1))\nw = 0; rate 1; batch 2; set shuffle off")
    try test.run("step 4 every 1")
    let rows = [[1, 2], [3, 4], [5], [1, 2]]
    var w = 0.0
    for (step, rows) in rows.enumerated() {
      #expect(abs(test.column("w")[step] - w) < 1e-14)
      // The last batch of a pass stands for all rows as the others do.
      w -=
        rows.map { Self.uniform(draw: 0, step: step, element: $0) }.reduce(0, +)
        / Double(rows.count)
      let all = (1...5).map { Self.uniform(draw: 0, step: step, element: $0) }.reduce(0, +) / 5
      #expect(abs(test.column("dcost/dw")[step] - all) < 1e-14)
    }
    #expect(abs(test.column("w")[4] - w) < 1e-14)
  }

  @Test func `rows keep their draws when others are kept to validate with`() throws {
    let test = DataTestSession()
    try test.run(Self.data + "let noise = 0*x + normal(0, 1)")
    let all = try test.numbers("noise")
    try test.run("split 0.6")
    let number = { (row: Double) in all[Int(row) / 2 - 1] }
    for part in ["training", "validation", "all"] {
      let rows = try test.numbers("y on \(part)")
      #expect(try test.numbers("noise on \(part)") == rows.map(number))
    }
    #expect(try test.value("noise at row 4") == all[3])
    // A row that is not among the data is none of them.
    #expect(try test.value("noise at x = 1") == Self.normal(draw: 0, element: 0))
  }

  @Test func `looking disturbs no draw, and each step has others`() throws {
    let test = DataTestSession()
    try test.run(Self.data + "cost mean((w*(x + normal(0, 0.1)) - y)^2)\nrate 0.01; step 3")
    let costs = test.column("cost")
    #expect(try test.value("cost") == costs[3])
    try test.run("show; grad; normal(0, 1); x + normal(0, 1); cost on training; back 3")
    #expect(try test.value("cost") == costs[0])
    try test.run("step 3")
    #expect(test.column("cost") == costs)
    try test.run("set seed 43; reset")
    #expect(try test.value("cost") != costs[0])
  }

  @Test(arguments: [
    "mean((w*(x + s*normal(0, 1)) - y)^2)", "mean((x + b*normal(w, s))^2)",
    "mean((w*x + b + uniform(-s, s) - y)^2) + normal(0, 0.1)*w^2",
    "mean((if uniform(0, 1) < 0.5 then w*x else b) - y)^2",
    "mean((noisy(x, normal(0, 1)) - y)^2)", "mean((diff((x*w + normal(0, 1)*w)^2, w) - y)^2)",
    "diff(mean((x*b + s*normal(0, 1)*w)^2), w)*w",
  ])
  func `slopes are those of the rows' own draws`(_ cost: String) throws {
    let test = DataTestSession()
    try test.run(
      Self.data + "w = 0.7; b = 0.3; s = 0.5; let noisy(x, n) = w*x + s*n; cost \(cost)\ncheck")
    for (slope, difference) in zip(test.column("gradient"), test.column("difference")) {
      #expect(abs(slope - difference) <= 1e-6 * max(1, abs(slope)))
    }
    #expect(test.lines.last == "the gradient agrees with finite differences")
  }

  @Test func `a sum over rows adds the squares of as many draws`() throws {
    let test = DataTestSession()
    try test.run("data rows = 20000, x = 0")
    let mean = try test.value("mean(x + normal(0, 1))")
    let square = try test.value("mean((x + normal(0, 1))^2)")
    // Six standard deviations of a mean of 20,000.
    #expect(abs(mean) < 6 / 20000.0.squareRoot())
    #expect(abs(square - 1) < 6 * (2 / 20000.0).squareRoot())
  }

  @Test func `weights are not told of a model with draws for its rows`() throws {
    let test = DataTestSession()
    try test.run(Self.data + "cost mean((w*(x + normal(0, 1)) + b - y)^2)")
    #expect(test.message("show weights")?.contains("random numbers for each row") == true)
  }
}
