#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program that ran to its end: what it printed, and when.
struct ChildProcess {
  var output: String
  /// Seconds that processors were busy with it and with what it waited for.
  var processorSeconds: Double
  /// Seconds until the output held the awaited text; `nil` if it never did.
  var secondsToText: Double?

  enum Failure: Error, CustomStringConvertible {
    case notStarted(String)
    case failed(command: [String], status: Int32)
    case unexpectedOutput(command: [String], output: String)

    var description: String {
      switch self {
      case .notStarted(let program): "\(program) cannot be started"
      case .failed(let command, let status):
        "\(command.joined(separator: " ")) ended with status \(status)"
      case .unexpectedOutput(let command, let output):
        "\(command.joined(separator: " ")) printed: \(output)"
      }
    }
  }

  /// Runs a program, found in the `PATH`, with an empty standard input and this standard error.
  static func run(
    _ command: [String], awaiting text: String? = nil, showsErrors: Bool = true
  ) throws(Failure) -> ChildProcess {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw .notStarted(command[0]) }
    defer { close(ends[0]) }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])
    if !showsErrors { posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) }

    let words = command.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child = pid_t()
    let start = now()
    let code = posix_spawnp(&child, command[0], &actions, nil, words, environ)
    close(ends[1])
    guard code == 0 else { throw .notStarted(command[0]) }

    var bytes: [UInt8] = []
    var secondsToText: Double?
    let awaited = text.map { Array($0.utf8) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(ends[0], &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      let time = now() - start
      bytes.append(contentsOf: buffer[..<count])
      if let awaited, secondsToText == nil, bytes.contains(awaited) { secondsToText = time }
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    let processorSeconds = Self.seconds(usage.ru_utime) + Self.seconds(usage.ru_stime)
    guard status == 0 else { throw .failed(command: command, status: status) }
    return ChildProcess(
      output: String(decoding: bytes, as: UTF8.self), processorSeconds: processorSeconds,
      secondsToText: secondsToText)
  }

  /// The numbers a program printed, separated by spaces and newlines, and its processor time.
  static func numbers(_ command: [String]) throws(Failure) -> (values: [Double], seconds: Double) {
    let run = try run(command)
    var values: [Double] = []
    for word in run.output.split(whereSeparator: \.isWhitespace) {
      guard let value = Double(word) else {
        throw .unexpectedOutput(command: command, output: run.output)
      }
      values.append(value)
    }
    return (values, run.processorSeconds)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
