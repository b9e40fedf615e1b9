internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `let k = 3`, `let f(x) = x^2`.
package struct Let: Command {
  package static let word = "let"
  package static let help = CommandHelp(
    .define, ["let NAME = EXPRESSION", "let NAME(ARGUMENTS) = EXPRESSION"],
    "A name for an expression, which follows the parameters in it, or a function.",
    ["let k = 3", "let f(x) = x^2 + k", "f(2)"])

  private let name: String
  private let range: SourceRange
  private let arguments: [(text: String, range: SourceRange)]?
  private let body: Expression

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Let {
    let (name, range) = try parser.name("a name to define")
    let arguments = try parser.argumentNames()
    try parser.expect(.equals)
    if parser.isAtEndOfCommand { throw parser.unexpected(expected: "an expression") }
    return Let(
      name: name, range: range, arguments: arguments, body: try parser.expressionWithBindings())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, range)
    try session.refuseDefinition(of: name, at: label)
    if session.scope.parameter(name) != nil {
      throw Diagnostic(
        "name.defined", "'\(name)' is a parameter already", at: label,
        help: ["to change its value: \(name) = …", "or take another name"])
    }
    var elaborator = session.elaborator()
    if let arguments {
      try checkArguments(arguments, in: place.source)
      let function = Scope.Function(
        name: name, arguments: arguments.map(\.text), body: body)
      try elaborator.check(function)
      session.scope.setFunction(function)
    } else {
      let node = try elaborator.elaborate(body)
      try session.refuse(
        "'\(name)'", madeOf: elaborator.usedNames, reaching: [name], at: label)
      session.scope.setDefinition(
        Scope.Definition(name: name, expression: body, node: node))
    }
    let changed = try session.redefine(dependentsOf: name)
    if !changed.isEmpty {
      environment.emit(.line("with \(name), this changes too: \(changed.joined(separator: ", "))"))
    }
    return .proceed
  }

  private func checkArguments(
    _ arguments: [(text: String, range: SourceRange)], in source: SourceText
  ) throws(Diagnostic) {
    for (position, argument) in arguments.enumerated() {
      let label = Diagnostic.Label(source, argument.range)
      if Parser.reservedWords.contains(argument.text) || Scope.constants.contains(argument.text) {
        throw Diagnostic(
          "name.reserved", "'\(argument.text)' cannot be the name of an argument", at: label)
      }
      if let first = arguments[..<position].first(where: { $0.text == argument.text }) {
        throw Diagnostic(
          "name.twice", "'\(argument.text)' is there twice", at: label,
          secondary: [Diagnostic.Label(source, first.range, "first here")])
      }
    }
  }
}

extension Parser {
  /// `(x, y)`, if there is one.
  mutating func argumentNames() throws(Diagnostic) -> [(text: String, range: SourceRange)]? {
    guard accept(.leftParenthesis) != nil else { return nil }
    var names = [try name("an argument's name")]
    while accept(.comma) != nil { names.append(try name("an argument's name")) }
    try expect(.rightParenthesis)
    return names
  }
}
