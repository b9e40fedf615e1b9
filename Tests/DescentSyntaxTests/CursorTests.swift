import DescentSource
import Testing

@testable import DescentSyntax

@Suite struct CursorTests {
  private func parser(_ text: String, _ origin: Parser.Origin = .file) throws -> Parser {
    try Parser(SourceText(name: "test", text: text), origin: origin)
  }

  /// Reads every command as an expression and goes on after errors.
  private func run(_ text: String, _ origin: Parser.Origin = .file) throws -> [String] {
    var parser = try parser(text, origin)
    var results: [String] = []
    parser.skipSeparators()
    while !parser.isAtEnd {
      do throws(Diagnostic) {
        let expression = try parser.expressionWithBindings()
        try parser.endCommand()
        results.append(DescentSyntaxTests.text(of: expression))
      } catch {
        results.append(error.code)
        parser.recover()
      }
      parser.skipSeparators()
    }
    return results
  }

  @Test(arguments: [
    ("a\nb;c\r\nd\re", ["a", "b", "c", "d", "e"]),
    ("#!/usr/bin/env descent\na # b\n# c\nd", ["a", "d"]),
    ("(a +\n b\n)\n[1,\n2]", ["(+ a b)", "(list 1 2)"]),
    ("a +\n\n # more\n b\nc", ["(+ a b)", "c"]),
    ("if a then\nb else\nc\nd", ["(if a b c)", "d"]),
    ("a or\nb and\nnot\nc", ["(or a (and b (not c)))"]),
    ("\u{FEFF}a\u{A0}+ b\u{2009}", ["(+ a b)"]),
    ("1_000 + .5 + 1e-3", ["(+ (+ 1000 0.5) 0.001)"]),
    ("0.1;12345678901234567890", ["0.1", "1.2345678901234567e+19"]),
  ])
  func `lines and semicolons end commands`(text: String, commands: [String]) throws {
    #expect(try run(text) == commands)
  }

  @Test(arguments: [
    ("3 w\nb", ["syntax.unexpected", "b"]),
    ("a $ b $ c\nb", ["syntax.character", "b"]),
    ("a (b\nc\nd", ["syntax.unclosed", "c", "d"]),
    ("[1, 2,\n3 4,\n5]\nb", ["syntax.unexpected", "b"]),
    ("a);b", ["syntax.bracket", "b"]),
    ("3 w; b", ["syntax.unexpected", "b"]),
    ("1e999 + 3e\n\"abc\nb", ["number.range", "syntax.string", "b"]),
    ("x {\n3 4\n5 6\n}\nb", ["syntax.unexpected", "b"]),
    ("}\nb", ["syntax.bracket", "b"]),
    ("((\n", ["syntax.unclosed"]),
    ("w ]", ["syntax.bracket"]),
    ("a +", ["syntax.incomplete"]),
  ])
  func `one mistake gives one message and spoils one command`(
    text: String, results: [String]
  ) throws {
    #expect(try run(text) == results)
  }

  @Test func `recovering always goes forward`() throws {
    for text in ["foo (", "( (", "{", "}", ")", "\"", "é́ (", "[\n[\n[", "{(\n}\n"] {
      var parser = try parser(text)
      var rounds = 0
      while !parser.isAtEnd, rounds < 10 {
        parser.recover()
        rounds += 1
      }
      #expect(parser.isAtEnd)
    }
  }

  @Test func `a sign on the next line is ambiguous in a file`() throws {
    #expect(try run("a\n-b\nc") == ["syntax.ambiguous", "c"])
    #expect(try run("a\n\n-b") == ["a", "(- b)"])
    #expect(try run("(a\n-b)") == ["(- a b)"])
    #expect(try run("a\n-b", .prompt) == ["a", "(- b)"])
  }

  @Test func `blocks open on their line and close by name`() throws {
    var parser = try parser("for k in 1..5 {\n a\n\n b; c }\nd")
    _ = parser.accept(word: "for")
    #expect(try parser.name("a name").text == "k")
    try parser.expect(word: "in", "before the values")
    _ = try parser.expression()
    try parser.beginBlock()
    #expect(parser.blockDepth == 1)
    var inside: [String] = []
    while !parser.isAtBlockEnd {
      inside.append(text(of: try parser.expression()))
      try parser.endCommand()
      parser.skipSeparators()
    }
    try parser.endBlock()
    try parser.endCommand()
    parser.skipSeparators()
    #expect(inside == ["a", "b", "c"])
    #expect(text(of: try parser.expression()) == "d")
    #expect(parser.isAtEnd)
  }

  @Test func `a mistake in a block can be recovered from inside it`() throws {
    var parser = try parser("{\n 3 w\n b (\n c\n}\nd")
    try parser.beginBlock()
    var codes: [String] = []
    while !parser.isAtBlockEnd {
      do throws(Diagnostic) {
        let expression = try parser.expression()
        try parser.endCommand()
        codes.append(text(of: expression))
      } catch {
        codes.append(error.code)
        parser.recover(toBlockDepth: 1)
      }
      parser.skipSeparators()
    }
    #expect(codes == ["syntax.unexpected", "syntax.bracket"])
    try parser.endBlock()
    try parser.endCommand()
    parser.skipSeparators()
    #expect(text(of: try parser.expression()) == "d")
  }

  @Test func `a block that is never closed names where it was opened`() throws {
    var parser = try parser("{\n a\n")
    try parser.beginBlock()
    _ = try parser.expression()
    parser.skipSeparators()
    #expect(parser.isAtBlockEnd)
    do throws(Diagnostic) {
      try parser.endBlock()
      Issue.record("accepted")
    } catch {
      #expect(error.code == "syntax.unclosed")
      #expect(error.primary?.range == SourceRange(0, 1))
    }
    var second = try self.parser("x\n{\n}")
    second.advance()
    #expect(throws: Diagnostic.self) { try second.beginBlock() }
  }

  @Test func `expressions end where a command's words begin`() throws {
    var parser = try parser("norm(g) < 1e-6 max 10000")
    #expect(text(of: try parser.expression()) == "(< (call norm g) 1e-06)")
    #expect(parser.accept(word: "max") != nil)
    parser = try self.parser("w in -3..3 by 0.5, rule in gd")
    _ = try parser.name("a name")
    try parser.expect(word: "in", "")
    #expect(text(of: try parser.expression()) == "(.. (- 3) 3 0.5)")
    try parser.expect(.comma)
    parser = try self.parser("a + 1 < 2")
    #expect(text(of: try parser.addLevelExpression()) == "(+ a 1)")
    parser = try self.parser("w at w = 3, b = 2, c")
    #expect(text(of: try parser.expressionWithBindings()) == "(at w,b w 3 2)")
    #expect(parser.isPunctuation(.comma))
    parser = try self.parser("w at b = 3")
    #expect(text(of: try parser.expression()) == "w")
    #expect(parser.isWord("at"))
  }

  @Test func `looking ahead takes nothing`() throws {
    let parser = try parser("a b c d e")
    #expect((0..<7).map { parser.text(of: parser.peek($0)) } == ["a", "b", "c", "d", "e", "", ""])
    #expect(parser.position == SourceRange(0, 1))
    #expect(parser.previousEnd == 0)
  }

  @Test(arguments: [
    ("(", true), ("f(a,", true), ("for k in 1..3 {", true), ("a +", true), ("w =", true),
    ("if a then", true), ("a and", true), ("print a,", true), ("(a # b", true), ("a + # b", true),
    ("a", false), ("", false), ("# a (", false), ("a)", false), ("(]", false), ("\"a", false),
    ("{ }", false), ("*", false), ("-", true), ("[1, 2]", false), ("a\nb +", true),
  ])
  func `the prompt knows when an entry goes on`(text: String, more: Bool) {
    #expect(Parser.needsMoreInput(text) == more)
  }

  private func template(_ text: String) -> String {
    do throws(Diagnostic) {
      var parser = try Parser(SourceText(name: "test", text: text), origin: .prompt)
      return try parser.string().parts.map { part in
        switch part {
        case .text(let text): text
        case .expression(let expression, let digits):
          "<\(DescentSyntaxTests.text(of: expression)),\(digits ?? 0)>"
        }
      }.joined()
    } catch {
      return error.code
    }
  }

  @Test(arguments: [
    (#""abc""#, "abc"), (#""""#, ""), (#""w is {w}""#, "w is <w,0>"),
    (#""{w + 1:.3} {b}""#, "<(+ w 1),3> <b,0>"), (#""\"\\\n\{a}""#, "\"\\\n{a}"),
    (#""a # b; c""#, "a # b; c"), ("“smart”", "smart"), (#""{}""#, "string.empty"),
    (#""{w""#, "string.brace"), (#""{w:3}""#, "string.format"), (#""{w:.99}""#, "string.format"),
    (#""{w:.99999999999999999999}""#, "string.format"), (#""\q""#, "string.escape"),
    (#""{3 w}""#, "syntax.unexpected"), (#""{(w}""#, "syntax.unclosed"),
    (#""{w at w = 3}""#, "<(at w w 3),0>"), ("\"日本 {w}\"", "日本 <w,0>"),
    (#""{x[1:.3]}""#, "string.format"), ("abc", "syntax.unexpected"),
  ])
  func `strings are filled in`(text: String, parts: String) {
    #expect(template(text) == parts)
  }

  @Test func `an expression in a string points into the text around it`() throws {
    var parser = try parser("  \"ab {w + 1}\"")
    guard case .expression(let expression, _) = try parser.string().parts[1] else {
      Issue.record("no expression")
      return
    }
    #expect(expression.range == SourceRange(7, 12))
  }

  @Test func `every spelling of the table is read`() throws {
    for row in OperatorTable.rows {
      #expect(OperatorTable.rows[Int(row.operator.rawValue)].operator == row.operator)
      for spelling in [row.spelling] + row.otherSpellings {
        switch row.fixity {
        case .prefix: #expect(parse("\(spelling) a") == "(\(row.spelling) a)")
        case .infix:
          let head = row.operator == .range ? ".." : row.spelling
          #expect(parse("a \(spelling) b") == "(\(head) a b)")
        }
      }
    }
  }

  @Test func `no text makes the parser trap or loop`() throws {
    let pieces = [
      "a", "3", "3.", ".", "..", "...", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "²", "⁻",
      "if ", "then ", "else ", "at ", "w = ", ",", ";", "\n", "+", "-", "^", "not ", "by ",
      "within ", "≈", "<", "e", "1e", "0x", "_", "#", " ", "\u{301}", "\u{2028}", "end", "on ",
      "row ", "all ", "“", "é",
    ]
    var state: UInt64 = 42
    for _ in 0..<20_000 {
      var text = ""
      for _ in 0..<12 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      _ = try run(text)
      _ = Parser.needsMoreInput(text)
      _ = template(text)
    }
  }
}
