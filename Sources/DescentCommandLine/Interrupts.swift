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

  /// Runs `body` with Ctrl-C setting the flag instead of ending the process. It goes around a whole
  /// script or prompt, not around each command: between two commands Ctrl-C must not be deadly.
  ///
  /// When the flag is not honoured for a second, the next Ctrl-C ends the process: whatever does not
  /// poll can still be left.
  package static func withInterruptsEnabled<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    clear()
    firstRequest.store(0, ordering: .relaxed)
    // Started in the background of a shell without job control: SIGINT is not meant for it.
    guard creadline_is_ignored(SIGINT) == 0 else { return try body() }
    var before = sigaction()
    _ = creadline_catch_signal(SIGINT, stopOrLeave, &before)
    defer { sigaction(SIGINT, &before, nil) }
    return try body()
  }

  /// Runs `body`, which reads a line, with the signals that concern the prompt reported on
  /// ``promptDescriptor``. The flag is clear when it begins.
  static func withSignalsAtPrompt<Result>(_ body: () -> Result) -> Result {
    clear()
    guard wakeUp.reader >= 0 else { return body() }
    var before: [(signal: Int32, action: sigaction)] = []
    for signal in [SIGINT, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH]
    where creadline_is_ignored(signal) == 0 {
      var action = sigaction()
      _ = creadline_catch_signal(signal, noteAtPrompt, &action)
      before.append((signal, action))
    }
    defer {
      for (signal, action) in before {
        var action = action
        sigaction(signal, &action, nil)
      }
    }
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
    var before = sigaction()
    _ = creadline_default_signal(signal, &before)
    raise(signal)
    sigaction(signal, &before, nil)
  }
}

private let requested = Atomic<Bool>(false)
/// When the flag was set, in seconds of a monotonic clock.
private let firstRequest = Atomic<Int>(0)

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

// Signal handlers. Only what is async-signal-safe: atomics, clock_gettime, write, _exit. All three
// globals have been touched before a handler is set, so none is initialized in one.

private let stopOrLeave: @convention(c) (Int32) -> Void = { _ in
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  if !requested.exchange(true, ordering: .relaxed) {
    firstRequest.store(Int(time.tv_sec), ordering: .relaxed)
  } else if Int(time.tv_sec) > firstRequest.load(ordering: .relaxed) + 1 {
    _exit(Interrupts.exitStatus)
  }
}

private let noteAtPrompt: @convention(c) (Int32) -> Void = { signal in
  let before = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(wakeUp.writer, &byte, 1)
  errno = before
}
