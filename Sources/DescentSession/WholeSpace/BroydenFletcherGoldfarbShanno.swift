internal import DescentGraph
internal import DescentSource

/// `bfgs`: a quasi-Newton rule that keeps an approximation of the inverse Hessian.
final class BroydenFletcherGoldfarbShanno: WholeSpaceRule {
  static let name = "bfgs"
  static let about = """
    Quasi-Newton: from the gradients on its way it builds an approximation of the inverse Hessian
    and searches along minus its product with the gradient, to a point that satisfies the strong
    Wolfe conditions. The rate is the first trial step; 1 is the full quasi-Newton step. The
    inverse Hessian begins as the identity, scaled after the first step.
    Broyden; Fletcher; Goldfarb; Shanno, 1970, each;
    Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithm 6.1, equation 6.20.
    """
  static let mostNumbers: Int? = 2000

  /// The matrix, and whether it is one yet.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    [("inverse", SymmetricMatrix.entryCount(space.count)), ("known", 1)]
  }

  init(_ space: Space, arguments: [NodeID]) {}

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    let size = point.x.count
    let search = LineSearch(curvature: 0.9)
    var inverse: SymmetricMatrix?
    if kept[kept.count - 1] != 0 {
      inverse = SymmetricMatrix(size: size, entries: Array(kept.dropLast()))
    }
    var found: LineSearch.Trial?
    if let inverse {
      let direction = product(-1, inverse.times(point.gradient))
      found = search.search(from: point, along: direction, first: rate, of: function)
    }
    if found == nil {
      // What was learned does not help here: it begins anew.
      inverse = nil
      found = search.searchDownhill(from: point, rate: rate, of: function)
    }
    guard let next = found?.point else { return false }
    let s = difference(next.x, point.x)
    let y = difference(next.gradient, point.gradient)
    let sy = dot(s, y)
    let yy = dot(y, y)
    point = next
    if sy > 1e-14 * norm(s) * norm(y), yy > 0, sy.isFinite, yy.isFinite {
      var matrix = inverse ?? .identity(size, times: sy / yy)
      let z = matrix.times(y)
      let factor = (1 + dot(y, z) / sy) / sy
      matrix.add(factor / 2, s, s)
      matrix.add(-1 / sy, s, z)
      inverse = matrix.isFinite ? matrix : nil
    }
    kept[kept.count - 1] = inverse == nil ? 0 : 1
    if let inverse { kept.replaceSubrange(0..<(kept.count - 1), with: inverse.entries) }
    return true
  }
}

extension LineSearch {
  /// Along minus the gradient; the first trial is `rate` away at most.
  func searchDownhill(
    from point: SpacePoint, rate: Double, of function: SpaceFunction
  ) -> Trial? {
    let length = point.gradientNorm
    guard length > 0 else { return nil }
    return search(
      from: point, along: product(-1, point.gradient), first: rate * min(1, 1 / length),
      of: function)
  }
}
