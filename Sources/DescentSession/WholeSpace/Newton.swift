internal import DescentGraph
internal import DescentSource

/// `newton`: to the minimum of the quadratic that has the cost's slopes and curvatures here.
final class Newton: WholeSpaceRule {
  static let name = "newton"
  static let about = """
    Newton's rule, by the symbolic Hessian H: w - rate*H^-1*grad, to the minimum of the quadratic
    that has the cost's slopes and curvatures here; exact in one step where the cost is quadratic.
    Where H is not positive definite, or the full step does not lower the cost enough, it is
    damped: H + λI in place of H, with a λ that grows until the step descends; 'step' says so.
    Newton, De analysi, 1669; Raphson, 1690; Simpson, 1740;
    Levenberg 1944 and Goldfeld, Quandt and Trotter, Maximization by quadratic hill-climbing, 1966;
    Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.2 and 3.3.
    """
  static let mostNumbers: Int? = 2000

  /// The λ of the last step.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("damping", 1)]
  }

  private let hessian: HessianProgram
  private(set) var wasDamped = false

  init(_ space: Space, arguments: [NodeID]) {
    hessian = HessianProgram(space)
  }

  private static let mostTrials = 80

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    guard rate > 0, point.gradientNorm > 0 else { return false }
    var matrix = hessian.matrix(at: point.x, of: function)
    // A curvature that is not finite tells nothing.
    if !matrix.isFinite { matrix = .identity(point.x.count, times: 1) }
    var largest = 0.0
    for k in 0..<matrix.size { largest = max(largest, matrix[k, k].magnitude) }
    if largest == 0 { largest = 1 }
    var damping = 0.0
    for _ in 0..<Self.mostTrials {
      if let next = trial(point, matrix, damping: damping, rate: rate, function) {
        guard next.x != point.x else { return false }
        wasDamped = damping > 0
        kept[0] = damping
        point = next
        return true
      }
      damping = damping == 0 ? max(kept[0] / 8, 1e-5 * largest) : 4 * damping
    }
    return false
  }

  /// The damped step's end, if it is low enough; the same point where the step is too short to move.
  private func trial(
    _ point: SpacePoint, _ matrix: SymmetricMatrix, damping: Double, rate: Double,
    _ function: SpaceFunction
  ) -> SpacePoint? {
    guard let factor = matrix.choleskyFactor(shift: damping) else { return nil }
    let direction = product(-rate, factor.solve(point.gradient))
    let x = sum(point.x, 1, direction)
    if x == point.x { return point }
    guard let next = function.point(x) else { return nil }
    let promised = dot(point.gradient, direction)
    let isLower = next.cost <= point.cost + LineSearch.sufficient * promised
    return next.isNoWorse(than: point) || isLower && next.isProgress(from: point) ? next : nil
  }
}
