package import DescentData
internal import DescentSource

/// What a session needs from outside: where its output goes, files, and whether to stop.
package struct Environment {
  /// Takes what a command says.
  package var emit: (Output) -> Void
  /// Whether a person asked for the running command to stop (Ctrl-C).
  package var isInterrupted: () -> Bool
  /// The bytes of a file, or why they cannot be had.
  package var read: (String) -> Result<[UInt8], FileProblem>
  /// A file as a table, told how far it has come; nil where ``read`` has its bytes.
  package var readTable:
    ((String, ReadingOptions, ProgressReport?) -> Result<ColumnTable, DataError>)?
  /// Writes a whole file in place of any other, or says why it cannot.
  package var write: (String, [UInt8]) -> FileProblem?
  /// Where long work shows how far it has come; nil where nobody looks.
  package var progress: (any ProgressSink)?
  /// The folder that paths are seen from.
  package var folder: () -> String? = { nil }
  /// The columns a line may have.
  package var width: Int
  /// Whether nobody hears what steps say: then it is not made.
  package var isQuiet = false
  /// What is done with expressions longer than a screen holds.
  package var folding = Folding.folded

  package init(
    emit: @escaping (Output) -> Void, isInterrupted: @escaping () -> Bool = { false },
    read: @escaping (String) -> Result<[UInt8], FileProblem> = { .failure(FileProblem($0)) },
    write: @escaping (String, [UInt8]) -> FileProblem? = { _, _ in
      FileProblem("there is nowhere to write to")
    },
    width: Int = 80
  ) {
    self.emit = emit
    self.isInterrupted = isInterrupted
    self.read = read
    self.write = write
    self.width = width
  }
}

/// Why a file cannot be read or written, in words that go after "cannot read FILE: ".
package struct FileProblem: Error {
  package var reason: String
  package init(_ reason: String) { self.reason = reason }
}

/// How a command that was run ended without an error of its own.
package enum Ending: Equatable, Sendable {
  case proceed
  /// The session is over.
  case quit
  /// It was stopped; what it had done stays.
  case interrupted
  /// The last entries are to be taken back; for whoever runs entries to do.
  case undo(Int)
  /// Entries that were taken back are to be done again.
  case redo(Int)
}

/// Shows how far long work has come, in a line that vanishes.
package protocol ProgressSink: AnyObject {
  /// Begins to count the time: nothing is shown of work that is soon done.
  func begin()
  /// Takes a text if it is time to show one.
  func show(_ text: () -> String)
  /// Takes the line away.
  func end()
}
