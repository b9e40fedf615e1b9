internal import DescentSource

/// A command that runs the commands of blocks. Each of them commits by itself, an error stops there.
package protocol BlockCommand: Command {
  var blocks: [Script] { get }
}

extension BlockCommand {
  package static var keepsWhatWasDone: Bool { true }
  package static var changesSession: Bool { false }

  /// What cannot be read in its blocks: then nothing of it runs.
  var failures: [Diagnostic] { blocks.flatMap(\.failures) }
}
