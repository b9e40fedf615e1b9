package import DescentSource
package import DescentSyntax

/// `redo`, `redo 3`.
package struct Redo: Command {
  package static let word = "redo"
  package static let help = CommandHelp(
    .move, ["redo [N]"],
    "Does again what the last 'undo' took back, N entries, 1 unless given, exactly; until something else is changed.",
    ["w = 5", "w = 6", "undo", "redo", "w"])
  package var changesSession: Bool { false }

  private let count: Expression?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Redo {
    Redo(count: parser.isAtEndOfCommand ? nil : try parser.expression())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let count = try session.entryCount(count)
    return session.checksOnly ? .proceed : .redo(count)
  }
}
