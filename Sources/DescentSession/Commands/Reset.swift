internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `reset`.
package struct Reset: Command {
  package static let word = "reset"
  package static let help = CommandHelp(
    .move, ["reset"], "Goes back to the start of this descent.",
    ["cost w^2", "w = 5", "step 3", "reset", "w"])

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Reset { Reset() }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    session.values = session.start
    session.beginDescent()
    session.reportPlace(environment)
    return .proceed
  }
}
