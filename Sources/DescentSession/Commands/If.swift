internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `if cost < 1 { … } else if w > 0 { … } else { … }`.
package struct If: BlockCommand {
  package static let word = "if"
  package static let help = CommandHelp(
    .script, ["if TEST { COMMANDS } [else if TEST { COMMANDS }] [else { COMMANDS }]"],
    "Runs the commands of the first test that holds, or those after 'else'. '} else {' stands on one line. A text, which is an input, is compared by '==' or '!='. With 'then' and no block it is an expression.",
    [
      "w = 3",
      "if w > 2 { print \"far\" } else if w > 1 { print \"near\" } else { print \"there\" }",
      "input title = \"\"", "if title != \"\" { print \"{title}\" }",
    ])

  private enum Test: Sendable {
    case expression(Expression)
    case text(TextTest)
  }

  private let branches: [(test: Test, body: Script)]
  private let otherwise: Script?

  package var blocks: [Script] { branches.map(\.body) + (otherwise.map { [$0] } ?? []) }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> If {
    var branches = [try branch(&parser)]
    while true {
      if ["elif", "elseif", "elsif"].contains(where: { parser.isWord($0) }) {
        var problem = parser.unexpected(expected: "'else'")
        problem.help = ["write: else if TEST { COMMANDS }"]
        throw problem
      }
      if parser.peek.kind == .newline, parser.isWord("else", parser.peek(1)) {
        // Onto the word, so that recovering skips its block and it gives no message too.
        parser.advance()
        throw misplacedElse(parser)
      }
      guard parser.accept(word: "else") != nil else {
        return If(branches: branches, otherwise: nil)
      }
      guard parser.accept(word: "if") != nil else {
        return If(branches: branches, otherwise: try block(&parser))
      }
      branches.append(try branch(&parser))
    }
  }

  private static func branch(
    _ parser: inout Parser
  ) throws(Diagnostic) -> (test: Test, body: Script) {
    if let test = try TextTest.parse(&parser) { return (.text(test), try block(&parser)) }
    return (.expression(try parser.test()), try block(&parser))
  }

  /// An `else` that begins a line.
  static func misplacedElse(_ parser: Parser) -> Diagnostic {
    Diagnostic(
      "if.else", "'else' stands on the line of the '}' before it",
      at: Diagnostic.Label(parser.source, parser.position), help: ["write: } else {"])
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    if session.checksOnly { return try check(&session, environment) }
    for (test, body) in branches where try holds(test, session) {
      return try session.run(body, environment)
    }
    return try otherwise.map { body throws(Diagnostic) in
      try session.run(body, environment)
    } ?? .proceed
  }

  /// Every block from the same session; which will be run is not known, so the first one's goes on.
  private func check(
    _ session: inout Session, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    // Texts are known, and what they rule out may need a file that is not there.
    var rest = branches[...]
    while let (test, body) = rest.first, case .text = test {
      if try holds(test, session) { return try session.run(body, environment) }
      rest = rest.dropFirst()
    }
    if rest.isEmpty {
      return try otherwise.map { body throws(Diagnostic) in
        try session.run(body, environment)
      } ?? .proceed
    }
    for (test, _) in rest { _ = try holds(test, session) }
    let before = session
    for (number, body) in (rest.map(\.body) + (otherwise.map { [$0] } ?? [])).enumerated() {
      var copy = before
      _ = try copy.run(body, environment)
      if number == 0 { session = copy }
    }
    return .proceed
  }

  private func holds(_ test: Test, _ session: Session) throws(Diagnostic) -> Bool {
    switch test {
    case .text(let test): return try test.holds(in: session)
    case .expression(let test): return try holds(test, session)
    }
  }

  private func holds(_ test: Expression, _ session: Session) throws(Diagnostic) -> Bool {
    let (node, value) = try session.value(of: test)
    let label = Diagnostic.Label(test.source, test.range)
    guard session.graph.shape(node).isOneNumber else {
      throw Diagnostic(
        "shape.expected", "a test is one number, and this is \(session.graph.shape(node))",
        at: label, help: ["for all elements at once: min(…) > 0, or norm(…) < 1e-6"])
    }
    guard !value[0].isNaN || session.checksOnly else {
      throw Diagnostic(
        "if.nan", "this test is nan: it neither holds nor fails", at: label,
        help: ["guard what has no value here: if w > 0 { … }"])
    }
    return value[0] != 0
  }
}
