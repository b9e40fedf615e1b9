internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `expect w ≈ 5.12 within 1e-9`, `expect error "no function" { sinn(1) }`.
package struct Expect: Command {
  package static let word = "expect"
  package static let help = CommandHelp(
    .script, ["expect TEST", "expect error \"PART OF THE MESSAGE\" { COMMANDS }"],
    "Checks that something holds, or that commands fail as told; if not, the script fails with status 3. After 'expect error' the session is as before.",
    ["w = 0.1 + 0.2", "expect w ≈ 0.3 within 1e-12", "expect error \"no function\" { sinn(1) }"])

  private enum Form {
    case test(Expression)
    case error(StringTemplate?, Script)
  }

  private let form: Form

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Expect {
    let next = parser.peek(1)
    if parser.isWord("error"), next.kind == .string || next.kind == .punctuation(.leftBrace) {
      parser.advance()
      let message = parser.peek.kind == .string ? try parser.string() : nil
      let isOnNextLine =
        parser.peek.kind == .newline && parser.peek(1).kind == .punctuation(.leftBrace)
      if !parser.isPunctuation(.leftBrace), !isOnNextLine { throw Self.noBlock(parser) }
      return Expect(form: .error(message, try Script(block: &parser)))
    }
    let isBlock = next.kind == .newline && parser.peek(2).kind == .punctuation(.leftBrace)
    if parser.isWord("error"), isBlock {
      parser.advance()
      return Expect(form: .error(nil, try Script(block: &parser)))
    }
    if parser.isWord("error"), next.kind == .endOfInput || next.kind == .newline {
      parser.advance()
      throw Self.noBlock(parser)
    }
    return Expect(form: .test(try parser.expressionWithBindings()))
  }

  private static func noBlock(_ parser: Parser) -> Diagnostic {
    var problem = parser.unexpected(expected: "'{'")
    problem.help = [#"write: expect error "part of the message" { commands }"#]
    return problem
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .test(let expression):
      var elaborator = session.elaborator()
      let node = try elaborator.elaborate(expression)
      if session.checksOnly { return .proceed }
      let value = session.evaluate([node])[0]
      guard value.contains(where: { $0 == 0 || $0.isNaN }) else { return .proceed }
      throw Diagnostic(
        Self.failureCode, "this does not hold: \(expression.source.text(in: expression.range))",
        at: Diagnostic.Label(expression.source, expression.range),
        help: sides(of: node, session))
    case .error(let template, let script):
      let message = try template.map { template throws(Diagnostic) in
        try session.filledIn(template)
      }
      if session.checksOnly { return .proceed }
      var copy = session
      var silent = environment
      silent.emit = { _ in }
      do {
        let completion = try copy.run(script, silent)
        if completion == .interrupted { return completion }
      } catch {
        guard let message, !error.message.contains(message) else { return .proceed }
        throw Diagnostic(
          Self.failureCode, "this fails otherwise than expected: \(error.message)",
          at: error.primary ?? place, help: ["expected a message with: \(message)"])
      }
      throw Diagnostic(
        Self.failureCode, "these commands are expected to fail, and do not", at: place,
        help: template == nil
          ? [] : ["expected a message with: \(message ?? "")"])
    }
  }

  /// The code of the diagnostics that make a script end with status 3.
  package static let failureCode = "expect.failed"

  /// The two sides of a comparison, as they are.
  private func sides(of node: NodeID, _ session: Session) -> [String] {
    let graph = session.graph
    // Of comparisons that are joined, the first that does not hold.
    var node = node
    while graph.isA(node, And.self) {
      let left = graph.operand(node, 0)
      let holds = session.evaluate([left])[0].allSatisfy { $0 != 0 && !$0.isNaN }
      node = holds ? graph.operand(node, 1) : left
    }
    let comparisons: [any Primitive.Type] = [
      Less.self, LessOrEqual.self, Greater.self, GreaterOrEqual.self, Equal.self, NotEqual.self,
      Approximately.self, Within.self,
    ]
    let type = graph.primitive(node)
    guard comparisons.contains(where: { $0 == type }) else { return [] }
    let operands = Array(graph.operands(node).prefix(2))
    let values = session.evaluate(operands)
    let texts = zip(operands, values).map { full($1, graph.shape($0)) }
    return ["the sides are \(texts[0]) and \(texts[1])"]
  }

  private func full(_ values: [Double], _ shape: Shape) -> String {
    let style = NumberStyle.exact
    if shape.isOneNumber { return style.text(of: values[0]) }
    guard case .matrix(let m, let n) = shape.extents, !shape.isPerRow else {
      let shown = values.prefix(6).map { style.text(of: $0) }.joined(separator: ", ")
      return "[\(shown)\(values.count > 6 ? ", …" : "")]"
    }
    let rows = (0..<min(m, 4)).map { full(Array(values[($0 * n)..<($0 * n + n)]), .vector(n)) }
    return "[\(rows.joined(separator: ", "))\(m > 4 ? ", …" : "")]"
  }
}
