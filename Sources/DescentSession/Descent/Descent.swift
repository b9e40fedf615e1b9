internal import DescentGraph

/// The steps of a descent so far: enough of its points to find every other again by recomputation.
///
/// A point is kept for each multiple of a stride, which doubles when there are too many: memory is
/// bounded, and any step is found again, to the bit, from the point before it.
package struct Descent {
  /// Steps taken in one way.
  private struct Segment {
    let first: Int
    let plan: any Stepper
    let ruleSetting: Int
    let rateSetting: Int
    var points: [Point]

    /// The last point that is kept up to a step, by bisection.
    func kept(before target: Int) -> Point? {
      var (low, high) = (0, points.count)
      while low < high {
        let middle = (low + high) / 2
        if points[middle].step <= target { low = middle + 1 } else { high = middle }
      }
      return low > 0 ? points[low - 1] : nil
    }
  }

  private var segments: [Segment] = []
  private var stride = 1
  /// The number of steps taken.
  package private(set) var step = 0

  /// The points that are kept at most.
  private static let mostPoints = 2048
  /// The numbers that are kept at most, so that a million parameters take no gigabytes.
  private static let mostNumbers = 1 << 21

  /// From here on, steps are taken in this way.
  ///
  /// - Parameters:
  ///   - ruleSetting: which setting of a rule keeps the numbers behind the parameters.
  ///   - rateSetting: which setting of the rate a plateau's numbers belong to.
  mutating func begin(
    _ plan: any Stepper, ruleSetting: Int, rateSetting: Int, at state: [Double]
  ) {
    if let last = segments.last, last.plan === plan, last.rateSetting == rateSetting { return }
    if let last = segments.last, last.first == step { segments.removeLast() }
    segments.append(
      Segment(
        first: step, plan: plan, ruleSetting: ruleSetting, rateSetting: rateSetting,
        points: [Point(step: step, state: state)]))
  }

  /// Whether the numbers that are kept after `target` steps are those of this setting of a rule.
  func isKept(by ruleSetting: Int, after target: Int) -> Bool {
    segments.last { $0.first <= target }?.ruleSetting == ruleSetting
  }

  /// Whether a plateau's numbers after `target` steps are those of this setting of the rate.
  func isPlateauKept(by rateSetting: Int, after target: Int) -> Bool {
    segments.last { $0.first <= target }?.rateSetting == rateSetting
  }

  /// Where a symbol's numbers stand in the state after `target` steps.
  func place(of symbol: Symbol, after target: Int) -> Int? {
    guard target <= step, let segment = segments.last(where: { $0.first <= target }) else {
      return nil
    }
    return segment.plan.place(of: symbol)
  }

  /// The most steps that may be taken before the next point is to be kept.
  var stepsToNextPoint: Int { stride - step % stride }

  /// Steps were taken; the point is kept if it is on the stride.
  mutating func advance(by count: Int, to state: [Double]) {
    step += count
    guard step % stride == 0, !segments.isEmpty else { return }
    segments[segments.count - 1].points.append(Point(step: step, state: state))
    let kept = segments.reduce(0) { $0 + $1.points.count }
    let most = max(3, min(Self.mostPoints, Self.mostNumbers / max(1, state.count)))
    if kept > most { thin() }
  }

  private mutating func thin() {
    stride *= 2
    for k in segments.indices {
      let first = segments[k].first
      segments[k].points.removeAll { $0.step != first && $0.step % stride != 0 }
    }
  }

  /// The point after `target` steps, found again.
  func point(_ target: Int, fixed: [Symbol: [Double]]) -> Point? {
    // A step number that begins a segment is the end of the one before as well; both are one point.
    guard let segment = segments.last(where: { $0.first <= target }), target <= step else {
      return nil
    }
    guard let known = segment.kept(before: target) else { return nil }
    if known.step == target { return known }
    segment.plan.load(known, fixed: fixed)
    _ = segment.plan.step(target - known.step)
    return Point(step: target, state: segment.plan.state)
  }

  /// The points after these steps, in order: each is found from the one before where none is kept
  /// between, so that all the steps of a run cost no more than the run.
  ///
  /// - Parameter visit: takes a point; false ends it.
  func visit(
    _ steps: some Sequence<Int>, fixed: [Symbol: [Double]], _ visit: (Point) -> Bool
  ) {
    var current: (point: Point, plan: any Stepper)?
    for target in steps {
      guard let segment = segments.last(where: { $0.first <= target }), target <= step,
        let kept = segment.kept(before: target)
      else { return }
      var point = kept
      if let current, current.plan === segment.plan, current.point.step > kept.step,
        current.point.step <= target
      {
        point = current.point
      } else {
        segment.plan.load(kept, fixed: fixed)
      }
      if point.step < target {
        _ = segment.plan.step(target - point.step)
        point = Point(step: target, state: segment.plan.state)
      }
      current = (point, segment.plan)
      if !visit(point) { return }
    }
  }

  /// Forgets the steps after `target`.
  mutating func truncate(to target: Int) {
    step = target
    segments.removeAll { $0.first > target || ($0.first == target && target > 0 && $0.first != 0) }
    for k in segments.indices { segments[k].points.removeAll { $0.step > target } }
  }
}
