package import DescentSource
package import DescentSyntax

/// `quit`.
package struct Quit: Command {
  package static let word = "quit"
  package static let help = CommandHelp(
    .script, ["quit"], "Leaves. Ctrl-D on an empty line does so too.", ["quit"])

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Quit { Quit() }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending { .quit }
}
