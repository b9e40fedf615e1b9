internal import DescentGraph
internal import DescentSource

/// `lbfgs`: the quasi-Newton rule that remembers its last steps only.
final class LimitedMemory: WholeSpaceRule {
  static let name = "lbfgs"
  static let signature = "lbfgs(memory = 10)"
  static let about = """
    Quasi-Newton for many parameters: as bfgs, but instead of a matrix it keeps its last steps and
    how the gradient changed in each ('memory' of them), and makes the direction of those by two
    loops. The search along it ends where the strong Wolfe conditions hold; the rate is its first
    trial step.
    Nocedal, Updating quasi-Newton matrices with limited storage, 1980;
    Liu and Nocedal, On the limited memory BFGS method for large scale optimization, 1989;
    Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 7.4 and 7.5.
    """

  /// The steps, the changes of the gradient, and how many there are of both.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)] {
    let count = Int(arguments[0]) * space.count
    return [("steps", count), ("changes", count), ("count", 1)]
  }

  static func checkArguments(_ arguments: [Double]) throws(WholeSpaceProblem) {
    let memory = arguments[0]
    guard memory == memory.rounded(), (1...1000).contains(memory) else {
      throw WholeSpaceProblem(
        message: "'lbfgs' remembers a whole number of steps from 1 to 1000",
        help: "write: rule lbfgs(10)")
    }
  }

  private let memory: Int

  init(_ space: Space, arguments: [NodeID]) {
    memory = Int(arguments.first.flatMap { space.graph.constantValue($0) } ?? 10)
  }

  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool {
    let size = point.x.count
    var count = Int(kept[kept.count - 1])
    var pairs = (0..<count).map { k in
      (
        s: Array(kept[(k * size)..<((k + 1) * size)]),
        y: Array(kept[((memory + k) * size)..<((memory + k + 1) * size)])
      )
    }
    let search = LineSearch(curvature: 0.9)
    var found: LineSearch.Trial?
    if count > 0 {
      found = search.search(
        from: point, along: Self.direction(point.gradient, pairs), first: rate, of: function)
    }
    if found == nil {
      // What was learned does not help here: it begins anew.
      pairs = []
      found = search.searchDownhill(from: point, rate: rate, of: function)
    }
    guard let next = found?.point else { return false }
    let s = difference(next.x, point.x)
    let y = difference(next.gradient, point.gradient)
    point = next
    let sy = dot(s, y)
    if sy > 1e-14 * norm(s) * norm(y), sy.isFinite, dot(y, y).isFinite, dot(y, y) > 0 {
      if pairs.count == memory { pairs.removeFirst() }
      pairs.append((s, y))
    }
    count = pairs.count
    kept[kept.count - 1] = Double(count)
    for (k, pair) in pairs.enumerated() {
      kept.replaceSubrange((k * size)..<((k + 1) * size), with: pair.s)
      kept.replaceSubrange(((memory + k) * size)..<((memory + k + 1) * size), with: pair.y)
    }
    return true
  }

  /// Algorithm 7.4, with the first matrix of equation 7.20.
  private static func direction(
    _ gradient: [Double], _ pairs: [(s: [Double], y: [Double])]
  ) -> [Double] {
    var q = product(-1, gradient)
    var alphas = Array(repeating: 0.0, count: pairs.count)
    for k in pairs.indices.reversed() {
      alphas[k] = dot(pairs[k].s, q) / dot(pairs[k].s, pairs[k].y)
      q = sum(q, -alphas[k], pairs[k].y)
    }
    if let last = pairs.last { q = product(dot(last.s, last.y) / dot(last.y, last.y), q) }
    for k in pairs.indices {
      let beta = dot(pairs[k].y, q) / dot(pairs[k].s, pairs[k].y)
      q = sum(q, alphas[k] - beta, pairs[k].s)
    }
    return q
  }
}
