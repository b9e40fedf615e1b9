internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `help`, `help step`, `help sin`.
package struct Help: Command {
  package static let word = "help"
  package static let help = CommandHelp(
    .script, ["help [NAME]"], "Says what there is, or what one command or function does.",
    ["help step", "help sin"])

  private let name: (text: String, range: SourceRange)?

  package static let changesSession = false

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Help {
    Help(name: parser.isAtEndOfCommand ? nil : try parser.name("a command or function"))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    guard let name else {
      environment.emit(.text(Self.overview))
      return .proceed
    }
    guard let text = Self.text(about: name.text) else {
      let known =
        Vocabulary.commands.map { $0.word } + Catalogue.functions.keys.sorted() + ["diff", "grad"]
      let near = suggestion(for: name.text, among: known)
      throw Diagnostic(
        "help.unknown", "there is no help about '\(name.text)'",
        at: Diagnostic.Label(place.source, name.range),
        help: near.map { ["did you mean '\($0)'?"] } ?? ["'help' alone lists what there is"])
    }
    environment.emit(.text(text))
    return .proceed
  }

  /// The commands by group, then the functions.
  static var overview: String {
    var text = ""
    for group in CommandHelp.Group.allCases {
      text += "\(group.rawValue)\n"
      for command in Vocabulary.commands where command.help.group == group {
        for form in command.help.syntax { text += "  \(form)\n" }
      }
    }
    text += "functions\n"
    var line = " "
    for name in Catalogue.functions.keys.sorted() + ["diff", "grad"] {
      if line.count + name.count > 78 {
        text += line + "\n"
        line = " "
      }
      line += " \(name)"
    }
    text += line + "\n"
    return text + "'help step' tells of one command, 'help sin' of one function\n"
  }

  static func text(about name: String) -> String? {
    var text = ""
    if let command = Vocabulary.commands.first(where: { $0.word == name }) {
      text += command.help.syntax.map { "  \($0)\n" }.joined()
      text += "\(command.help.summary)\n"
      text += "for example\n" + command.help.examples.map { "  \($0)\n" }.joined()
    }
    if name == "diff" {
      text +=
        "  diff(E, NAME)\nThe slope of an expression by a parameter, or by an argument of a function.\nfor example\n  diff(w^3, w) at w = 2\n"
    }
    for function in Catalogue.functions[name] ?? [] {
      text +=
        "  \(name): \(function.help.summary)\nfor example\n  \(function.help.example)  is  \(function.help.value)\n"
    }
    return text.isEmpty ? nil : text
  }
}
