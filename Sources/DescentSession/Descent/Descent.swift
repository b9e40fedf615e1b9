internal import DescentEngine
internal import DescentGraph

/// The steps of a descent so far: enough of its points to find every other again by recomputation.
///
/// A point is kept for each multiple of a stride, which doubles when there are too many: memory is
/// bounded, and any step is found again, to the bit, from the point before it.
package struct Descent {
  /// A number that is the same in all steps of a segment, and may be another in the next.
  struct Input: Equatable {
    let symbol: Symbol
    let value: Double
  }

  /// Steps taken in one way.
  private struct Segment {
    let first: Int
    let plan: any Stepper
    let ruleSetting: Int
    let rateSetting: Int
    let inputs: [Input]
  }

  private var segments = SharedList<Segment>()
  /// In the order of their steps. Where a segment begins with other numbers than the one before
  /// ended with, both points are there, and the later stands for the step.
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
  private static let mostNumbers = 1 << 21

  /// From here on, steps are taken in this way.
  ///
  /// - Parameters:
  ///   - ruleSetting: which setting of a rule keeps the numbers behind the parameters.
  ///   - rateSetting: which setting of the rate a plateau's numbers belong to.
  mutating func begin(
    _ plan: any Stepper, ruleSetting: Int, rateSetting: Int, inputs: [Input], at state: [Double]
  ) {
    if let last = segments.last, last.plan === plan, last.rateSetting == rateSetting,
      last.inputs == inputs
    {
      return
    }
    // What began here and went no further was no segment.
    if segments.last?.first == step { forgetLastSegment() }
    segments.append(
      Segment(
        first: step, plan: plan, ruleSetting: ruleSetting, rateSetting: rateSetting,
        inputs: inputs))
    // Taking the point away that is here already would part this list from its copies.
    guard points.last?.step != step || points.last?.state != state else { return }
    points.append(Point(step: step, state: state))
  }

  /// The numbers that were the same in all steps like the one after `target`.
  func inputs(after target: Int) -> [Input] { segment(at: target)?.inputs ?? [] }

  /// Whether the numbers that are kept after `target` steps are those of this setting of a rule.
  func isKept(by ruleSetting: Int, after target: Int) -> Bool {
    segment(at: target)?.ruleSetting == ruleSetting
  }

  /// Whether a plateau's numbers after `target` steps are those of this setting of the rate.
  func isPlateauKept(by rateSetting: Int, after target: Int) -> Bool {
    segment(at: target)?.rateSetting == rateSetting
  }

  /// Where a symbol's numbers stand in the state after `target` steps.
  func place(of symbol: Symbol, after target: Int) -> Int? {
    guard target <= step else { return nil }
    return segment(at: target)?.plan.place(of: symbol)
  }

  /// A step number that begins a segment is the end of the one before as well; both are one point.
  private func segment(at step: Int) -> Segment? { segments.last(fitting: { $0.first <= step }) }

  /// The most steps that may be taken before the next point is to be kept.
  var stepsToNextPoint: Int { stride - step % stride }

  /// Steps were taken; the point is kept if it is on the stride.
  ///
  /// - Parameter state: the point, which is asked for only if it is kept.
  mutating func advance(by count: Int, to state: @autoclosure () -> [Double]) {
    step += count
    guard step % stride == 0, !segments.isEmpty else { return }
    let state = state()
    points.append(Point(step: step, state: state))
    let most = max(3, min(Self.mostPoints, Self.mostNumbers / max(1, state.count)))
    if points.count > most + segments.count { thin() }
  }

  private mutating func thin() {
    stride *= 2
    var kept: [Point] = []
    var next = 0
    for point in points {
      if kept.last?.step == point.step { kept.removeLast() }
      while next < segments.count, segments[next].first < point.step { next += 1 }
      let isFirst = next < segments.count && segments[next].first == point.step
      if isFirst || point.step % stride == 0 { kept.append(point) }
    }
    points = SharedList(kept)
  }

  /// The point after `target` steps, found again.
  func point(_ target: Int, fixed: SymbolValues) -> Point? {
    var found: Point?
    visit([target], fixed: fixed) {
      found = $0
      return true
    }
    return found
  }

  /// The points after these steps, in order: each is found from the one before where none is kept
  /// between, so that all the steps of a run cost no more than the run.
  ///
  /// - Parameter visit: takes a point; false ends it.
  func visit(
    _ steps: some Sequence<Int>, fixed: SymbolValues, _ visit: (Point) -> Bool
  ) {
    var current: (point: Point, segment: Int)?
    for target in steps {
      guard target <= step, let segment = segment(at: target),
        let kept = points.last(fitting: { $0.step <= target })
      else { return }
      var point = kept
      // Two segments may go on with the same program and other inputs.
      if let current, current.segment == segment.first, current.point.step > kept.step,
        current.point.step <= target
      {
        point = current.point
      } else {
        var values = fixed
        for input in segment.inputs { values[input.symbol] = [input.value] }
        segment.plan.load(kept, fixed: values)
      }
      if point.step < target {
        _ = segment.plan.step(target - point.step)
        point = Point(step: target, state: segment.plan.state)
      }
      current = (point, segment.first)
      if !visit(point) { return }
    }
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
