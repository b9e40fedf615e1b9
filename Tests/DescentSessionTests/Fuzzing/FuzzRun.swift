#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How long to fuzz, and from which seed.
///
/// `DESCENT_FUZZ_SECONDS` is shared by all fuzz tests; `DESCENT_FUZZ_SEED` sets the seed, and
/// `DESCENT_FUZZ_CASE` runs one case alone.
struct FuzzRun {
  static let seconds = variable("DESCENT_FUZZ_SECONDS").flatMap { Double($0) } ?? 4
  static let seed = variable("DESCENT_FUZZ_SEED").flatMap { UInt64($0) } ?? 20_250_701
  private static let only = variable("DESCENT_FUZZ_CASE").flatMap { Int($0) }

  let name: String
  /// A part of the seconds.
  let share: Double

  /// Runs cases until the time is over. Each begins by saying what its input is, with
  /// ``FuzzWatch/begin(_:)``, so that whatever happens can be told with it.
  func cases(_ body: (inout SeededGenerator, Int) throws -> Void) rethrows {
    let end = seconds() + share * Self.seconds
    FuzzWatch.start()
    defer { FuzzWatch.stop() }
    var number = Self.only ?? 0
    repeat {
      FuzzWatch.caseName =
        "\(name): DESCENT_FUZZ_SEED=\(Self.seed) DESCENT_FUZZ_CASE=\(number)"
      var random = SeededGenerator(seed: Self.seed, case: number)
      try body(&random, number)
      number += 1
    } while Self.only == nil && seconds() < end
    if Self.seconds > 10 { print("\(name): \(number) cases with seed \(Self.seed)") }
  }

  private func seconds() -> Double { FuzzRun.now() }

  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// Tells the input that was running when the process crashes or does not come to an end.
///
/// A Swift trap cannot be caught: the input lies ready in plain memory, where a signal handler
/// finds it, writes it to standard error, and lets the signal do what it does.
enum FuzzWatch {
  /// A case that takes longer than this hangs.
  static let longestCase: UInt32 = 60

  nonisolated(unsafe) static var caseName = ""
  // Written by the one test that runs at a time, read by a signal handler after the writing.
  nonisolated(unsafe) private static var report: UnsafeMutablePointer<CChar>?
  nonisolated(unsafe) fileprivate static var reportLength = 0

  static func begin(_ input: String) {
    begin(Array(input.utf8))
  }

  static func begin(_ input: [UInt8]) {
    let text = Array("\n\(caseName)\n--- the input:\n".utf8) + input + Array("\n---\n".utf8)
    let old = report
    let new = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
    for (place, byte) in text.enumerated() { new[place] = CChar(bitPattern: byte) }
    reportLength = min(reportLength, text.count)
    report = new
    reportLength = text.count
    old?.deallocate()
    alarm(longestCase)
  }

  static func start() {
    // Signals of a stack that overflowed need another one.
    var stack = stack_t()
    stack.ss_size = 1 << 16
    stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stack.ss_size, alignment: 16)
    sigaltstack(&stack, nil)
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGALRM] {
      var action = sigaction()
      #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = tellAndDie
      #else
        action.__sigaction_handler.sa_handler = tellAndDie
      #endif
      action.sa_flags = Int32(SA_ONSTACK) | Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(signal, &action, nil)
    }
  }

  static func stop() {
    alarm(0)
    reportLength = 0
  }

  fileprivate static func write() {
    if let report, reportLength > 0 {
      #if canImport(Darwin)
        _ = Darwin.write(2, report, reportLength)
      #else
        _ = Glibc.write(2, report, reportLength)
      #endif
    }
  }
}

private let tellAndDie: @convention(c) (Int32) -> Void = { signal in
  FuzzWatch.write()
  // The default is in place again (SA_RESETHAND); an alarm is to leave a trace like the others.
  raise(signal == SIGALRM ? SIGABRT : signal)
}
