internal import DescentElaboration
internal import DescentGraph
internal import DescentSource

/// `levenberg`: Gauss–Newton steps for sums of squares, damped as much as it takes.
final class LevenbergMarquardt: WholeSpaceRule {
  static let name = "levenberg"
  static let about = """
    Levenberg-Marquardt, for costs that are a sum or mean of squares: the step to the minimum of
    the sum with the residuals linear as they are here, damped by μ times the squares of the
    Jacobian's greatest column lengths so far. μ shrinks where the cost fell as much as the linear
    residuals promised, and grows until it falls. Each step is bent by the residuals' curvature
    along it; where that would bend it much, μ grows as well. Where the cost is flat to rounding, a
    step counts that leaves less of the residuals in the reach of the parameters, so that no digit
    of these is lost. The rate scales the step.
    Levenberg, A method for the solution of certain non-linear problems in least squares, 1944;
    Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963;
    Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978 (the scaling);
    Nielsen, Damping parameter in Marquardt's method, 1999 (the gain ratio);
    Transtrum and Sethna, Improvements to the Levenberg-Marquardt algorithm, 2012 (the curvature);
    Bates and Watts, A relative offset orthogonality convergence criterion, 1981.
    """
  static let mostNumbers: Int? = 2000

  /// The damping and what it grows by next, each 0 before the first step; the columns' lengths.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("damping", 1), ("growth", 1), ("lengths", space.count)]
  }

  /// So many slopes of residuals are kept at most.
  private static let mostSlopes = 1 << 27

  static func checkCost(_ space: Space) throws(Diagnostic) {
    let count = try squares(of: space).terms.reduce(0) { $0 + $1.count }
    guard count * space.count <= mostSlopes else {
      throw Diagnostic(
        "rule.tooLarge",
        "'levenberg' keeps the slopes of all residuals: \(count) times \(space.count) numbers are too many",
        at: space.place, help: ["use: rule lbfgs"])
    }
  }

  private static func squares(of space: Space) throws(Diagnostic) -> SumOfSquares {
    do { return try SumOfSquares(space.cost.node, in: space.graph, rows: space.rows) } catch {
      throw space.noSquares(
        error, "'levenberg' needs a sum of squares", ["for any cost, use: rule bfgs"])
    }
  }

  private let residuals: ResidualProgram

  init(_ space: Space, arguments: [NodeID]) throws(Diagnostic) {
    residuals = ResidualProgram(space, try Self.squares(of: space))
  }

  private static let mostTrials = 60
  private static let firstDamping = 1e-3
  /// How long the bend of a step may be, twice over, as a part of the step.
  private static let mostBend = 0.75
  /// How far along a step the curvature is measured.
  private static let probe = 0.1
  /// What rounding makes of a sum of squares of small differences.
  private static let flatness = 1e-10

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    let problem = residuals.linearization(at: point.x, of: function)
    guard rate > 0, problem.isFinite, point.gradientNorm > 0 else { return false }
    let here = Linear(problem)
    var (damping, growth) = (kept[0], kept[1])
    if growth == 0 { (damping, growth) = (Self.firstDamping, 2) }
    var lengths = Array(kept[2...])
    for k in lengths.indices {
      lengths[k] = max(lengths[k], norm(problem.column(k)))
    }
    for _ in 0..<Self.mostTrials {
      let root = damping.squareRoot()
      // A parameter that no residual has seen yet is held by a length of 1.
      let scales = lengths.map { root * ($0 > 0 ? $0 : 1) }
      if let step = step(here, scales, at: point.x, rate, function) {
        let x = sum(point.x, 1, step)
        if x == point.x { return false }
        if let next = function.point(x),
          let gain = gain(of: step, from: point, to: next, here, function)
        {
          let part = 2 * gain - 1
          kept[0] = max(1e-20, damping * max(1.0 / 3, 1 - part * part * part))
          kept[1] = 2
          kept.replaceSubrange(2..., with: lengths)
          point = next
          return true
        }
      }
      damping *= growth
      growth *= 2
      guard damping.isFinite else { return false }
    }
    return false
  }

  /// The residuals as they are here, linear.
  private struct Linear {
    let problem: LeastSquares
    /// The same as a triangle, where that is smaller.
    let reduced: LeastSquares
    let reflections: Reflections?

    init(_ problem: LeastSquares) {
      self.problem = problem
      guard problem.rows > problem.columns else {
        (reduced, reflections) = (problem, nil)
        return
      }
      let (triangle, reflections) = problem.triangular()
      (reduced, self.reflections) = (triangle, reflections)
    }

    /// How much of the residuals is in the reach of the parameters: 0 at a minimum, and the same
    /// number however the parameters are scaled.
    var offset: Double { norm(reduced.right) }

    /// The problem with other residuals.
    func with(right: [Double]) -> LeastSquares {
      reduced.with(right: reflections?.applied(to: right, count: reduced.rows) ?? right)
    }
  }

  /// The damped step, bent as the residuals are curved along it; nil where they are too curved.
  private func step(
    _ here: Linear, _ scales: [Double], at x: [Double], _ rate: Double, _ function: SpaceFunction
  ) -> [Double]? {
    let straight = here.reduced.solution(damped: scales)
    let h = Self.probe
    let there = residuals.residuals(at: sum(x, h, straight), of: function)
    let slopes = here.problem.times(straight)
    let curvature = there.indices.map {
      2 / h * ((there[$0] - here.problem.right[$0]) / h - slopes[$0])
    }
    var step = product(rate, straight)
    guard curvature.allSatisfy(\.isFinite) else { return step }
    let bend = here.with(right: curvature).solution(damped: scales)
    let lengths = [bend, straight].map { v in norm(v.indices.map { scales[$0] * v[$0] }) }
    if lengths[1] > 0, lengths[0].isFinite {
      guard 2 * lengths[0] <= Self.mostBend * lengths[1] else { return nil }
      step = sum(step, rate * rate / 2, bend)
    }
    return step
  }

  /// How much the cost fell, as a part of what was promised, up to 1; nil where a step is of no use.
  private func gain(
    of step: [Double], from point: SpacePoint, to next: SpacePoint, _ here: Linear,
    _ function: SpaceFunction
  ) -> Double? {
    let fall = point.cost - next.cost
    if fall.magnitude <= Self.flatness * max(point.cost, next.cost) {
      let problem = residuals.linearization(at: next.x, of: function)
      guard problem.isFinite, Linear(problem).offset < here.offset else { return nil }
      return 1
    }
    guard fall > 0 else { return nil }
    let change = here.problem.times(step)
    let promised = -(2 * dot(here.problem.right, change) + dot(change, change))
    return promised > 0 ? min(1, fall / promised) : 1
  }
}

extension Space {
  /// Why a cost is no sum of squares.
  func noSquares(
    _ obstacle: SumOfSquares.Obstacle, _ need: String, _ ways: [String]
  ) -> Diagnostic {
    let text = Typesetter(graph, limit: 60).text(obstacle.node)
    return Diagnostic(
      "rule.noSquares", "\(need), and \(text) \(obstacle.reason)",
      at: cost.places.byNode[obstacle.node] ?? place,
      help: ways + [
        "a sum of squares is: sum(v^2), mean(v^2), a^2 + 2*b^2"
      ])
  }
}
