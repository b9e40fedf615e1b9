internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `let k = 3`, `let f(x) = x^2`.
package struct Let: Command {
  package static let word = "let"
  package static let help = CommandHelp(
    .define, ["let NAME = EXPRESSION", "let NAME(ARGUMENT [= DEFAULT], …) = EXPRESSION"],
    "A name for an expression, which follows the parameters in it, or a function.",
    ["let k = 3", "let f(x) = x^2 + k", "f(2)"])

  private let name: String
  private let range: SourceRange
  private let arguments: [(text: String, range: SourceRange)]?
  private let defaults: [Expression?]
  private let body: Expression

  /// The function that is defined, if it has arguments.
  var function: Scope.Function? {
    arguments.map {
      Scope.Function(
        name: name, arguments: $0.map(\.text), defaults: defaults, body: body)
    }
  }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Let {
    let (name, range) = try parser.name("a name to define")
    var defaults: [Expression?] = []
    let arguments = try parser.argumentNames(defaults: &defaults)
    try parser.expectEquals(as: "let NAME = EXPRESSION")
    if parser.isAtEndOfCommand { throw parser.unexpected(expected: "an expression") }
    return Let(
      name: name, range: range, arguments: arguments, defaults: defaults,
      body: try parser.expressionWithBindings())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, range)
    try session.refuseDefinition(of: name, at: label)
    try session.refuseCostName(name, at: label)
    try session.refuseColumnName(name, at: label)
    let isNew =
      session.scope.definition(name) == nil && session.scope.function(name) == nil
    if session.scope.parameter(name) != nil {
      throw Diagnostic(
        "name.defined", "'\(name)' is a parameter already", at: label,
        help: ["to change its value: \(name) = …", "or take another name"])
    }
    var elaborator = session.elaborator()
    if let arguments, let function {
      try checkArguments(arguments, in: place.source)
      try elaborator.check(function)
      session.scope.setFunction(session.closed(function))
    } else {
      let node = try elaborator.elaborate(body)
      if !isNew { try session.refuseCircle(name, from: elaborator.usedNames, at: label) }
      session.noteDraws(of: name, to: elaborator.scope.nextDraw)
      session.scope.setDefinition(
        Scope.Definition(name: name, expression: session.closed(body), node: node))
    }
    session.textInputs[name] = nil
    session.numericInputs.remove(name)
    // What is new is used by nothing.
    let changed = isNew ? [] : try session.redefine(dependentsOf: [name])
    if !changed.isEmpty {
      environment.emit(.line("with \(name), this changes too: \(changed.joined(separator: ", "))"))
    }
    return .proceed
  }

  private func checkArguments(
    _ arguments: [(text: String, range: SourceRange)], in source: SourceText
  ) throws(Diagnostic) {
    for argument in arguments
    where Parser.reservedWords.contains(argument.text) || Scope.constants.contains(argument.text) {
      throw Diagnostic(
        "name.reserved", "'\(argument.text)' cannot be the name of an argument",
        at: Diagnostic.Label(source, argument.range),
        help: ["take another name, such as \(argument.text)1"])
    }
    try Self.refuseTwice(arguments, in: source)
  }

  /// Refuses two arguments of one name.
  static func refuseTwice(
    _ arguments: [(text: String, range: SourceRange)], in source: SourceText
  ) throws(Diagnostic) {
    var ranges: [String: SourceRange] = [:]
    for argument in arguments {
      guard let first = ranges.updateValue(argument.range, forKey: argument.text) else { continue }
      throw Diagnostic(
        "name.twice", "two arguments are called '\(argument.text)'",
        at: Diagnostic.Label(source, argument.range),
        secondary: [Diagnostic.Label(source, first, "first here")])
    }
  }
}

extension Session {
  /// A definition that is made of itself, through others even, would never end.
  func refuseCircle(
    _ name: String, from used: Set<String>, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    guard isMade(of: [name], from: used) else { return }
    throw Diagnostic(
      "name.recursive", "'\(name)' would be defined by itself", at: label,
      help: ["to use its present value, take another name for the new one"])
  }
}

extension Parser {
  /// Takes the `=` of a definition, or says how it is written.
  mutating func expectEquals(as form: String) throws(Diagnostic) {
    guard accept(.equals) == nil else { return }
    var problem = unexpected(expected: "'='")
    if problem.help.isEmpty { problem.help = ["write: \(form)"] }
    throw problem
  }

  /// `(x, y)`, if there is one.
  mutating func argumentNames() throws(Diagnostic) -> [(text: String, range: SourceRange)]? {
    var defaults: [Expression?] = []
    let names = try argumentNames(defaults: &defaults)
    if defaults.contains(where: { $0 != nil }) {
      throw Diagnostic(
        "let.default", "only the arguments of a 'let' have defaults",
        at: Diagnostic.Label(source, position))
    }
    return names
  }

  /// `(x, a = 3)`, if there is one.
  mutating func argumentNames(
    defaults: inout [Expression?]
  ) throws(Diagnostic) -> [(text: String, range: SourceRange)]? {
    guard accept(.leftParenthesis) != nil else { return nil }
    if isPunctuation(.rightParenthesis) {
      throw Diagnostic(
        "syntax.arguments", "a function has at least one argument",
        at: Diagnostic.Label(source, position),
        help: ["for a name without arguments, leave the parentheses out"])
    }
    var names: [(text: String, range: SourceRange)] = []
    repeat {
      names.append(try name("an argument's name"))
      let hasDefault = accept(.equals) != nil
      if !hasDefault, defaults.contains(where: { $0 != nil }) {
        throw Diagnostic(
          "let.default", "arguments without a default stand before those with one",
          at: Diagnostic.Label(source, names[names.count - 1].range))
      }
      defaults.append(hasDefault ? try expression() : nil)
    } while accept(.comma) != nil
    try expect(.rightParenthesis)
    return names
  }
}
