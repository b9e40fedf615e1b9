internal import DescentGraph

/// The steps of a descent so far: enough of its points to find every other again by recomputation.
///
/// A point is kept for each multiple of a stride, which doubles when there are too many: memory is
/// bounded, and any step is found again, to the bit, from the point before it.
package struct Descent {
  /// Steps taken in one way.
  private struct Segment {
    let first: Int
    let plan: StepPlan
    let ruleSetting: Int
  }

  private var segments = SharedList<Segment>()
  /// In the order of their steps. That with which a segment begins stands for the end of the one
  /// before, too.
  private var points = SharedList<Point>()
  private var stride = 1
  /// The number of steps taken.
  package private(set) var step = 0
  /// The step that it begins with: 0, unless it was restored from a file.
  package let first: Int

  package init(first: Int = 0) {
    self.first = first
    step = first
  }

  /// The points that are kept at most, apart from those that begin segments.
  private static let mostPoints = 2048
  /// The numbers that are kept at most, so that a million parameters take no gigabytes.
  private static let mostNumbers = 1 << 23

  /// From here on, steps are taken in this way.
  ///
  /// - Parameter ruleSetting: which setting of a rule keeps the numbers behind the parameters.
  mutating func begin(_ plan: StepPlan, ruleSetting: Int, at state: [Double]) {
    if let last = segments.last, last.plan === plan { return }
    let here = step
    // What began here and went no further was no segment.
    if segments.last?.first == here { forgetLastSegment() }
    if points.last?.step == here { points.removeLast() }
    segments.append(Segment(first: step, plan: plan, ruleSetting: ruleSetting))
    points.append(Point(step: step, state: state))
  }

  /// Whether the numbers that are kept after `target` steps are those of this setting of a rule.
  func isKept(by ruleSetting: Int, after target: Int) -> Bool {
    segment(at: target)?.ruleSetting == ruleSetting
  }

  /// A step number that begins a segment is the end of the one before as well; both are one point.
  private func segment(at step: Int) -> Segment? { segments.last(fitting: { $0.first <= step }) }

  /// The most steps that may be taken before the next point is to be kept.
  var stepsToNextPoint: Int { stride - step % stride }

  /// Steps were taken; the point is kept if it is on the stride.
  mutating func advance(by count: Int, to state: [Double]) {
    step += count
    guard step % stride == 0, !segments.isEmpty else { return }
    points.append(Point(step: step, state: state))
    let most = max(8, min(Self.mostPoints, Self.mostNumbers / max(1, state.count)))
    if points.count > most + segments.count { thin() }
  }

  private mutating func thin() {
    stride *= 2
    var kept: [Point] = []
    var next = 0
    for point in points {
      while next < segments.count, segments[next].first < point.step { next += 1 }
      let isFirst = next < segments.count && segments[next].first == point.step
      if isFirst || point.step % stride == 0 { kept.append(point) }
    }
    points = SharedList(kept)
  }

  /// The point after `target` steps, found again.
  ///
  /// - Parameter near: a point of this descent, to go on from where none nearer was kept.
  func point(_ target: Int, fixed: [Symbol: [Double]], near: Point? = nil) -> Point? {
    guard let segment = segment(at: target), target <= step else { return nil }
    guard var known = points.last(fitting: { $0.step <= target }) else { return nil }
    if known.step == target { return known }
    if let near, near.step > known.step, near.step <= target { known = near }
    if known.step == target { return known }
    segment.plan.load(known, fixed: fixed)
    _ = segment.plan.step(target - known.step)
    return Point(step: target, state: segment.plan.state)
  }

  /// Forgets the steps after `target`.
  mutating func truncate(to target: Int) {
    step = target
    segments.keep { $0.first <= target }
    points.keep { $0.step <= target }
    // The steps go on from here in the present way, whatever that is.
    if segments.last?.first == target, target > first { forgetLastSegment() }
  }

  /// Forgets a segment of no steps, with its only point.
  private mutating func forgetLastSegment() {
    segments.removeLast()
    points.removeLast()
  }
}
