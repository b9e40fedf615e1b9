internal import DescentSource
internal import DescentSyntax

/// A command that runs the commands of blocks. Each of them commits by itself, an error stops there.
package protocol BlockCommand: Command {
  var blocks: [Script] { get }
}

extension BlockCommand {
  package static var keepsWhatWasDone: Bool { true }
  package var changesSession: Bool { false }

  /// The block of such a command, or how the command is written.
  static func block(_ parser: inout Parser) throws(Diagnostic) -> Script {
    let isOnNextLine =
      parser.peek.kind == .newline && parser.peek(1).kind == .punctuation(.leftBrace)
    guard parser.isPunctuation(.leftBrace) || isOnNextLine else {
      throw expected("'{'", parser)
    }
    return try Script(block: &parser)
  }

  /// What is missing, with how the command is written.
  static func expected(_ what: String, _ parser: Parser) -> Diagnostic {
    var problem = parser.unexpected(expected: what)
    problem.help = ["write: \(help.syntax[0])"]
    return problem
  }

  /// What cannot be read in its blocks: then nothing of it runs.
  var failures: [Diagnostic] { blocks.flatMap(\.failures) }
}
