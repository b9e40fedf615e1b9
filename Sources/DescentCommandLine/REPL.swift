/// Where the prompt's lines come from: a person at a terminal, or a test.
package protocol LineReading {
  /// - Parameter entry: the lines of the same entry before this one, empty for its first.
  mutating func readLine(prompt: String, after entry: String) -> LineRead

  /// Keeps a whole entry, of one line or several, for recall.
  mutating func remember(_ entry: String)
}

/// What came of asking for a line.
package enum LineRead: Equatable, Sendable {
  case line(String)
  /// Ctrl-C: what was typed is abandoned.
  case interrupted
  /// Ctrl-D on an empty line, or the terminal went away.
  case end
}

/// The prompt: reads an entry, has it executed, and again.
package struct REPL<Reader: LineReading> {
  /// What to do after an entry.
  package enum Next: Equatable, Sendable {
    case proceed
    case quit
  }

  package var reader: Reader
  /// Whether the entry goes on in the next line.
  private let needsMoreInput: (String) -> Bool
  private let execute: (String) -> Next

  package init(
    reader: Reader, needsMoreInput: @escaping (String) -> Bool,
    execute: @escaping (String) -> Next
  ) {
    self.reader = reader
    self.needsMoreInput = needsMoreInput
    self.execute = execute
  }

  /// Until Ctrl-D on an empty line, or until a command quits.
  package mutating func run() {
    while let entry = readEntry() {
      guard entry.contains(where: { !$0.isWhitespace }) else { continue }
      reader.remember(entry)
      if execute(entry) == .quit { return }
    }
  }

  /// `nil` at the end. An entry that the end cuts short is handed over as it is, so that the person
  /// is told what was missing.
  private mutating func readEntry() -> String? {
    var entry = ""
    while true {
      switch reader.readLine(prompt: entry.isEmpty ? Prompt.first : Prompt.more, after: entry) {
      case .line(let line):
        entry += entry.isEmpty ? line : "\n" + line
        if !needsMoreInput(entry) { return entry }
      case .interrupted:
        entry = ""
      case .end:
        return entry.isEmpty ? nil : entry
      }
    }
  }
}

/// What is shown before what the person types.
package enum Prompt {
  package static let first = "descent> "
  package static let more = "     ...> "
}
