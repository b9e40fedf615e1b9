internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `rule adam`, `rule momentum(0.8)`, `rule mine(a = 1) { … }`; alone it looks.
package struct SetRule: Command {
  package static let word = "rule"
  package static let help = CommandHelp(
    .define,
    ["rule NAME[(ARGUMENTS)]", "rule NAME[(NAME = DEFAULT, …)] [rate R] { ASSIGNMENTS }", "rule"],
    "The update rule: how a step is made of the gradient. With a body it defines one: w is the parameter, g its slope, t the steps since the rule was set, 'state v = 0' what is kept from step to step.",
    [
      "rule momentum(0.8)", "show rule adam", "rule lbfgs(5)",
      "rule mine(beta = 0.9) { state v = 0; v = beta*v + g; w = w - rate*v }", "rule",
    ])

  enum Form {
    case look
    case selection(
      name: (text: String, range: SourceRange), arguments: [Argument])
    case definition(RuleDefinition)
  }

  struct Argument: Sendable {
    var name: (text: String, range: SourceRange)?
    var value: Expression
  }

  let form: Form

  package var changesSession: Bool {
    if case .look = form { false } else { true }
  }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetRule {
    if parser.isAtEndOfCommand { return SetRule(form: .look) }
    let start = parser.previousEnd - word.utf8.count
    let name = try parser.name("a rule's name")
    var bare: [(text: String, range: SourceRange)?] = []
    let arguments = try arguments(&parser, bare: &bare)
    var rate: Expression?
    if parser.accept(word: "rate") != nil { rate = try parser.expression() }
    guard rate != nil || parser.isPunctuation(.leftBrace) else {
      return SetRule(form: .selection(name: name, arguments: arguments))
    }
    var parameters: [RuleDefinition.Parameter] = []
    for (argument, bare) in zip(arguments, bare) {
      guard let name = argument.name ?? bare else {
        throw Diagnostic(
          "rule.parameter", "a rule's parameter is a name, with its default if it has one",
          at: Diagnostic.Label(parser.source, argument.value.range),
          help: ["write it as in: rule \(name.text)(beta = 0.9) { … }"])
      }
      parameters.append(
        RuleDefinition.Parameter(
          name: name.text, range: name.range, value: argument.name == nil ? nil : argument.value))
    }
    let body = try RuleDefinition.body(&parser)
    return SetRule(
      form: .definition(
        RuleDefinition(
          name: name.text, parameters: parameters, rate: rate, body: body, source: parser.source,
          range: SourceRange(start, parser.previousEnd), about: "")))
  }

  /// `adam(beta1 = 0.8)`, with nothing behind it.
  static func parseSelection(_ parser: inout Parser) throws(Diagnostic) -> SetRule {
    let name = try parser.name("a rule's name")
    var bare: [(text: String, range: SourceRange)?] = []
    return SetRule(form: .selection(name: name, arguments: try arguments(&parser, bare: &bare)))
  }

  /// What stands in parentheses; `bare` has the names that stand alone.
  private static func arguments(
    _ parser: inout Parser, bare: inout [(text: String, range: SourceRange)?]
  ) throws(Diagnostic) -> [Argument] {
    var arguments: [Argument] = []
    if parser.accept(.leftParenthesis) != nil, parser.accept(.rightParenthesis) == nil {
      repeat {
        var argumentName: (text: String, range: SourceRange)?
        if parser.peek.kind == .name, parser.peek(1).kind == .punctuation(.equals) {
          argumentName = try parser.name("an argument's name")
          try parser.expect(.equals)
        }
        let first = parser.peek
        let value = try parser.expression()
        arguments.append(Argument(name: argumentName, value: value))
        // A name alone is a parameter without a default, where a body follows.
        let isName = first.kind == .name && value.tree[value.root].range == first.range
        bare.append(isName ? (parser.text(of: first), first.range) : nil)
      } while parser.accept(.comma) != nil
      try parser.expect(.rightParenthesis)
    }
    return arguments
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .look:
      environment.emit(.equations([Equation("rule", session.rule.text)]))
    case .selection: session.select(try session.rule(selectedBy: self, in: place.source))
    case .definition(let definition):
      try session.check(definition)
      let label = Diagnostic.Label(place.source, definition.range)
      session.rules[definition.name] = definition
      // A parameter without a default waits for its selection.
      if definition.parameters.allSatisfy({ $0.value != nil }) {
        session.select(try session.rule(definition, [], at: label))
      }
    }
    session.refreshReadable()
    if session.rate == nil { try session.redefine(dependentsOf: ["rate"]) }
    return .proceed
  }

  /// A rule that is defined here, or known from the start.
  static func definition(
    _ name: String, _ session: Session, _ label: Diagnostic.Label
  ) throws(Diagnostic) -> RuleDefinition {
    guard let definition = session.rules[name] ?? Prelude.rule(name) ?? WholeSpaceRules.rule(name)
    else {
      throw unknown(name, label, session)
    }
    return definition
  }

  private static func unknown(
    _ name: String, _ label: Diagnostic.Label, _ session: Session
  ) -> Diagnostic {
    let known = session.rules.keys.sorted() + Prelude.ruleNames + WholeSpaceRules.names
    let near = suggestion(for: name, among: known)
    return Diagnostic(
      "rule.unknown", "no rule is called '\(name)'", at: label,
      help: near.map { ["did you mean '\($0)'?"] }
        ?? ["rules: \(known.joined(separator: ", "))", "to define one: rule \(name) { w = … }"])
  }
}
