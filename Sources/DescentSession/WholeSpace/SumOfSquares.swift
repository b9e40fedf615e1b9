internal import DescentEngine
internal import DescentGraph

/// A cost taken apart as a sum of squares: Σ wᵢ rᵢ², and perhaps a constant.
struct SumOfSquares {
  struct Term {
    /// What is squared: a number or a vector.
    var residual: NodeID
    /// A positive number.
    var weight: Double
  }

  private(set) var terms: [Term] = []

  /// What is no square in a cost, and why, in words that go after "this".
  struct Obstacle: Error {
    var node: NodeID
    var reason: String
  }

  private let graph: Graph
  /// The nodes that depend on a symbol.
  private var isVariable: Set<NodeID> = []

  /// Takes a cost apart.
  ///
  /// What counts as a sum of squares: sums of such terms and positive multiples of them, `x^2`, even
  /// powers, `x*x`, `dot(v, v)`, `norm(v)^2`, and `sum` and `mean` of vectors of them.
  ///
  /// **Complexity** linear in the nodes.
  init(_ cost: NodeID, in graph: Graph) throws(Obstacle) {
    self.graph = graph
    let root = graph.lowered(cost)
    for node in graph.reachable(from: [root]) {
      let depends =
        graph.symbol(of: node) != nil || graph.operands(node).contains { isVariable.contains($0) }
      if depends { isVariable.insert(node) }
    }
    var waiting = [Part(node: root, term: root, weight: 1, summed: 1)]
    while let part = waiting.popLast() {
      // The first part is looked at first, so that terms stand in the order they were written.
      waiting += try parts(of: part).reversed()
    }
    if terms.isEmpty { throw Obstacle(node: root, reason: "has no square in it") }
  }

  /// A part of the cost that is to be a sum of squares; of a vector, the elements are summed.
  private struct Part {
    var node: NodeID
    /// The term of a sum that it is a factor of.
    var term: NodeID
    var weight: Double
    /// How many elements are summed, over which what is smaller stretches.
    var summed: Int
  }

  /// What is left to take apart.
  private mutating func parts(of part: Part) throws(Obstacle) -> [Part] {
    let expression = Expr(graph, part.node)
    // A constant moves nothing.
    guard isVariable.contains(part.node) else { return [] }
    func with(_ node: NodeID, factor: Double? = nil) -> Part {
      // What stretches over the elements that are summed counts once for each of them.
      let count = graph.shape(node).count
      let times = part.summed > count ? part.summed / count : 1
      return Part(
        node: node, term: factor == nil ? node : part.term,
        weight: part.weight * (factor ?? 1) * Double(times), summed: count)
    }
    if let root = Self.root(expression) {
      terms.append(Term(residual: root.node, weight: part.weight))
      return []
    }
    if let sum = expression.operands(of: Add.self) { return sum.map { with($0.node) } }
    if let product = expression.operands(of: Multiply.self) {
      for (factor, other) in [(product[0], product[1]), (product[1], product[0])] {
        if let c = try positive(factor, in: part) { return [with(other.node, factor: c)] }
      }
    }
    if let quotient = expression.operands(of: Divide.self),
      let c = try positive(quotient[1], in: part)
    {
      return [with(quotient[0].node, factor: 1 / c)]
    }
    if let operand = expression.operands(of: SumOfElements.self)?[0] {
      return [
        Part(
          node: operand.node, term: part.term, weight: part.weight, summed: operand.shape.count)
      ]
    }
    for type: any Primitive.Type in [SumAlongAxis.self, Reshape.self, Transpose.self]
    where graph.primitive(part.node) == type {
      let operand = expression[0]
      return [
        Part(
          node: operand.node, term: part.term, weight: part.weight, summed: operand.shape.count)
      ]
    }
    if let elements = expression.operands(of: ListOfElements.self) {
      return elements.map {
        Part(node: $0.node, term: $0.node, weight: part.weight, summed: $0.shape.count)
      }
    }
    if let vectors = expression.operands(of: DotProduct.self), vectors[0] == vectors[1] {
      terms.append(Term(residual: vectors[0].node, weight: part.weight))
      return []
    }
    if expression.isA(Subtract.self) {
      let known = !isVariable.contains(expression[1].node)
      if known { return [with(expression[0].node)] }
      throw Obstacle(node: part.term, reason: "is a difference")
    }
    if expression.isA(Negate.self) { throw Obstacle(node: part.term, reason: "has a minus") }
    throw Obstacle(node: part.term, reason: "is no square")
  }

  /// x, where this is x².
  private static func root(_ expression: Expr) -> Expr? {
    if let power = expression.operands(of: Power.self),
      let exponent = power[1].constantValue, exponent >= 2,
      exponent.remainder(dividingBy: 2) == 0
    {
      if exponent > 2 { return power[0].applying(Power.self, power[0].constant(exponent / 2)) }
      return power[0].operands(of: EuclideanNorm.self)?[0] ?? power[0]
    }
    if let product = expression.operands(of: Multiply.self) {
      if product[0] == product[1] {
        return product[0].operands(of: EuclideanNorm.self)?[0] ?? product[0]
      }
      guard let a = root(product[0]), let b = root(product[1]), a.shape == b.shape else {
        return nil
      }
      return a * b
    }
    if let quotient = expression.operands(of: Divide.self), let a = root(quotient[0]),
      let b = root(quotient[1]), a.shape == b.shape
    {
      return a / b
    }
    return nil
  }

  /// The value of a constant factor; one that is not positive is an obstacle.
  private func positive(_ factor: Expr, in part: Part) throws(Obstacle) -> Double? {
    guard !isVariable.contains(factor.node), factor.shape.isScalar else { return nil }
    let value = graph.evaluate([factor.node], at: [:])[0][0]
    guard value > 0, value.isFinite else {
      throw Obstacle(node: part.term, reason: "has a factor that is not positive")
    }
    return value
  }
}
