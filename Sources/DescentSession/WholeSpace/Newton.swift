internal import DescentGraph
internal import DescentSource

/// `newton`: to the minimum of the quadratic that has the cost's slopes and curvatures here.
final class Newton: WholeSpaceRule {
  static let name = "newton"
  static let about = """
    Newton's rule, by the symbolic Hessian H: w - rate*H^-1*grad, to the minimum of the quadratic
    that has the cost's slopes and curvatures here; exact in one step where the cost is quadratic.
    Where H is not positive definite it is damped: H + λI in place of H, with a λ that grows until
    it is. Where the step then does not lower the cost enough, it is shortened. 'step' says so.
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

  private static let mostFactors = 80
  private static let mostSearches = 6

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    guard rate > 0, point.gradientNorm > 0 else { return false }
    var matrix = hessian.matrix(at: point.x, of: function)
    // A curvature that is not finite tells nothing.
    if !matrix.isFinite { matrix = .identity(point.x.count, times: 1) }
    var largest = (0..<matrix.size).reduce(0) { max($0, matrix[$1, $1].magnitude) }
    if largest == 0 { largest = 1 }
    // The last λ was enough there; a sixteenth of it may be enough here.
    let first = max(kept[0] / 16, 1e-8 * largest)
    var damping = 0.0
    var searches = 0
    for _ in 0..<Self.mostFactors where searches < Self.mostSearches {
      var growth = 4.0
      if let factor = matrix.choleskyFactor(shift: damping) {
        let direction = product(-1, factor.solve(point.gradient))
        let found = LineSearch.backtracking.search(
          from: point, along: direction, first: rate, of: function)
        if let found, let next = found.point {
          wasDamped = damping > 0 || found.alpha != rate
          kept[0] = damping
          point = next
          return true
        }
        // Rounding has spoilt the direction: nearer to the gradient's.
        growth = 1000
        searches += 1
      }
      damping = damping == 0 ? first : growth * damping
    }
    return false
  }
}
