internal import DescentSession

/// A line on the terminal that tells how far long work has come, and vanishes when it is done.
final class ProgressLine: ProgressSink {
  private let streams: StandardStreams
  private let clock = ContinuousClock()
  private var next: ContinuousClock.Instant
  private var isShown = false

  /// Work that takes no longer than this shows nothing.
  private static let patience = Duration.milliseconds(700)
  private static let interval = Duration.milliseconds(100)

  /// Nil where standard error is no terminal that can take a line away again.
  init?(_ streams: StandardStreams) {
    let type = environment("TERM") ?? "dumb"
    guard Terminal.isTerminal(2), type != "dumb", !type.isEmpty else { return nil }
    self.streams = streams
    next = clock.now
  }

  func begin() { next = clock.now.advanced(by: Self.patience) }

  func show(_ text: () -> String) {
    let now = clock.now
    guard now >= next else { return }
    let width = max(1, Terminal.width(of: 2) - 1)
    streams.writeMessage("\r" + text().prefix(width) + "\u{1B}[K")
    isShown = true
    // Telling may take work of its own, such as the cost of all rows: a twentieth of the time.
    let after = clock.now
    next = after.advanced(by: max(Self.interval, now.duration(to: after) * 20))
  }

  func end() {
    guard isShown else { return }
    streams.writeMessage("\r\u{1B}[K")
    isShown = false
  }
}
