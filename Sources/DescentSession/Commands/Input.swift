internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `input alpha = 0.3`, `input images = "a.gz"`.
package struct Input: Command {
  package static let word = "input"
  package static let help = CommandHelp(
    .script, ["input NAME = EXPRESSION", "input NAME = \"TEXT\""],
    "A value that the command line can replace: descent FILE alpha=0.5. A text is used as {name} in strings.",
    ["input alpha = 0.3", "rate alpha", "input title = \"a walk\"", "print \"{title}\""])

  private enum Value {
    case expression(Expression)
    case text(StringTemplate)
  }

  private let name: String
  private let range: SourceRange
  private let value: Value

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Input {
    let (name, range) = try parser.name("an input's name")
    try parser.expectEquals(as: "input NAME = VALUE")
    if parser.peek.kind == .string {
      return Input(name: name, range: range, value: .text(try parser.string()))
    }
    return Input(name: name, range: range, value: .expression(try parser.expression()))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, range)
    try session.refuseDefinition(of: name, at: label)
    try session.refuseCostName(name, at: label)
    try session.refuseColumnName(name, at: label)
    if session.scope.parameter(name) != nil {
      throw Diagnostic(
        "name.defined", "'\(name)' is a parameter already", at: label,
        help: ["write: input \(name)1 = …, then: \(name) = \(name)1"])
    }
    let isNew = !session.scope.isDefined(name)
    let given = session.givenInputs[name]
    switch value {
    case .text(let template):
      guard isNew else {
        throw Diagnostic(
          "name.defined", "'\(name)' is no text: it is defined already", at: label,
          help: ["take another name for the text"])
      }
      session.textInputs[name] = if let given { given } else { try session.filledIn(template) }
    case .expression(let expression):
      let expression = if let given { try read(given, for: name) } else { expression }
      var elaborator = session.elaborator()
      let node = try elaborator.elaborate(expression)
      try session.refuseCircle(name, from: elaborator.usedNames, at: label)
      session.textInputs[name] = nil
      session.numericInputs.insert(name)
      session.noteDraws(of: name, to: elaborator.scope.nextDraw)
      session.scope.setDefinition(
        Scope.Definition(name: name, expression: session.closed(expression), node: node))
      if !isNew { try session.redefine(dependentsOf: [name]) }
    }
    return .proceed
  }

  private func read(_ text: String, for name: String) throws(Diagnostic) -> Expression {
    let source = SourceText(name: "<\(name)>", text: text)
    var parser = try Parser(source, origin: .prompt)
    let expression = try parser.expression()
    guard parser.isAtEnd else { throw parser.unexpected(expected: "the end of the value") }
    return expression
  }
}
