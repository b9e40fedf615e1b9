package import DescentSource
package import DescentSyntax

/// `save "session.descent"`.
package struct Save: Command {
  package static let word = "save"
  package static let help = CommandHelp(
    .script, ["save \"FILE\""],
    "Writes a script that makes this session again, every number to the last bit, so that the next steps are the same; run it with 'source'. The steps so far are not in it: 'back' and 'table' begin where it was saved. A file that is there is written over.",
    ["cost w^2", "w = 5", "step 3", "save \"session.descent\""])
  package var changesSession: Bool { false }

  private let file: StringTemplate

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Save {
    Save(file: try parser.string())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let name = try session.filledIn(file)
    if session.checksOnly { return .proceed }
    let path = RunFile.path(name, from: session.openFiles.last)
    let text = session.savedText(in: SavedPlace(script: path, folder: environment.folder()))
    try verify(text, at: path, session, environment, at: place)
    try session.write(
      text, to: name, environment, at: Diagnostic.Label(place.source, file.range))
    environment.emit(.line("saved to \(name)"))
    return .proceed
  }

  /// Reads what is to be written, so that a file that does not give the session back is never left
  /// behind in silence.
  private func verify(
    _ text: String, at path: String, _ session: Session, _ environment: Environment,
    at place: Diagnostic.Label
  ) throws(Diagnostic) {
    var again = Session()
    again.openFiles = [path]
    var silent = environment
    silent.emit = { _ in }
    var reason: String?
    do {
      let source = SourceText(name: "<saved>", text: text)
      _ = try again.run(Script(source, origin: .file), silent)
      reason = session.firstDifference(from: again)
    } catch {
      reason = error.message
    }
    if let reason {
      throw Diagnostic(
        "save.incomplete", "a script cannot make this session again: \(reason)", at: place)
    }
  }
}
