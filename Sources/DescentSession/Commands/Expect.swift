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

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Expect {
    let next = parser.peek(1)
    if parser.isWord("error"), next.kind == .string || next.kind == .punctuation(.leftBrace) {
      parser.advance()
      let message = parser.peek.kind == .string ? try parser.string() : nil
      return Expect(form: .error(message, try Script(block: &parser)))
    }
    return Expect(form: .test(try parser.expressionWithBindings()))
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
          Self.failureCode, "the error is another one than expected: \(error.message)",
          at: error.primary ?? place, help: ["expected: \(message)"])
      }
      throw Diagnostic(
        Self.failureCode, "these commands were expected to fail, and did not", at: place)
    }
  }

  /// The code of the diagnostics that make a script end with status 3.
  package static let failureCode = "expect.failed"

  /// The two sides of a comparison, as they are.
  private func sides(of node: NodeID, _ session: Session) -> [String] {
    var node = node
    // Of tests joined by 'and', the first that fails is the one to tell of.
    while session.graph.isA(node, And.self) {
      let tests = Array(session.graph.operands(node))
      let values = session.evaluate(tests)
      let failing = values.firstIndex { $0.contains { $0 == 0 || $0.isNaN } }
      node = tests[failing ?? 0]
    }
    let operands = Array(session.graph.operands(node).prefix(2))
    guard operands.count == 2 else { return [] }
    let values = session.evaluate(operands)
    return ["the sides are \(full(values[0])) and \(full(values[1]))"]
  }

  private func full(_ values: [Double]) -> String {
    let style = NumberStyle.exact
    if values.count == 1 { return style.text(of: values[0]) }
    let shown = values.prefix(6).map { style.text(of: $0) }.joined(separator: ", ")
    return "[\(shown)\(values.count > 6 ? ", …" : "")]"
  }
}
