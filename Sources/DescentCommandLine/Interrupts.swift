internal import CReadline
internal import Synchronization

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Ctrl-C: a flag that a running command polls, and a wake-up for the prompt.
///
/// Nothing is done in the signal handler itself but to set the flag and to write one byte into a
/// pipe, so that a signal that arrives between a check and a wait is not lost.
package enum Interrupts {
  /// What a process that was interrupted reports: 128 + SIGINT.
  package static let exitStatus: Int32 = 130

  /// Whether Ctrl-C was pressed since ``clear()``. Cheap enough for every step of a descent.
  package static var isRequested: Bool { requested.load(ordering: .relaxed) }

  package static func clear() { requested.store(false, ordering: .relaxed) }

  /// Runs `body` with Ctrl-C setting the flag instead of ending the process.
  ///
  /// A second Ctrl-C before the first one was honoured ends the process: whatever does not poll can
  /// still be left.
  package static func withInterruptsEnabled<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    clear()
    // Started in the background of a shell without job control: SIGINT is not meant for it.
    guard creadline_is_ignored(SIGINT) == 0 else { return try body() }
    _ = creadline_catch_signal(SIGINT, stopOrLeave)
    defer { _ = creadline_default_signal(SIGINT) }
    return try body()
  }

  /// Runs `body`, which reads a line, with the signals that concern the prompt reported on `wakeUp`.
  static func withSignalsAtPrompt<Result>(_ body: () -> Result) -> Result {
    let caught = [SIGINT, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH].filter {
      creadline_is_ignored($0) == 0
    }
    guard wakeUp.reader >= 0 else { return body() }
    for signal in caught { _ = creadline_catch_signal(signal, noteAtPrompt) }
    defer { for signal in caught { _ = creadline_default_signal(signal) } }
    return body()
  }

  /// The next signal that arrived at the prompt, `nil` if there is none.
  static func nextSignalAtPrompt() -> Int32? {
    var byte: UInt8 = 0
    return read(wakeUp.reader, &byte, 1) == 1 ? Int32(byte) : nil
  }

  /// Where ``nextSignalAtPrompt()`` becomes readable: for `poll`.
  static var promptDescriptor: Int32 { wakeUp.reader }

  /// Lets a signal do what it does by default: stop or end the process. Returns after a stop.
  static func deliver(_ signal: Int32) {
    _ = creadline_default_signal(signal)
    raise(signal)
    _ = creadline_catch_signal(signal, noteAtPrompt)
  }
}

private let requested = Atomic<Bool>(false)

/// A pipe whose ends never block; -1 twice if there are no descriptors left.
private let wakeUp: (reader: Int32, writer: Int32) = {
  var ends: [Int32] = [-1, -1]
  guard pipe(&ends) == 0 else { return (-1, -1) }
  for end in ends {
    _ = fcntl(end, F_SETFL, O_NONBLOCK)
    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
  }
  return (ends[0], ends[1])
}()

// Signal handlers. Only what is async-signal-safe: an atomic, write, _exit. Both globals have been
// touched before a handler is set (by `clear()` and by `wakeUp.reader`), so none is initialized here.

private let stopOrLeave: @convention(c) (Int32) -> Void = { _ in
  if requested.exchange(true, ordering: .relaxed) { _exit(Interrupts.exitStatus) }
}

private let noteAtPrompt: @convention(c) (Int32) -> Void = { signal in
  let before = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(wakeUp.writer, &byte, 1)
  errno = before
}
