internal import DescentGraph
internal import DescentSource

/// `linesearch`: steepest descent with a line search.
final class SteepestDescent: WholeSpaceRule {
  static let name = "linesearch"
  static let about = """
    Steepest descent with a line search: along -grad, to a point that satisfies the strong Wolfe
    conditions, nearly the lowest on the line. The rate is the length of the first trial step
    (times the gradient, where that is shorter than 1); each later step tries first what would
    lower the cost as much as the step before.
    Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées, 1847;
    Wolfe, Convergence conditions for ascent methods, 1969;
    Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.5 and 3.6.
    """

  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("decrease", 1)]
  }

  init(_ space: Space, arguments: [NodeID]) {}

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    let square = dot(point.gradient, point.gradient)
    guard square > 0, rate > 0 else { return false }
    // Nocedal and Wright, equation after 3.60: α times the slope stays.
    let first = kept[0] > 0 ? kept[0] / square : rate * min(1, 1 / square.squareRoot())
    let direction = product(-1, point.gradient)
    guard
      let trial = LineSearch(curvature: 0.1).search(
        from: point, along: direction, first: first, of: function), let next = trial.point
    else { return false }
    kept[0] = trial.alpha * square
    point = next
    return true
  }
}
