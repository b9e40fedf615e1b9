/// The last points of a run with their numbers wherever they stand, read in place: a sweep that
/// judges many runs makes no copies of them.
///
/// unsafe: it is used only while the numbers are there, and each point has all that it says.
struct RunTrail {
  let first: (step: Int, cost: Double, gradientNorm: Double)
  let lastStep: Int
  /// How many points there are.
  let count: Int
  /// How many parameters a point has, and slopes: none where they are too many to keep.
  let width: Int
  /// From the least to the greatest eigenvalue of the Hessian at the last point, if known.
  let curvature: ClosedRange<Double>?
  let interval: RunSummary.Interval
  private let numbers: UnsafePointer<Double>
  /// From a point to the next, and from a number of a point to its next.
  private let strides: (point: Int, number: Int)

  /// - Parameter numbers: of each point its cost, the length of its gradient, its parameters and its
  ///   slopes.
  init(
    first: (step: Int, cost: Double, gradientNorm: Double), lastStep: Int, count: Int, width: Int,
    numbers: UnsafePointer<Double>, strides: (point: Int, number: Int),
    curvature: ClosedRange<Double>? = nil, interval: RunSummary.Interval = .step
  ) {
    self.first = first
    self.lastStep = lastStep
    self.count = count
    self.width = width
    self.numbers = numbers
    self.strides = strides
    self.curvature = curvature
    self.interval = interval
  }

  func cost(_ point: Int) -> Double { self[point, 0] }
  func gradientNorm(_ point: Int) -> Double { self[point, 1] }
  func parameter(_ point: Int, _ k: Int) -> Double { self[point, 2 + k] }
  func slope(_ point: Int, _ k: Int) -> Double { self[point, 2 + width + k] }

  @inline(__always)
  private subscript(point: Int, number: Int) -> Double {
    numbers[point * strides.point + number * strides.number]
  }

  var hasSteps: Bool { count > 1 && lastStep > first.step }

  /// The first word or two of the closing line: a verdict for a table.
  var verdict: String? {
    guard hasSteps else { return nil }
    return switch motion {
    case .atRest(let place): place.verdict
    case .standingStill: "standing still"
    case .converged: "converged"
    case .contracting(let factor):
      factor < 0
        ? "oscillating" : factor < RunSummary.crawlingFactor ? "converging" : "crawling"
    case .bouncing: "bouncing"
    case .diverging, .runningAway: "diverging"
    case .speedingUp: "speeding up"
    case .steady: "steady"
    case .crossing, .plain: costHistory.verdict
    }
  }

  // MARK: Costs

  /// How the cost went.
  struct CostHistory {
    /// The last steps, and how many of them raised the cost by more than what rounding makes of a
    /// sum of small differences.
    let steps: Int
    let rises: Int
    /// Whether the last costs differ by rounding only.
    let isSettled: Bool
    let atStart: Double
    let atEnd: Double

    var verdict: String {
      if atStart == atEnd { return "level" }
      if isSettled { return "settled" }
      return steps > 1 && rises == steps || atEnd > atStart ? "rising" : "falling"
    }
  }

  var costHistory: CostHistory {
    var (least, most) = count > 0 ? (cost(0), cost(0)) : (0, 0)
    var rises = 0
    for point in 1..<max(1, count) {
      let (before, after) = (cost(point - 1), cost(point))
      if after < least { least = after }
      if most < after { most = after }
      if after - before > Self.flatness(before, after) { rises += 1 }
    }
    return CostHistory(
      steps: count - 1, rises: rises, isSettled: most - least <= Self.rounding(least, most),
      atStart: first.cost, atEnd: count > 0 ? cost(count - 1) : first.cost)
  }

  private static func rounding(_ a: Double, _ b: Double) -> Double {
    4 * max(a.magnitude, b.magnitude).ulp
  }

  /// No table shows so little of a cost.
  private static func flatness(_ a: Double, _ b: Double) -> Double {
    1e-10 * max(a.magnitude, b.magnitude)
  }
}
