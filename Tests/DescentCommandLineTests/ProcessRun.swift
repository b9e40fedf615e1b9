import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a program did that ran without a terminal.
struct ProcessRun {
  var output: String
  var errors: String
  /// 128 + the signal's number if one ended it.
  var status: Int32

  struct TookTooLong: Error {
    var output: String
    var errors: String
  }

  /// Runs the program under test to its end.
  ///
  /// - Parameter variables: besides `PATH`, `HOME` and a terminal type that allows colour; nothing
  ///   else of the tests' own environment gets through.
  static func descent(
    _ arguments: [String], input: String = "", variables: [String: String?] = [:],
    timeLimit: Double = 20
  ) throws -> ProcessRun {
    try run(
      try #require(Executable.path), arguments, input: input, variables: variables,
      timeLimit: timeLimit)
  }

  static func run(
    _ path: String, _ arguments: [String], input: String, variables: [String: String?],
    timeLimit: Double
  ) throws -> ProcessRun {
    var (toChild, fromChild, errorsFromChild) = (Pipe(), Pipe(), Pipe())
    defer { for pipe in [toChild, fromChild, errorsFromChild] { pipe.close() } }
    let child = try Child.start(
      path, arguments, variables: variables,
      descriptors: [toChild.reader, fromChild.writer, errorsFromChild.writer])
    toChild.closeReader()
    fromChild.closeWriter()
    errorsFromChild.closeWriter()

    // The child may end without having read all of its input.
    signal(SIGPIPE, SIG_IGN)
    var rest = Array(input.utf8)[...]
    var (output, errors) = ([UInt8](), [UInt8]())
    if rest.isEmpty {
      toChild.closeWriter()
    } else {
      _ = fcntl(toChild.writer, F_SETFL, O_NONBLOCK)
    }
    let deadline = now() + timeLimit
    while fromChild.reader >= 0 || errorsFromChild.reader >= 0 {
      var sources = [
        pollfd(fd: fromChild.reader, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errorsFromChild.reader, events: Int16(POLLIN), revents: 0),
        pollfd(fd: toChild.writer, events: Int16(POLLOUT), revents: 0),
      ]
      let milliseconds = Int32(max(0, (deadline - now()) * 1000))
      if milliseconds == 0 || poll(&sources, nfds_t(sources.count), milliseconds) == 0 {
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        throw TookTooLong(
          output: String(decoding: output, as: UTF8.self),
          errors: String(decoding: errors, as: UTF8.self))
      }
      if sources[0].revents != 0, !fromChild.read(into: &output) { fromChild.closeReader() }
      if sources[1].revents != 0, !errorsFromChild.read(into: &errors) {
        errorsFromChild.closeReader()
      }
      if sources[2].revents != 0 {
        let count = write(Array(rest), to: toChild.writer)
        rest = rest.dropFirst(max(count, 0))
        if rest.isEmpty || (count < 0 && errno != EAGAIN) { toChild.closeWriter() }
      }
    }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    return ProcessRun(
      output: String(decoding: output, as: UTF8.self),
      errors: String(decoding: errors, as: UTF8.self), status: exitStatus(fromWait: status))
  }
}

/// Both ends of a pipe, -1 when closed.
private struct Pipe {
  var reader: Int32 = -1
  var writer: Int32 = -1

  init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 { (reader, writer) = (ends[0], ends[1]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  mutating func closeReader() { Self.close(&reader) }
  mutating func closeWriter() { Self.close(&writer) }

  func close() {
    var copy = self
    copy.closeReader()
    copy.closeWriter()
  }

  private static func close(_ descriptor: inout Int32) {
    if descriptor >= 0 {
      #if canImport(Darwin)
        _ = Darwin.close(descriptor)
      #else
        _ = Glibc.close(descriptor)
      #endif
    }
    descriptor = -1
  }

  /// False at the end.
  func read(into bytes: inout [UInt8]) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    #if canImport(Darwin)
      let count = Darwin.read(reader, &chunk, chunk.count)
    #else
      let count = Glibc.read(reader, &chunk, chunk.count)
    #endif
    bytes += chunk.prefix(max(count, 0))
    return count > 0
  }
}

enum Child {
  /// Starts a program whose standard streams are the three descriptors.
  static func start(
    _ path: String, _ arguments: [String], variables: [String: String?], descriptors: [Int32]
  ) throws -> pid_t {
    var actions = fileActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    return try spawn(path, arguments, variables, actions: &actions, flags: 0)
  }

  /// Starts a program in a session of its own, whose terminal is the device at `terminal`.
  static func start(
    _ path: String, _ arguments: [String], variables: [String: String?], terminal: String
  ) throws -> pid_t {
    var actions = fileActions()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that the leader of a session opens becomes its controlling one, from which
    // Ctrl-C comes.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    return try spawn(path, arguments, variables, actions: &actions, flags: newSession)
  }

  private static func spawn(
    _ path: String, _ arguments: [String], _ variables: [String: String?],
    actions: inout FileActions, flags: some BinaryInteger
  ) throws -> pid_t {
    var attributes = spawnAttributes()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Tests run with signals as they please; the child starts with none blocked or ignored.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGPIPE, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT] {
      sigaddset(&signals, signal)
    }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(Int(flags) | Int(POSIX_SPAWN_SETSIGMASK) | Int(POSIX_SPAWN_SETSIGDEF)))

    let defaults: [String: String?] = [
      "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TERM": "xterm",
    ]
    let surroundings = defaults.merging(variables) { $1 }.compactMapValues { $0 }
    var child = pid_t()
    let code = withCStrings([path] + arguments) { arguments in
      withCStrings(surroundings.map { "\($0)=\($1)" }) { variables in
        posix_spawn(&child, path, &actions, &attributes, arguments, variables)
      }
    }
    try #require(code == 0, "cannot start \(path): \(String(cString: strerror(code)))")
    return child
  }
}

#if canImport(Darwin)
  private let newSession = POSIX_SPAWN_SETSID
  private typealias FileActions = posix_spawn_file_actions_t?
  private func fileActions() -> FileActions { nil }
  private func spawnAttributes() -> posix_spawnattr_t? { nil }
#else
  /// POSIX_SPAWN_SETSID, which glibc hides behind a feature macro.
  private let newSession = 0x80
  private typealias FileActions = posix_spawn_file_actions_t
  private func fileActions() -> FileActions { posix_spawn_file_actions_t() }
  private func spawnAttributes() -> posix_spawnattr_t { posix_spawnattr_t() }
#endif
