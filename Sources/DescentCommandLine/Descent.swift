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
      // At once: a library may still be compiling what nobody waits for any more.
      _exit(run(arguments, streams))
    }
  }

  /// The exit status.
  private static func run(_ arguments: Arguments, _ streams: StandardStreams) -> Int32 {
    let status = Interrupts.withInterruptsEnabled { Runner(arguments, streams).run() }
    streams.flush()
    fflush(nil)
    return status
  }
}
