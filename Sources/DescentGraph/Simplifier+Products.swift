/// A product taken apart: `coefficient/divisor · Π base^(halves/2)`.
///
/// Only the first few factors are looked at: what is longer is a factor of its own, so that the
/// work for each product is bounded and long chains keep sharing their beginnings.
struct Product {
  private static let longest = 4
  /// Up to how many factors are counted.
  static let mostFactors = UInt8(longest + 1)
  /// Two products have six factors at most: five of the first, and the second as a whole.
  private static let capacity = 7

  private let graph: GraphReference
  private(set) var coefficient = 1.0
  private(set) var divisor = 1.0
  /// The bases of the factors, in vectors as these need no memory of their own.
  private var bases = SIMD8<Int32>()
  /// Their exponents in halves, so that `x/sqrt(x)` is `sqrt(x)`.
  private var halves = SIMD8<Int>()
  private var count = 0
  private var budget = 0

  /// The product's factors, or nil where a coefficient cannot be merged.
  init?(_ expression: Expr) {
    graph = expression.reference
    guard multiply(by: expression) else { return nil }
  }

  /// Multiplies by an expression, or divides by it.
  mutating func multiply(by expression: Expr) -> Bool { takeApart(expression, power: 1) }
  mutating func divide(by expression: Expr) -> Bool { takeApart(expression, power: -1) }
  mutating func negate() { coefficient = -coefficient }

  private mutating func takeApart(_ expression: Expr, power: Int) -> Bool {
    budget = Self.longest * 2
    return take(expression, power: power, waiting: 0)
  }

  /// - Parameter waiting: how many operands are to be taken after this one.
  private mutating func take(_ node: Expr, power: Int, waiting: Int) -> Bool {
    if let value = node.constantValue { return scale(by: value, power: power) }
    budget -= 1
    if budget > 0, count + waiting < Self.longest {
      if node.isA(Negate.self) {
        coefficient = -coefficient
        return take(node[0], power: power, waiting: waiting)
      }
      let isQuotient = node.isA(Divide.self)
      if isQuotient || node.isA(Multiply.self), isShort(node) {
        return take(node[0], power: power, waiting: waiting + 1)
          && take(node[1], power: isQuotient ? -power : power, waiting: waiting)
      }
    }
    return append(node, power: power)
  }

  private func isShort(_ product: Expr) -> Bool {
    graph.with { $0.factorCount(product.node) } <= Self.longest
  }

  private mutating func scale(by value: Double, power: Int) -> Bool {
    if power > 0 {
      guard let c = Coefficient.product(coefficient, value) else { return false }
      coefficient = c
    } else {
      guard value != 0, let d = Coefficient.product(divisor, value) else { return false }
      divisor = d
    }
    if divisor < 0 { (coefficient, divisor) = (-coefficient, -divisor) }
    if let q = Coefficient.wholeQuotient(coefficient, divisor) {
      (coefficient, divisor) = (q, 1)
    } else if let q = Coefficient.wholeQuotient(divisor, coefficient) {
      (coefficient, divisor) = (q < 0 ? -1 : 1, q.magnitude)
    }
    return true
  }

  private mutating func append(_ node: Expr, power: Int) -> Bool {
    var (base, exponent) = (node, 2)
    if node.isA(Power.self), let n = node[1].constantValue, n == n.rounded(), n.magnitude <= 1000 {
      (base, exponent) = (node[0], 2 * Int(n))
    } else if node.isA(SquareRoot.self) {
      (base, exponent) = (node[0], 1)
    }
    exponent *= power
    for place in 0..<count where bases[place] == base.node.index {
      halves[place] += exponent
      if halves[place] == 0 { remove(at: place) }
      return true
    }
    guard count < Self.capacity else { return false }
    (bases[count], halves[count]) = (base.node.index, exponent)
    count += 1
    return true
  }

  private mutating func remove(at place: Int) {
    count -= 1
    for place in place..<count {
      (bases[place], halves[place]) = (bases[place + 1], halves[place + 1])
    }
  }

  // MARK: Putting it together

  /// The product without its coefficient, to tell like terms of a sum; nil if nothing is left.
  var monomial: Expr? { build(coefficient: 1) }
  var expression: Expr { build(coefficient: coefficient) ?? constant(coefficient) }

  private func build(coefficient: Double) -> Expr? {
    if coefficient == 0 { return nil }
    let numerator = chain(ofSign: 1)
    var denominator = chain(ofSign: -1)
    var result: Expr?
    if !numerator.isEmpty {
      var product = expression(numerator[0])
      if coefficient == -1 {
        product = product.constantValue.map { constant(-$0) } ?? make(Negate.self, product)
      } else if coefficient != 1 {
        product = make(Multiply.self, constant(coefficient), product)
      }
      result = multiplied(product, by: numerator)
    }
    guard divisor != 1 || !denominator.isEmpty else { return result }
    if divisor != 1 { denominator.insert(constant(divisor).node, at: 0) }
    let below = multiplied(expression(denominator[0]), by: denominator)
    return make(Divide.self, result ?? constant(coefficient), below)
  }

  /// The product of `first` and all factors but the first.
  private func multiplied(_ first: Expr, by factors: FewNodes) -> Expr {
    var product = first
    for place in 1..<factors.count {
      product = make(Multiply.self, product, expression(factors[place]))
    }
    return product
  }

  /// The factors whose exponents have this sign, as they are written: names, exponentials, other
  /// functions, sums.
  private func chain(ofSign sign: Int) -> FewNodes {
    var nodes = FewNodes()
    for place in 0..<count where halves[place].signum() == sign {
      let base = expression(NodeID(index: bases[place]))
      let magnitude = halves[place].magnitude
      if magnitude >= 2 {
        let isPower = magnitude >= 4
        nodes.append(
          isPower ? make(Power.self, base, constant(Double(magnitude / 2))).node : base.node)
      }
      if magnitude % 2 == 1 { nodes.append(make(SquareRoot.self, base).node) }
    }
    guard (2...3).contains(nodes.count) else { return nodes }
    var sorted = FewNodes()
    /// How many of the sorted have this rank or a lower one.
    var ends = SIMD4<Int>()
    for place in 0..<nodes.count {
      let rank = rank(nodes[place])
      sorted.insert(nodes[place], at: ends[rank])
      for higher in rank...3 { ends[higher] += 1 }
    }
    return sorted
  }

  private func rank(_ node: NodeID) -> Int {
    let factor = expression(node)
    let base = factor.isA(Power.self) ? factor[0] : factor
    if base.operandCount == 0 || base.isA(Element.self) { return 0 }
    if base.isA(Exponential.self) { return 1 }
    return base.isA(Add.self) || base.isA(Subtract.self) ? 3 : 2
  }

  private func expression(_ node: NodeID) -> Expr { Expr(graph, node) }
  private func constant(_ value: Double) -> Expr { Expr(graph, graph.with { $0.constant(value) }) }

  private func make(_ type: any Primitive.Type, _ operand: Expr) -> Expr {
    operand.asWritten(type) ?? constant(.nan)
  }

  private func make(_ type: any Primitive.Type, _ a: Expr, _ b: Expr) -> Expr {
    a.asWritten(type, b) ?? constant(.nan)
  }
}
