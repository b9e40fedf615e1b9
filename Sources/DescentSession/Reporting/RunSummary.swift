/// The closing line of a run: what its last steps show, with the number that shows it.
///
/// Nothing is claimed that was not measured. A contraction is stated only where the steps and the
/// slopes shrink alike, along one line, by a factor that would stay; otherwise the line tells how
/// the cost went.
package struct RunSummary: Sendable {
  /// One step of the run.
  package struct Point: Sendable {
    package var step: Int
    package var cost: Double
    /// All parameters, joined; empty where they are too many to keep.
    package var parameters: [Double]
    /// The slope in each parameter; empty where they are too many to keep.
    package var gradient: [Double]
    package var gradientNorm: Double

    package init(step: Int, cost: Double, parameters: [Double], gradient: [Double]) {
      self.step = step
      self.cost = cost
      self.parameters = parameters
      self.gradient = gradient
      gradientNorm = Self.norm(gradient)
    }

    package init(step: Int, cost: Double, gradientNorm: Double) {
      self.step = step
      self.cost = cost
      parameters = []
      gradient = []
      self.gradientNorm = gradientNorm
    }

    /// The Euclidean norm, also where a square would overflow or vanish.
    static func norm(_ vector: [Double]) -> Double { norm(vector.count) { vector[$0] } }

    /// That of a vector that stands nowhere, by its elements.
    @inline(__always)
    static func norm(_ count: Int, _ element: (Int) -> Double) -> Double {
      guard count > 0 else { return 0 }
      var largest = element(0).magnitude
      for k in 1..<max(1, count) {
        let magnitude = element(k).magnitude
        if largest < magnitude { largest = magnitude }
      }
      guard largest > 0, largest.isFinite else { return largest }
      var sum = 0.0
      for k in 0..<count {
        let part = element(k) / largest
        sum += part * part
      }
      return largest * sum.squareRoot()
    }
  }

  /// How many of a run's last points are looked at.
  package static let pointCount = 6

  /// What lies between two points: a step, or a pass over rows of which each step sees a part, so that
  /// single steps say little.
  package enum Interval: Sendable {
    case step, pass

    var plural: String { self == .step ? "steps" : "passes" }
  }

  let first: Point
  let points: [Point]
  /// From the least to the greatest eigenvalue of the Hessian at the last point.
  let curvature: ClosedRange<Double>?
  let interval: Interval
  let style: NumberStyle

  /// - Parameters:
  ///   - first: where the run began.
  ///   - points: its last points, up to `pointCount`, without gaps.
  ///   - interval: what lies between these points.
  ///   - curvature: the Hessian's least and greatest eigenvalue at the last point, if known: only
  ///     they tell a minimum from other places where the slope is 0.
  package init(
    first: Point, points: [Point], curvature: ClosedRange<Double>? = nil,
    interval: Interval = .step, style: NumberStyle = .standard
  ) {
    self.first = first
    self.points = Array(points.suffix(Self.pointCount))
    self.curvature = curvature
    self.interval = interval
    self.style = style
  }

  /// The line, or nothing where no step was taken.
  package var line: String? {
    withTrail { $0.hasSteps ? $0.motion : nil }.map(text)
  }

  /// The line's first word or two: a verdict for a table.
  package var verdict: String? { withTrail { $0.verdict } }

  var costHistory: RunTrail.CostHistory { withTrail { $0.costHistory } }

  private func withTrail<Result>(_ body: (RunTrail) -> Result) -> Result {
    let width = points.lazy.map { min($0.parameters.count, $0.gradient.count) }.min() ?? 0
    // One more than there are, so that there is an address.
    var numbers = [0.0]
    numbers.reserveCapacity(1 + points.count * (2 + 2 * width))
    for point in points {
      numbers += [point.cost, point.gradientNorm]
      numbers += point.parameters.prefix(width)
      numbers += point.gradient.prefix(width)
    }
    return numbers.withUnsafeBufferPointer { numbers in
      body(
        RunTrail(
          first: (first.step, first.cost, first.gradientNorm),
          lastStep: points.last?.step ?? first.step, count: points.count, width: width,
          numbers: numbers.baseAddress.unsafelyUnwrapped + 1,
          strides: (point: 2 + 2 * width, number: 1), curvature: curvature, interval: interval))
    }
  }

  /// From this factor on it takes more than a hundred steps to halve the distance.
  static let crawlingFactor = 0.995
}
