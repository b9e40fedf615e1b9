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
    residuals promised, and grows until it falls. The rate scales the step.
    Levenberg, A method for the solution of certain non-linear problems in least squares, 1944;
    Marquardt, An algorithm for least-squares estimation of nonlinear parameters, 1963;
    Moré, The Levenberg-Marquardt algorithm: implementation and theory, 1978 (the scaling);
    Nielsen, Damping parameter in Marquardt's method, 1999 (the gain ratio).
    """
  static let mostNumbers: Int? = 2000

  /// The damping and what it grows by next, each 0 before the first step; the columns' lengths.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("damping", 1), ("growth", 1), ("lengths", space.count)]
  }

  static func checkCost(_ space: Space) throws(Diagnostic) { _ = try squares(of: space) }

  private static func squares(of space: Space) throws(Diagnostic) -> SumOfSquares {
    do { return try SumOfSquares(space.cost.node, in: space.graph) } catch {
      let text = Typesetter(space.graph, limit: 60).text(error.node)
      throw Diagnostic(
        "rule.noSquares",
        "'levenberg' needs a sum of squares, and \(text) \(error.reason)",
        at: space.cost.places.byNode[error.node] ?? space.place,
        help: [
          "for any cost, use: rule bfgs", "a sum of squares is: sum(v^2), mean(v^2), a^2 + 2*b^2",
        ])
    }
  }

  private let residuals: ResidualProgram

  init(_ space: Space, arguments: [NodeID]) throws(Diagnostic) {
    residuals = ResidualProgram(space, try Self.squares(of: space))
  }

  private static let mostTrials = 60
  private static let firstDamping = 1e-3

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    let problem = residuals.linearization(at: point.x, of: function)
    guard rate > 0, problem.isFinite, point.gradientNorm > 0 else { return false }
    var (damping, growth) = (kept[0], kept[1])
    if growth == 0 { (damping, growth) = (Self.firstDamping, 2) }
    var lengths = Array(kept[2...])
    for k in lengths.indices {
      lengths[k] = max(lengths[k], norm(problem.column(k)))
    }
    let triangle = problem.rows > problem.columns ? problem.triangular() : problem
    for _ in 0..<Self.mostTrials {
      let root = damping.squareRoot()
      // A parameter that no residual has seen yet is held by a length of 1.
      let step = product(rate, triangle.solution(damped: lengths.map { root * ($0 > 0 ? $0 : 1) }))
      let x = sum(point.x, 1, step)
      if x == point.x { return false }
      if let next = function.point(x) {
        let change = problem.times(step)
        let promised = -(2 * dot(problem.right, change) + dot(change, change))
        let fall = point.cost - next.cost
        if next.isProgress(from: point) {
          let gain = promised > 0 ? min(1, fall / promised) : 1
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
}
