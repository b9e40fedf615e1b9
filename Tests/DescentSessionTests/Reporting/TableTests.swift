import DescentSession
import Testing

struct `A table` {
  private let lesson = Table(columns: [
    .init("step", .steps([0, 1, 2, 3])),
    .init("w", .numbers([10, 7.7, 5.86, 4.388])),
    .init("cost", .numbers([130, 82.39, 51.9196, 32.418544])),
    .init("dcost/dw", .numbers([23, 18.4, 14.72, 11.776])),
  ])

  /// w ← w − rate·2·(w − goal), as a table of step, w, cost and slope.
  private func descent(to goal: Double, from start: Double, rate: Double, steps: Int) -> Table {
    var points = [start]
    for _ in 0..<steps { points.append(points.last! - rate * 2 * (points.last! - goal)) }
    return Table(columns: [
      .init("step", .steps(Array(0...steps))),
      .init("w", .numbers(points)),
      .init("cost", .numbers(points.map { ($0 - goal) * ($0 - goal) })),
      .init("slope", .numbers(points.map { 2 * ($0 - goal) })),
    ])
  }

  @Test func `stands point below point`() {
    let text = lesson.text(style: .standard)
    #expect(
      text == """
          step       w      cost  dcost/dw
             0  10      130         23
             1   7.7     82.39      18.4
             2   5.86    51.9196    14.72
             3   4.388   32.4185    11.776

        """)
    #expect(lesson.width(style: .standard) == 34)
  }

  @Test func `shows a lesson's figures in full`() {
    // Exact: w = 2 + 4·0.4^k, cost = 16·0.16^k, slope = 8·0.4^k.
    #expect(
      descent(to: 2, from: 6, rate: 0.3, steps: 5).text(style: .standard) == """
          step        w         cost    slope
             0  6        16           8
             1  3.6       2.56        3.2
             2  2.64      0.4096      1.28
             3  2.256     0.065536    0.512
             4  2.1024    0.0104858   0.2048
             5  2.04096   0.00167772  0.08192

        """)
    #expect(
      descent(to: 0, from: 5, rate: 2, steps: 3).text(style: .standard) == """
          step     w   cost  slope
             0     5     25     10
             1   -15    225    -30
             2    45   2025     90
             3  -135  18225   -270

        """)
  }

  @Test func `nothing that is not 0 shows as 0`() {
    let table = Table(columns: [.init("cost", .numbers([64, 0.5, 1.23e-12, 0]))])
    #expect(
      table.text(style: .standard) == """
               cost
          64
           0.5
           1.23e-12
           0

        """)
  }

  @Test func `gives the bits of numbers that are not finite a place`() {
    let table = Table(columns: [
      .init("cost", .numbers([1.5, -.infinity, .nan])), .init("verdict", .text(["a", "", "b"])),
    ])
    #expect(
      table.text(style: .standard) == """
            cost  verdict
             1.5  a
          -inf
           nan    b

        """)
  }

  @Test func `leaves no blanks at the ends of lines`() {
    let text = lesson.text(style: .standard)
    #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") && $0.hasPrefix("  ") })
  }

  @Test func `is as wide as it says`() {
    for digits in [1, 3, 6, 17] {
      let style = NumberStyle(significantDigits: digits)
      let table = descent(to: 3, from: -5, rate: 0.1, steps: 8)
      let widest = table.text(style: style).split(separator: "\n").map(\.count).max() ?? 0
      // The last column may end before its place for decimals does.
      #expect(widest <= table.width(style: style))
      #expect(table.width(style: style) - widest <= 1)
    }
  }

  @Test func `asks how wide a text is`() {
    let wide: (String) -> Int = { $0.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2e80 ? 2 : 1) } }
    let table = Table(columns: [
      .init("名前", .text(["学習", "a"])), .init("率", .numbers([0.5, 12])),
    ])
    #expect(
      table.text(style: .standard, displayWidth: wide) == """
          名前    率
          学習   0.5
          a     12

        """)
    #expect(table.width(style: .standard, displayWidth: wide) == 12)
  }

  @Test func `without rows has its titles, without columns nothing`() {
    let table = Table(columns: [.init("step", .steps([])), .init("w", .numbers([]))])
    #expect(table.text(style: .standard) == "  step  w\n")
    #expect(table.json == "[]")
    #expect(table.csv(lineEnd: "\n") == "step,w\n")
    let empty = Table(columns: [])
    #expect(empty.text(style: .standard).isEmpty && empty.csv().isEmpty && empty.json == "[]")
  }

  @Test func `as JSON is a list of rows that keep every bit`() {
    let table = Table(columns: [
      .init("step", .steps([0, 1])), .init("w \"1\"", .numbers([0.1 + 0.2, -.infinity])),
      .init("é\n", .text(["a\\b\u{1}", "ok"])),
    ])
    #expect(
      table.json
        == #"[{"step": 0, "w \"1\"": 0.30000000000000004, "é\n": "a\\b\u0001"}, "#
        + #"{"step": 1, "w \"1\"": "-inf", "é\n": "ok"}]"#)
    #expect(JSONText.number(.nan) == "\"nan\"")
    #expect(JSONText.number(1e-9) == "1e-9")
    #expect(JSONText.number(1e21) == "1e21")
  }

  @Test func `as CSV follows RFC 4180`() {
    let table = Table(columns: [
      .init("step", .steps([0, 1])), .init("a, b", .numbers([1 / 3, .nan])),
      .init("say \"hi\"", .text(["two\nlines", " x"])),
    ])
    #expect(
      table.csv()
        == "step,\"a, b\",\"say \"\"hi\"\"\"\r\n0,0.3333333333333333,\"two\nlines\"\r\n"
        + "1,nan,\" x\"\r\n")
    #expect(Table(columns: [.init("a", .text([""]))]).csv(lineEnd: "\n") == "a\n\"\"\n")
  }
}
