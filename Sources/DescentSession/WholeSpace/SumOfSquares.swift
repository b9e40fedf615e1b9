internal import DescentEngine
internal import DescentGraph

/// A cost taken apart as a sum of squares: Σ wᵢ rᵢ², and perhaps a constant.
struct SumOfSquares {
  struct Term {
    /// What is squared: a number or a vector, or one for each row of the data.
    var residual: NodeID
    /// A positive number.
    var weight: Double
    /// How many residuals these are.
    var count: Int
  }

  private(set) var terms: [Term] = []

  /// What is no square in a cost, and why, in words that go after "this".
  struct Obstacle: Error {
    var node: NodeID
    var reason: String
  }

  private let graph: Graph
  private let rows: RowData
  /// The nodes that depend on a symbol that is neither data nor their number.
  private var isVariable: Set<NodeID> = []

  /// Takes a cost apart.
  ///
  /// What counts as a sum of squares: sums of such terms and positive multiples of them, `x^2`, even
  /// powers, `x*x`, `dot(v, v)`, `norm(v)^2`, and `sum` and `mean` of vectors of them or over the
  /// rows of the data, where a factor may be positive numbers of each row.
  ///
  /// **Complexity** linear in the nodes.
  init(_ cost: NodeID, in graph: Graph, rows: RowData = .none) throws(Obstacle) {
    self.graph = graph
    self.rows = rows
    let root = graph.lowered(cost)
    let counts = Set(rows.counts.keys.map { graph.rowCountSymbol($0) })
    for node in graph.reachable(from: [root]) {
      let depends =
        if let symbol = graph.symbol(of: node) {
          !graph.shape(symbol).isPerRow && !counts.contains(symbol)
        } else { graph.operands(node).contains { isVariable.contains($0) } }
      if depends { isVariable.insert(node) }
    }
    var waiting = [Part(node: root, term: root, weight: 1, summed: 1)]
    while let part = waiting.popLast() {
      // The first part is looked at first, so that terms stand in the order they were written.
      waiting += try parts(of: part).reversed()
    }
    if terms.isEmpty { throw Obstacle(node: root, reason: "has no square in it") }
  }

  /// A part of the cost that is to be a sum of squares; of a vector, the elements are summed, and of
  /// a value for each row, the rows.
  private struct Part {
    var node: NodeID
    /// The term of a sum that it is a factor of.
    var term: NodeID
    var weight: Double
    /// The roots of weights that are not one number.
    var factor: Expr?
    /// How many numbers are summed, over which what is smaller stretches.
    var summed: Int
  }

  /// A factor that does not depend on parameters.
  private enum Factor {
    case number(Double)
    /// Numbers of elements or rows, all positive.
    case numbers(Expr)
  }

  /// What is left to take apart.
  private mutating func parts(of part: Part) throws(Obstacle) -> [Part] {
    let expression = Expr(graph, part.node)
    // A constant moves nothing.
    guard isVariable.contains(part.node) else { return [] }
    func with(_ node: NodeID) -> Part {
      var part = part
      part.node = node
      part.term = node
      return part
    }
    func with(_ node: NodeID, factor: Factor) -> Part {
      var part = part
      part.node = node
      switch factor {
      case .number(let number): part.weight *= number
      case .numbers(let numbers):
        let root = numbers.applying(SquareRoot.self)
        part.factor = part.factor.map { $0 * root } ?? root
      }
      return part
    }
    if let root = Self.root(expression) {
      try add(root, part)
      return []
    }
    if let sum = expression.operands(of: Add.self) { return sum.map { with($0.node) } }
    if let product = expression.operands(of: Multiply.self) {
      for (factor, other) in [(product[0], product[1]), (product[1], product[0])] {
        guard let c = try positive(factor, in: part) else { continue }
        // A penalty that is switched off.
        if case .number(0) = c { return [] }
        return [with(other.node, factor: c)]
      }
    }
    if let quotient = expression.operands(of: Divide.self),
      let c = try positive(1 / quotient[1], in: part)
    {
      return [with(quotient[0].node, factor: c)]
    }
    if let operand = expression.operands(of: SumOfElements.self)?[0]
      ?? expression.operands(of: SumOverRows.self)?[0]
    {
      return [try summed(part, over: operand)]
    }
    if let operand = expression.operands(of: MeanOverRows.self)?[0] {
      var part = try summed(part, over: operand)
      part.weight /= Double(rows.counts[operand.shape.rows ?? .training] ?? 1)
      return [part]
    }
    for type: any Primitive.Type in [SumAlongAxis.self, Reshape.self, Transpose.self]
    where graph.primitive(part.node) == type {
      guard part.factor?.shape.isScalar ?? true else {
        throw Obstacle(node: part.term, reason: "is a sum that has weights for its elements")
      }
      return [try summed(part, over: expression[0])]
    }
    if let elements = expression.operands(of: ListOfElements.self), part.factor == nil {
      return elements.map {
        let times = part.summed / size(expression)
        return Part(
          node: $0.node, term: $0.node, weight: part.weight * Double(times), summed: size($0))
      }
    }
    if let vectors = expression.operands(of: DotProduct.self), vectors[0] == vectors[1] {
      try add(vectors[0], summed(part, over: vectors[0]))
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

  /// A term of the sum: what a part is the square of. What is smaller than what is summed counts
  /// once for each place of it.
  private mutating func add(_ root: Expr, _ part: Part) throws(Obstacle) {
    let square = Expr(graph, part.node)
    if let factor = part.factor, !factor.shape.isScalar,
      root.shape.extents != square.shape.extents
    {
      throw Obstacle(node: part.term, reason: "is a sum that has weights for its elements")
    }
    let weighted = part.factor.map { $0 * root } ?? root
    let places = size(part.factor.map { $0 * square } ?? square)
    let times = Double(max(1, part.summed / max(1, places)))
    terms.append(
      Term(residual: weighted.node, weight: part.weight * times, count: size(weighted)))
  }

  /// What is summed in place of its sum, which may stand for many.
  private func summed(_ part: Part, over operand: Expr) throws(Obstacle) -> Part {
    let times = part.summed / max(1, size(Expr(graph, part.node)))
    if times > 1, part.factor != nil {
      throw Obstacle(node: part.term, reason: "is a sum that has weights for its elements or rows")
    }
    return Part(
      node: operand.node, term: part.term, weight: part.weight * Double(max(1, times)),
      factor: part.factor, summed: size(operand))
  }

  /// How many numbers a value has, those of all rows together.
  private func size(_ expression: Expr) -> Int {
    expression.shape.count * (expression.shape.rows.map { rows.counts[$0] ?? 1 } ?? 1)
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

  /// The value of a constant factor; one that is not positive is an obstacle, as one of which any
  /// number is negative.
  private func positive(_ factor: Expr, in part: Part) throws(Obstacle) -> Factor? {
    guard !isVariable.contains(factor.node) else { return nil }
    var values: SymbolValues = [:]
    for (set, count) in rows.counts { values[graph.rowCountSymbol(set)] = [Double(count)] }
    let numbers = graph.evaluate([factor.node], at: values, rows: rows)[0]
    if numbers.count == 1, factor.shape.isScalar, !factor.shape.isPerRow {
      guard numbers[0] >= 0, numbers[0].isFinite else {
        throw Obstacle(node: part.term, reason: "has a factor that is not positive")
      }
      return .number(numbers[0])
    }
    guard numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw Obstacle(node: part.term, reason: "has weights that are not all positive")
    }
    return .numbers(factor)
  }
}
