package import DescentSource
package import DescentSyntax

/// One command as it was read, with its place.
package struct Statement: Sendable {
  package var command: any Command
  package var source: SourceText
  package var range: SourceRange

  package var label: Diagnostic.Label { Diagnostic.Label(source, range) }
}

/// One thing a person can say: its syntax, its help and what it does.
///
/// Each is one file under `Commands/` and one line in the ``Vocabulary``.
package protocol Command: Sendable {
  /// The word it begins with; what begins with no word of its own has a name for help only.
  static var word: String { get }
  static var help: CommandHelp { get }
  /// Reads what follows the word.
  static func parse(_ parser: inout Parser) throws(Diagnostic) -> Self
  /// Does it. The session is a copy that is taken back when this throws, unless
  /// ``keepsWhatWasDone``.
  func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending
  /// Whether what was done before an error stays.
  static var keepsWhatWasDone: Bool { get }
  /// Whether it changes the session itself: neither what only looks nor what only runs others.
  var changesSession: Bool { get }
}

extension Command {
  package static var keepsWhatWasDone: Bool { false }
  package var changesSession: Bool { true }
}

package struct CommandHelp: Sendable {
  /// How it is written: `step [N] [every K]`, one form a line.
  package let syntax: [String]
  /// What it does, in a sentence or two.
  package let summary: String
  /// Lines to type that show it, in order.
  package let examples: [String]
  /// Where it is listed.
  package let group: Group

  package enum Group: String, CaseIterable, Sendable {
    case define, look, move, explore, script
  }

  init(_ group: Group, _ syntax: [String], _ summary: String, _ examples: [String]) {
    self.group = group
    self.syntax = syntax
    self.summary = summary
    self.examples = examples
  }
}
