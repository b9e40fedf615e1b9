#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The executable.
@main
enum Descent {
  static func main() {
    let streams = StandardStreams()
    switch Arguments.parse(Array(CommandLine.arguments.dropFirst())) {
    case .show(let text):
      streams.writeResult(text)
      streams.flush()
    case .refuse(let text):
      streams.writeMessage(text)
      exit(Arguments.usageStatus)
    case .run(let arguments):
      exit(run(arguments, streams))
    }
  }

  /// The exit status.
  private static func run(_ arguments: Arguments, _ streams: StandardStreams) -> Int32 {
    let completer = Completer { CompletionWords(commands: ["cost", "quit", "step"]) }
    guard arguments.scripts.isEmpty || arguments.isInteractive,
      let editor = LineEditor(
        history: HistoryFile(environment: environment), completer: completer)
    else { return 0 }
    var repl = REPL(
      reader: editor,
      needsMoreInput: {
        $0.count(where: { "([{".contains($0) }) > $0.count(where: { ")]}".contains($0) })
      },
      execute: { entry in
        Interrupts.withInterruptsEnabled {
          streams.writeResult("[\(entry)]\n")
          streams.flush()
          return entry == "quit" ? .quit : .proceed
        }
      })
    repl.run()
    return 0
  }
}
