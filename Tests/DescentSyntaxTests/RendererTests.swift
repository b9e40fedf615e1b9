import DescentSource
import Testing

@Suite struct RendererTests {
  private func render(
    _ text: String, _ range: SourceRange, _ label: String = "",
    secondary: [(SourceRange, String)] = [], help: [String] = []
  ) -> String {
    let source = SourceText(name: "lesson.descent", text: text)
    return DiagnosticRenderer().render(
      Diagnostic(
        "name.unknown", "nothing is called so", at: Diagnostic.Label(source, range, label),
        secondary: secondary.map { Diagnostic.Label(source, $0.0, $0.1) }, help: help))
  }

  @Test func `the place is underlined, with a label and advice`() {
    let shown = render(
      "w = 1\n\ncost sinn(w)\n", SourceRange(12, 16), "not known", help: ["did you mean 'sin'?"])
    #expect(
      shown == """
        error[name.unknown]: nothing is called so
         --> lesson.descent:3:6
          |
        3 | cost sinn(w)
          |      ^^^^ not known
          = help: did you mean 'sin'?

        """)
  }

  private func lines(_ text: String, _ range: SourceRange) -> [String] {
    render(text, range).split(separator: "\n").map(String.init)
  }

  @Test func `a tab reaches to the next multiple of eight cells`() {
    #expect(
      lines("\ta\tbc", SourceRange(3, 5)).suffix(3) == [
        "  |", "1 |         a       bc", "  |                 ^^",
      ])
    #expect(lines("\ta\tbc", SourceRange(3, 5))[1].hasSuffix(":1:4"))
  }

  @Test func `wide characters take two cells and combining marks none`() {
    #expect(lines("漢字 x", SourceRange(7, 8)).last == "  |      ^")
    #expect(lines("漢字 x", SourceRange(0, 3)).last == "  | ^^")
    #expect(lines("👩‍👩‍👧 x", SourceRange(19, 20)).last == "  |    ^")
    #expect(lines("👩‍👩‍👧 x", SourceRange(19, 20))[1].hasSuffix(":1:3"))
    #expect(lines("e\u{301}e\u{301} x", SourceRange(7, 8)).last == "  |    ^")
    #expect(lines("e\u{301}e\u{301} x", SourceRange(7, 8))[1].hasSuffix(":1:4"))
    #expect(lines("❤️x", SourceRange(6, 7)).last == "  |   ^")
  }

  @Test func `a range of several lines is underlined to the end of its first`() {
    #expect(lines("ab (\ncd)", SourceRange(3, 8)).last == "  |    ^")
    #expect(lines("ab (x\r\ncd)", SourceRange(3, 9)).last == "  |    ^^")
  }

  @Test func `the end of a line is pointed at`() {
    #expect(lines("ab\ncd", SourceRange(2, 2)).last == "  |   ^")
    #expect(lines("", SourceRange(0, 0)).last == "  | ^")
  }

  @Test func `other labels share the line or have their own`() {
    let shown = render(
      "a = [1, 2]\nb\nc\na + b", SourceRange(17, 18), "of these",
      secondary: [(SourceRange(19, 20), "[3]"), (SourceRange(0, 1), "from here")])
    #expect(
      shown == """
        error[name.unknown]: nothing is called so
         --> lesson.descent:4:3
          |
        1 | a = [1, 2]
          | - from here
        ...
        4 | a + b
          |   ^ of these
          |     - [3]

        """)
  }

  @Test func `a label in another text names that text`() {
    let here = SourceText(name: "a.descent", text: "x + 1")
    let there = SourceText(name: "b.descent", text: "let x = 2")
    let shown = DiagnosticRenderer().render(
      Diagnostic(
        "a.b", "two places", at: Diagnostic.Label(here, SourceRange(0, 1)),
        secondary: [Diagnostic.Label(there, SourceRange(4, 5), "defined here")]))
    #expect(
      shown == """
        error[a.b]: two places
         --> a.descent:1:1
          |
        1 | x + 1
          | ^
         ::: b.descent:1:5
          |
        1 | let x = 2
          |     - defined here

        """)
  }

  @Test func `a long line is cut round the place`() {
    let text =
      String(repeating: "w + ", count: 2_500_000) + "sinn + " + String(repeating: "w", count: 300)
    let shown = lines(text, SourceRange(10_000_000, 10_000_004))
    #expect(shown[1].hasSuffix(":1:10000001"))
    #expect(shown[3].hasPrefix("1 | …") && shown[3].hasSuffix("…") && shown[3].count < 200)
    #expect(shown[4].drop { $0 != "^" } == "^^^^")
    let column = shown[4].count - 4
    #expect(shown[3].dropFirst(column).prefix(4) == "sinn")
  }

  @Test func `control characters of a text never reach the terminal`() {
    let shown = render("a \u{1B}[2J b", SourceRange(0, 1))
    #expect(!shown.contains("\u{1B}"))
    #expect(shown.contains("␛[2J"))
  }

  @Test func `colour is there when asked for`() {
    let diagnostic = Diagnostic("a.b", "message")
    #expect(DiagnosticRenderer().render(diagnostic) == "error[a.b]: message\n")
    #expect(DiagnosticRenderer().render(diagnostic, color: .always).contains("\u{1B}[1;31m"))
  }

  @Test func `a text that is not UTF-8 is refused with the place`() {
    do throws(Diagnostic) {
      _ = try SourceText(name: "x", bytes: [0x61, 0x0A, 0x62, 0xFF, 0x63])
      Issue.record("accepted")
    } catch {
      #expect(error.code == "source.encoding")
      #expect(error.message.contains("0xff at offset 3, line 2"))
    }
  }
}

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("a", 1), ("é", 1), ("e\u{301}", 1), ("\u{301}", 0), ("漢", 2), ("한", 2), ("ｗ", 2), ("θ", 1),
    ("😀", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("❤", 1), ("❤️", 2), ("1️⃣", 2), ("\u{200B}", 0), ("\t", 0),
    ("²", 1), ("≈", 1),
  ])
  func `a character takes the cells a terminal gives it`(character: String, cells: Int) {
    #expect(displayWidth(of: Character(character)) == cells)
    #expect(displayWidth(of: character + "ab") == cells + 2)
  }
}

@Suite struct NameSuggestionTests {
  @Test(arguments: [
    ("sinn", "sin"), ("learning_rate", "rate"), ("Sin", "sin"), ("csot", "cost"),
    ("momentun", "momentum"), ("sigmiod", "sigmoid"), ("alpha", "alpha1"), ("soft", "softmax"),
    ("hour", "hours"),
  ])
  func `the nearest known name is found`(typed: String, meant: String) {
    let known = [
      "sin", "cos", "rate", "cost", "momentum", "sigmoid", "alpha1", "softmax", "w", "x", "hours",
    ]
    #expect(suggestion(for: typed, among: known) == meant)
    #expect(suggestion(for: typed, among: known.reversed()) == meant)
  }

  @Test(arguments: ["y", "zzz", "qqqqqq", "", "ab"])
  func `what is far from everything has no suggestion`(typed: String) {
    #expect(suggestion(for: typed, among: ["sin", "w", "x", "cost", "gd"]) == nil)
  }
}
