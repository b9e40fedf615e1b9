import DescentEngine
import DescentSource
import Foundation
import Testing

@testable import DescentSession

@Suite struct BatchTests {
  private struct Line {
    var style: String
    var step: Int
    var b0: Double
    var b1: Double
    var cost: Double
  }

  /// The exact paths of `update_styles_trajectory.csv`, rounded to doubles.
  private static let reference: [Line] = {
    let url = DataTestSession.scripts.deletingLastPathComponent()
      .appending(path: "Tests/Reference/update_styles_trajectory.csv")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return Line(
        style: cells[0], step: Int(cells[1]) ?? -1, b0: Double(cells[3]) ?? .nan,
        b1: Double(cells[4]) ?? .nan, cost: Double(cells[5]) ?? .nan)
    }
  }()

  private static let exam = """
    data "data/exam_scores.csv"
    cost mean((b0 + b1*hours - score)^2)
    b0 = 0; b1 = 0; rate 0.01; set shuffle off

    """

  /// 1e-12 is what 24 steps of some ten roundings each leave of 1.1e-16.
  @Test(arguments: [("batch", "all"), ("stochastic_in_order", "1"), ("minibatch4_in_order", "4")])
  func `a descent in batches goes the way that exact arithmetic goes`(
    _ style: (name: String, size: String)
  ) throws {
    let test = DataTestSession()
    try test.run(Self.exam + "batch \(style.size)\nstep 24 every 1")
    let lines = Self.reference.filter { $0.style == style.name }
    #expect(lines.count == 25)
    let (b0, b1, cost) = (test.column("b0"), test.column("b1"), test.column("cost"))
    for line in lines {
      #expect(abs(b0[line.step] - line.b0) <= 1e-12 * max(1, abs(line.b0)))
      #expect(abs(b1[line.step] - line.b1) <= 1e-12 * max(1, abs(line.b1)))
      #expect(abs(cost[line.step] - line.cost) <= 1e-12 * line.cost)
    }
  }

  @Test func `the closing line compares passes, not the steps of one`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "scale hours; batch 4; rate 0.01; epoch 3")
    #expect(test.lines.last?.hasPrefix("the cost fell from ") == true)
    #expect(test.lines.last?.hasSuffix(" in the last pass") == true)
    try test.run("rate 1.5; epoch 3")
    #expect(test.lines.last?.contains("of the last 3 passes") == true)
    // Less than a pass tells where the run led, and no more.
    try test.run("reset; rate 0.01; step 2")
    #expect(test.lines.last?.contains("pass") == false)
  }

  @Test func `a row of the table stands for several passes where that is said`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "batch 4; rate 0.001; epoch 8 every 3")
    let length = test.session.stepsOfEpoch
    #expect(test.column("step") == [0, 3, 6, 8].map { Double($0 * length) })
  }

  @Test func `the gradient is shown on other rows`() throws {
    let test = DataTestSession()
    try test.run(
      "data x = [1, 2, 3, 4], y = [2, 4, 7, 8]; w = 1; cost mean((w*x - y)^2); split 0.5")
    for rows in ["training", "validation", "all"] {
      try test.run("grad w on \(rows)")
      guard case .equations(let equations)? = test.outputs.last else { return }
      let value = test.session.text(try test.value("mean(2*x*(w*x - y)) on \(rows)"))
      #expect(equations[0].right.hasSuffix("= \(value)"))
    }
  }

  @Test func `a number that is added to every logit is told to change nothing`() throws {
    let test = DataTestSession()
    let data = "data x = [1, 2, 3], class = [1, 2, 3]; W[3] = 0\n"
    try test.run(data.replacing("class", with: "kind") + "cost crossentropy(W*x + b, kind)")
    #expect(test.lines.last?.contains("for one a class: b[3] = 0") == true)
    try test.run("b = [0, 0, 0]; cost crossentropy(W*x + b, kind) + c^2")
    #expect(test.lines.last?.hasPrefix("c is new") == true)
  }

  @Test func `a pass takes each row once, the last batch is short`() throws {
    for isShuffled in [true, false] {
      let order = Batches(size: 5, rowCount: 12, isShuffled: isShuffled, seed: 7)
      #expect(order.stepsOfEpoch == 3)
      var passes: [[Int]] = []
      for pass in 0..<3 {
        var rows: [Int] = []
        for step in 0..<3 {
          switch order.rows(ofStep: 3 * pass + step) {
          case .range(let range): rows.append(contentsOf: range)
          case .chosen(let chosen): rows.append(contentsOf: chosen.map { Int($0) })
          }
        }
        #expect(rows.count == 12 && Set(rows) == Set(0..<12))
        passes.append(rows)
      }
      #expect(Set(passes).count == (isShuffled ? 3 : 1))
    }
  }

  @Test func `going back and on again is exact in whatever batches`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "set shuffle on; batch 5; rule adam; step 7; batch 2; step 4")
    let there = try [test.value("b0"), test.value("b1")]
    try test.run("back 6")
    let before = try test.value("b0")
    try test.run("step 6; back 6")
    #expect(try test.value("b0") == before)
    try test.run("batch 5; step 2; batch 2; step 4")
    #expect(try [test.value("b0"), test.value("b1")] == there)
    try test.run("epoch; set seed 3; epoch")
    let other = try test.value("b0")
    try test.run("back 6; set seed 3; epoch")
    #expect(try test.value("b0") == other)
  }

  @Test func `the number of threads is set and shown, and changes no result`() throws {
    func end(threads: Int) throws -> [Double] {
      let test = DataTestSession()
      try test.run("set threads \(threads); show threads")
      if case .equations(let shown) = test.outputs.last {
        #expect(shown.map(\.right) == ["\(threads)"])
      } else {
        Issue.record("nothing is shown")
      }
      try test.run(
        """
        data rows = 40000, h = uniform(-1, 1), q = normal(0, 1)
        a = 0.5; cost exp(a*h*q); rate 0.01; step 3
        """)
      return try test.numbers("[cost, a]")
    }
    #expect(try end(threads: 1) == end(threads: 3))
  }

  @Test func `fewer threads than before see the same rows`() throws {
    let test = DataTestSession()
    try test.run("data rows = 40000, h = normal(0, 1); a = 2; cost mean((a*h - 1)^2)")
    let cost = try test.value("cost")
    for threads in [3, 1, 2] {
      try test.run("set threads \(threads)")
      #expect(try test.value("cost") == cost)
    }
    #expect(!test.session.savedText.contains("threads"))
  }

  @Test func `what depends on a batch's data alone is another in each step`() throws {
    let test = DataTestSession()
    try test.run(
      "data p = [1, 2, 3, 4]; set shuffle off; x = 1; batch 1; cost x*sin(p)^2; rate 0.1; step 3")
    let slopes = [1.0, 2, 3].map { (p: Double) in Foundation.sin(p) * Foundation.sin(p) }
    let end = slopes.reduce(1) { $0 - 0.1 * $1 }
    #expect((try test.value("x") - end).magnitude < 1e-15)
  }

  @Test func `no step is taken with data outside a function's domain, whatever the batch`() throws {
    let test = DataTestSession()
    try test.run(
      """
      data p = [1, 2, 3, 4, -1]
      set shuffle off; x = 1; batch 1; cost (x*p - 1)^2 + log(p)
      sweep rate in 0.01, 0.02, 0.03 step 5
      """)
    #expect(test.column("steps") == [0, 0, 0])
    #expect(throws: Diagnostic.self) { try test.run("step") }
  }

  // A total of data that stands in the cost itself is of all rows.
  @Test(arguments: ["p*x^2 0.8 0.48", "x^2*mean(p) 0.5 0.25", "p*x 0.9 0.7", "x*mean(p) 0.75 0.5"])
  func `slopes are those of the batch, whatever they simplify to`(_ text: String) throws {
    let words = text.split(separator: " ")
    let test = DataTestSession()
    try test.run(
      "data p = [1, 2, 3, 4]; set shuffle off; x = 1; batch 1; rate 0.1; cost \(words[0])")
    for word in words.dropFirst() {
      try test.run("step")
      let expected = try #require(Double(word))
      #expect(abs(try test.value("x") - expected) < 1e-15)
    }
  }

  @Test func `epochs are told a row each`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "batch 5; epoch 4")
    #expect(test.column("step") == [0, 3, 6, 9, 12])
    try test.run("reset; epoch")
    #expect(test.column("step") == [0, 1, 2, 3])
    // The rows of the table are points of the same descent.
    let cost = test.column("cost")
    try test.run("table every 1")
    #expect(test.column("cost") == cost)
  }

  @Test func `rules that look at the whole cost take no batch`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "rule lbfgs; batch 5")
    #expect(test.message("step")?.contains("takes no batch") == true)
    try test.run("batch all; step")
  }

  @Test func `an interrupted pass keeps its steps`() throws {
    let test = DataTestSession()
    try test.run(Self.exam + "batch 1")
    test.looksUntilStop = 4
    #expect(try test.run("epoch 100000") == .interrupted)
    test.looksUntilStop = .max
    let taken = test.session.descent.step
    #expect(taken > 0 && taken < 1_200_000)
    let there = try test.value("b1")
    try test.run("reset; step \(taken)")
    #expect(try test.value("b1") == there)
  }
}
