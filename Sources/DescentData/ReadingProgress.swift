/// Told how much is done, from 0 to 1; `false` stops the reading with ``DataError/cancelled``.
///
/// It is called some ``ReadingProgress/calls`` times, and again for a table that must be read twice.
package typealias ProgressReport = (_ fractionDone: Double) -> Bool

/// Thins out the reports of one reading, which goes through several stages.
struct ReadingProgress {
  static let calls = 50

  private let report: ProgressReport?
  private var next = 0.0
  private var lower = 0.0
  private var upper = 1.0

  init(_ report: ProgressReport?) { self.report = report }

  /// The stages that follow end at this fraction of the whole.
  mutating func beginStage(upTo end: Double) {
    lower = upper == 1 ? lower : upper
    upper = end
  }

  /// The stage begins anew.
  mutating func repeatStage() { next = lower }

  mutating func advance(to done: Int, of total: Int) throws(DataError) {
    guard let report else { return }
    let fraction = lower + (upper - lower) * Double(done) / Double(max(total, 1))
    guard fraction >= next else { return }
    next = fraction + 1 / Double(Self.calls)
    guard report(min(fraction, 1)) else { throw .cancelled }
  }
}
