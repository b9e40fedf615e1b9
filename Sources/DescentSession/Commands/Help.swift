internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `help`, `help step`, `help sin`, `help rule adam`, `help gradient`.
package struct Help: Command {
  package static let word = "help"
  package static let help = CommandHelp(
    .script, ["help [NAME]", "help rule NAME"],
    "Says what there is, or what one command, function, rule, schedule or word of the subject is.",
    ["help step", "help sin", "help rule adam", "help cosine", "help gradient"])

  private let name: (text: String, range: SourceRange)?
  /// `adam` in `help rule adam`.
  private let rule: (text: String, range: SourceRange)?

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Help {
    if parser.isAtEndOfCommand { return Help(name: nil, rule: nil) }
    let name = try parser.name("a command or function")
    let hasRule = name.text == SetRule.word && !parser.isAtEndOfCommand
    return Help(name: name, rule: hasRule ? try parser.name("a rule's name") : nil)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    guard let name else {
      environment.emit(.text(Self.overview))
      return .proceed
    }
    if let rule {
      let label = Diagnostic.Label(place.source, rule.range)
      let definition = try SetRule.definition(rule.text, session, label)
      environment.emit(.text(WrappedText(width: environment.width)(definition.help)))
      return .proceed
    }
    let wrapped = WrappedText(width: environment.width)
    let parts = [
      Self.text(about: name.text, wrapped),
      session.rules[name.text]?.help ?? Self.libraryText(name.text),
      Concept.named(name.text).map(Self.text(of:)),
    ]
    let text = parts.compactMap(\.self).joined(separator: "\n")
    guard !text.isEmpty else {
      let near = suggestion(for: name.text, among: Self.topics + session.rules.keys.sorted())
      throw Diagnostic(
        "help.unknown", "there is no help about '\(name.text)'",
        at: Diagnostic.Label(place.source, name.range),
        help: near.map { ["did you mean '\($0)'?"] } ?? ["'help' alone lists what there is"])
    }
    environment.emit(.text(wrapped(text)))
    return .proceed
  }

  /// Everything that there is help about.
  static var topics: [String] {
    Vocabulary.commands.map { $0.word } + Catalogue.functions.keys.sorted() + ["diff", "grad"]
      + Prelude.ruleNames + Prelude.functionNames + Concept.catalogue.map(\.name)
  }

  /// The commands by group, then functions, rules, schedules and concepts.
  static var overview: String {
    var text = ""
    for group in CommandHelp.Group.allCases {
      text += "\(group.rawValue)\n"
      for command in Vocabulary.commands where command.help.group == group {
        for form in command.help.syntax { text += "  \(form)\n" }
      }
    }
    text += "functions\n" + lines(Catalogue.functions.keys.sorted() + ["diff", "grad"])
    text += "rules\n" + lines(Prelude.ruleNames)
    text += "schedules\n" + lines(Prelude.functionNames)
    text += "words\n" + lines(Concept.catalogue.map(\.name))
    return text
      + "'help step' tells of one command, 'help sin' of one function, 'help adam' of one rule\n"
  }

  private static func lines(_ names: [String]) -> String {
    var text = ""
    var line = " "
    for name in names {
      if line.count + name.count > 78 {
        text += line + "\n"
        line = " "
      }
      line += " \(name)"
    }
    return text + line + "\n"
  }

  private static func text(about name: String, _ wrapped: WrappedText) -> String? {
    var text = ""
    if let command = Vocabulary.commands.first(where: { $0.word == name }) {
      text += command.help.syntax.map { "  \($0)\n" }.joined()
      text += "\(command.help.summary)\n" + example(command.help.examples)
    }
    for function in Catalogue.functions[name] ?? [] {
      text += wrapped.entry("  \(name): \(function.help.summary)")
      text += "\nfor example\n  \(function.help.example)  is  \(function.help.value)\n"
    }
    if let rule = WholeSpaceRules.rule(name) {
      text += "  rule \(rule.wholeSpace?.signature ?? name)\n\(rule.about)\n"
    }
    return text.isEmpty ? nil : text
  }

  /// A rule or a schedule that is known from the start.
  static func libraryText(_ name: String) -> String? {
    if let rule = Prelude.rule(name) { return rule.help }
    guard let function = Prelude.function(name), let about = Prelude.about("let \(name)") else {
      return nil
    }
    return "  \(name)(\(function.formals.joined(separator: ", ")))\n\(about)\n"
      + example(Prelude.example(name).map { [$0] } ?? [])
      + "'show \(name)' prints how it is made\n"
  }

  private static func text(of concept: Concept) -> String {
    concept.text + "\n" + example(concept.example)
  }

  static func example(_ lines: [String]) -> String {
    "for example\n" + lines.map { "  \($0)\n" }.joined()
  }
}

extension RuleDefinition {
  /// Lines to type that show it at work.
  var example: [String] {
    let given = parameters.filter { $0.value == nil }.map { "\($0.name) = 0.5" }
    let selection = given.isEmpty ? name : "\(name)(\(given.joined(separator: ", ")))"
    return ["cost w^2", "w = 5", "rule \(selection)", "step 3"]
  }

  /// Its form with its defaults, the comment above it, and an example.
  var help: String {
    let written = parameters.map { parameter in
      parameter.value.map { "\(parameter.name) = \($0.source.text(in: $0.range))" }
        ?? parameter.name
    }
    let form = written.isEmpty ? name : "\(name)(\(written.joined(separator: ", ")))"
    let own = rate.map { "The rate is \($0.source.text(in: $0.range)) until one is given.\n" } ?? ""
    return "  rule \(form)\n" + (about.isEmpty ? "" : "\(about)\n") + own + Help.example(example)
      + "'show rule \(name)' prints how it is made\n"
  }
}
