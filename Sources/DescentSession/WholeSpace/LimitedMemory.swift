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

  /// The last steps, the changes of the gradient in each, and how many there were of both.
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
    let search = LineSearch(curvature: 0.9)
    var total = Int(kept[kept.count - 1])
    var found: LineSearch.Trial?
    if total > 0 {
      found = search.search(
        from: point, along: direction(point.gradient, kept, total), first: rate, of: function)
    }
    if found == nil {
      // What was learned does not help here: it begins anew.
      total = 0
      found = search.searchDownhill(from: point, rate: rate, of: function)
    }
    guard let next = found?.point else { return false }
    let s = difference(next.x, point.x)
    let y = difference(next.gradient, point.gradient)
    point = next
    let sy = dot(s, y)
    if sy > 1e-14 * norm(s) * norm(y), sy.isFinite, dot(y, y).isFinite, dot(y, y) > 0 {
      let place = total % memory
      for k in 0..<size {
        kept[place * size + k] = s[k]
        kept[(memory + place) * size + k] = y[k]
      }
      total += 1
    }
    kept[kept.count - 1] = Double(total)
    return true
  }

  /// Algorithm 7.4, with the first matrix of equation 7.20.
  private func direction(_ gradient: [Double], _ kept: [Double], _ total: Int) -> [Double] {
    let size = gradient.count
    var q = product(-1, gradient)
    // Where the pairs are, the oldest first: each new one took the oldest one's place.
    let places = (max(0, total - memory)..<total).map { $0 % memory }
    func step(_ place: Int) -> ArraySlice<Double> { kept[(place * size)..<((place + 1) * size)] }
    func change(_ place: Int) -> ArraySlice<Double> { step(memory + place) }
    let curvatures = places.map { dot(step($0), change($0)) }
    var alphas = Array(repeating: 0.0, count: places.count)
    for (k, place) in places.enumerated().reversed() {
      alphas[k] = dot(step(place), q[...]) / curvatures[k]
      add(-alphas[k], change(place), to: &q)
    }
    if let last = places.last, let curvature = curvatures.last {
      q = product(curvature / dot(change(last), change(last)), q)
    }
    for (k, place) in places.enumerated() {
      let beta = dot(change(place), q[...]) / curvatures[k]
      add(alphas[k] - beta, step(place), to: &q)
    }
    return q
  }
}
