package import DescentSource
package import DescentSyntax

/// `undo`, `undo 3`.
package struct Undo: Command {
  package static let word = "undo"
  package static let help = CommandHelp(
    .move, ["undo [N]"],
    "Takes back the last N entries that changed anything, 1 unless given, exactly: values, the rule's state, definitions, options. A whole 'for', 'if', 'repeat' or 'source' is one entry, and so is a line at the prompt. The last 1000 are kept, fewer of a million parameters. Text printed and files written stay.",
    ["w = 5", "w = 6", "undo", "w"])
  package var changesSession: Bool { false }

  private let count: Expression?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Undo {
    Undo(count: parser.isAtEndOfCommand ? nil : try parser.expression())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let count = try session.entryCount(count)
    return session.checksOnly ? .proceed : .undo(count)
  }
}

extension Session {
  /// N of `undo N`.
  func entryCount(_ expression: Expression?) throws(Diagnostic) -> Int {
    try expression.map { expression throws(Diagnostic) in
      try wholeNumber(expression, "a number of entries", in: 1...1_000_000)
    } ?? 1
  }
}
