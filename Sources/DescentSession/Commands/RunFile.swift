package import DescentSource
package import DescentSyntax

/// `source "file.descent"`.
package struct RunFile: Command {
  package static let word = "source"
  package static let help = CommandHelp(
    .script, ["source \"FILE\""],
    "Runs the commands of a file, found from the folder of the file that includes it.",
    ["source \"model.descent\""])
  package static let keepsWhatWasDone = true
  package var changesSession: Bool { false }

  private let file: StringTemplate

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> RunFile {
    RunFile(file: try parser.string())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, file.range)
    let path = try session.path(of: file)
    if session.openFiles.contains(path) {
      let circle = session.openFiles.drop { $0 != path } + [path]
      throw Diagnostic(
        "source.cycle",
        circle.count == 2
          ? "this file includes itself"
          : "these files include each other: \(circle.joined(separator: " → "))", at: label)
    }
    guard session.openFiles.count < 100 else {
      throw Diagnostic("source.depth", "files are included more than 100 deep here", at: label)
    }
    let bytes: [UInt8]
    switch environment.read(path) {
    case .success(let read): bytes = read
    case .failure(let problem):
      throw Diagnostic("source.unreadable", "cannot read '\(path)': \(problem.reason)", at: label)
    }
    return try session.run(file: path, bytes, environment)
  }

  /// The path as seen from the folder of another file.
  static func path(_ name: String, from file: String?) -> String {
    guard !name.hasPrefix("/"), let file, let slash = file.lastIndex(of: "/") else { return name }
    var folder = file[..<slash].split(separator: "/", omittingEmptySubsequences: false)
    var rest = name.split(separator: "/")[...]
    // Two names of one file would hide a circle of includes.
    while let first = rest.first, first == "." || first == ".." {
      if first == ".." {
        guard let last = folder.last, last != "..", last != ".", !last.isEmpty else { break }
        folder.removeLast()
      }
      rest = rest.dropFirst()
    }
    return (folder + rest).joined(separator: "/")
  }
}

extension Session {
  /// Where the file is that a text names.
  ///
  /// A script names files from its own folder. One that the command line gave by an input is seen
  /// from where the program runs, as a shell completes it.
  func path(of file: StringTemplate) throws(Diagnostic) -> String {
    let name = try filledIn(file)
    if case .expression(let first, _)? = file.parts.first, let input = textInputName(first),
      givenInputs[input] != nil
    {
      return name
    }
    return RunFile.path(name, from: openFiles.last)
  }

  /// Runs the commands of a file; each commits by itself, and an error stops there.
  package mutating func run(
    file path: String, _ bytes: [UInt8], _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    let source = try SourceText(name: path, bytes: bytes)
    openFiles.append(path)
    defer { openFiles.removeLast() }
    return try run(Script(source, origin: .file), environment)
  }
}
