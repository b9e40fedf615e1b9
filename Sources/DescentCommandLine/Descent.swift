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
    Interrupts.withInterruptsEnabled {
      for case .code(let code) in arguments.scripts {
        _ = execute(code, streams)
        if Interrupts.isRequested { return Interrupts.exitStatus }
      }
      let completer = Completer {
        CompletionWords(commands: ["cost", "quit", "step"], functions: ["sqrt"])
      }
      guard arguments.scripts.isEmpty || arguments.isInteractive,
        let editor = LineEditor(
          history: HistoryFile(environment: environment), completer: completer)
      else { return 0 }
      var repl = REPL(
        reader: editor,
        needsMoreInput: { entry in
          entry.count { "([{".contains($0) } > entry.count { ")]}".contains($0) }
        },
        execute: {
          let next = execute($0, streams)
          streams.flush()
          return next
        })
      repl.run()
      return 0
    }
  }

  private static func execute(
    _ entry: String, _ streams: StandardStreams
  ) -> REPL<LineEditor>.Next {
    while entry.contains("step"), !Interrupts.isRequested {}
    streams.writeResult("[\(entry)]\n")
    return entry.hasPrefix("quit") ? .quit : .proceed
  }
}
