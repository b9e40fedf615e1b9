internal import DescentGraph
internal import DescentSource

/// `newton`: to the minimum of the quadratic that has the cost's slopes and curvatures here.
final class Newton: WholeSpaceRule {
  static let name = "newton"
  static let about = """
    Newton's rule, by the symbolic Hessian H: w - rate*H^-1*grad, to the minimum of the quadratic
    that has the cost's slopes and curvatures here; exact in one step where the cost is quadratic.
    Where H is not positive definite it is damped: H + λI in place of H, with a λ that grows until
    it is. Where the step then does not lower the cost enough, it is shortened. From a saddle, where
    the slope has no part in the direction in which the cost curves down, a step is taken along that
    direction. 'step' says so.
    Newton, De analysi, 1669; Raphson, 1690; Simpson, 1740;
    Levenberg 1944 and Goldfeld, Quandt and Trotter, Maximization by quadratic hill-climbing, 1966;
    Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.2 and 3.3;
    Moré and Sorensen, On the use of directions of negative curvature, 1979 (saddles).
    """
  static let mostNumbers: Int? = 2000

  /// The λ of the last step.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("damping", 1)]
  }

  private let hessian: HessianProgram
  private(set) var wasDamped = false
  private(set) var leftSaddle = false

  init(_ space: Space, arguments: [NodeID]) {
    hessian = HessianProgram(space)
  }

  private static let mostFactors = 80
  private static let mostSearches = 6

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    guard rate > 0 else { return false }
    (wasDamped, leftSaddle) = (false, false)
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
        if damping > 0, searches == 0,
          let next = pointBelowSaddle(point, matrix, factor, largest, rate, of: function)
        {
          leftSaddle = true
          point = next
          return true
        }
        guard point.gradientNorm > 0 else { return false }
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
  private static let mostIterations = 50
  private static let mostHalvings = 60

  /// A lower point along the direction in which the cost curves down most, where the slope has no
  /// part in it, so that no step that is made of the slope would ever go there.
  ///
  /// - Parameter factor: that of the matrix, shifted until it is positive definite: its inverse
  ///   stretches the direction that is looked for more than any other.
  private func pointBelowSaddle(
    _ point: SpacePoint, _ matrix: SymmetricMatrix, _ factor: SymmetricMatrix, _ largest: Double,
    _ rate: Double, of function: SpaceFunction
  ) -> SpacePoint? {
    // No direction that a person's axes or diagonals would make is at right angles to this one.
    var direction = (1...point.x.count).map {
      1 + (0.618 * Double($0)).truncatingRemainder(dividingBy: 1)
    }
    for _ in 0..<Self.mostIterations {
      let next = factor.solve(direction)
      direction = product(1 / norm(next), next)
    }
    // What is left of other directions is rounding, and would only blur the numbers of the point.
    let largestPart = direction.reduce(0) { max($0, $1.magnitude) }
    direction = direction.map { $0.magnitude < 1e-8 * largestPart ? 0 : $0 }
    direction = product(1 / norm(direction), direction)
    let curvature = dot(direction, matrix.times(direction))
    let slope = dot(direction, point.gradient)
    guard curvature < -1e-10 * largest, slope.magnitude <= 1e-10 * point.gradientNorm else {
      return nil
    }
    // Downhill; where it is level, to the side of larger numbers.
    let leading = direction.max { $0.magnitude < $1.magnitude } ?? 0
    if slope > 0 || slope == 0 && leading < 0 { direction = product(-1, direction) }
    var length = rate
    for _ in 0..<Self.mostHalvings {
      if let next = function.point(sum(point.x, length, direction)),
        next.cost < point.cost + LineSearch.sufficient * curvature * length * length / 2
      {
        return next
      }
      length /= 2
    }
    return nil
  }
}
