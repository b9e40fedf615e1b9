package import DescentSource
package import DescentSyntax

/// `rule gd`; alone it looks.
package struct SetRule: Command {
  package static let word = "rule"
  package static let help = CommandHelp(
    .define, ["rule NAME", "rule"],
    "The update rule: how a step is made of the gradient. gd is plain gradient descent, w - rate*g.",
    ["rule gd", "rule"])

  private let name: (text: String, range: SourceRange)?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetRule {
    if parser.isAtEndOfCommand { return SetRule(name: nil) }
    return SetRule(name: try parser.name("a rule's name"))
  }

  /// Rules of the language that are not there yet.
  private static let notYet: Set<String> = [
    "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam", "adamw", "amsgrad", "nadam",
    "radam", "adamax", "lion", "adabelief", "yogi", "rprop", "signsgd", "polyak", "frozen",
    "noisy", "newton", "bfgs", "lbfgs", "linesearch", "levenberg",
  ]

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    guard let name else {
      environment.emit(.equations([Equation("rule", session.rule.name)]))
      return .proceed
    }
    let label = Diagnostic.Label(place.source, name.range)
    guard let rule = UpdateRule.all.first(where: { $0.name == name.text }) else {
      if Self.notYet.contains(name.text) {
        throw Diagnostic(
          "not.yet", "the rule '\(name.text)' is not in this version yet", at: label,
          help: ["write: rule gd"])
      }
      let near = suggestion(for: name.text, among: UpdateRule.all.map(\.name))
      throw Diagnostic(
        "rule.unknown", "no rule is called '\(name.text)'", at: label,
        help: near.map { ["did you mean '\($0)'?"] } ?? ["rules: gd"])
    }
    session.rule = rule
    session.refreshReadable()
    try session.redefine(dependentsOf: "rate")
    return .proceed
  }
}
