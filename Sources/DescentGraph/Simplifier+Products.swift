/// A product taken apart: `coefficient/divisor · Π base^(halves/2)`.
///
/// Only the first few factors are looked at: what is longer is a factor of its own, so that the
/// work for each product is bounded and long chains keep sharing their beginnings.
struct Product {
  private struct Factor {
    var base: NodeID
    /// The exponent in halves, so that `x/sqrt(x)` is `sqrt(x)`.
    var halves: Int
  }

  private static let longest = 4

  /// Not counted: a product lives no longer than the rewrite it is made for.
  private unowned(unsafe) let graph: Graph
  private(set) var coefficient = 1.0
  private(set) var divisor = 1.0
  private var factors: [Factor] = []

  /// The product's factors, or nil where a coefficient cannot be merged.
  init?(_ node: NodeID, in graph: Graph) {
    self.graph = graph
    guard take(node, power: 1) else { return nil }
  }

  /// Multiplies by a node, or divides by it.
  mutating func multiply(by node: NodeID) -> Bool { take(node, power: 1) }
  mutating func divide(by node: NodeID) -> Bool { take(node, power: -1) }
  mutating func negate() { coefficient = -coefficient }

  private mutating func take(_ root: NodeID, power: Int) -> Bool {
    var stack = [(root, power)]
    var budget = Self.longest * 2
    while let (node, power) = stack.popLast() {
      if let value = graph.constantValue(node) {
        if !scale(by: value, power: power) { return false }
        continue
      }
      budget -= 1
      if budget > 0, factors.count + stack.count < Self.longest {
        if graph.isA(node, Negate.self) {
          coefficient = -coefficient
          stack.append((graph.operand(node, 0), power))
          continue
        }
        if graph.isA(node, Multiply.self), spineLength(node) <= Self.longest {
          stack.append((graph.operand(node, 1), power))
          stack.append((graph.operand(node, 0), power))
          continue
        }
        if graph.isA(node, Divide.self), spineLength(node) <= Self.longest {
          stack.append((graph.operand(node, 1), -power))
          stack.append((graph.operand(node, 0), power))
          continue
        }
      }
      append(node, power: power)
    }
    return true
  }

  private func spineLength(_ node: NodeID) -> Int {
    var length = 1
    var node = node
    while graph.isA(node, Multiply.self) || graph.isA(node, Divide.self), length <= Self.longest {
      if graph.constantValue(graph.operand(node, 0)) == nil { length += 1 }
      node = graph.operand(node, 0)
    }
    return length
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

  private mutating func append(_ node: NodeID, power: Int) {
    var (base, halves) = (node, 2)
    if graph.isA(node, Power.self), let n = graph.constantValue(graph.operand(node, 1)),
      n == n.rounded(), n.magnitude <= 1000
    {
      (base, halves) = (graph.operand(node, 0), 2 * Int(n))
    } else if graph.isA(node, SquareRoot.self) {
      (base, halves) = (graph.operand(node, 0), 1)
    }
    for place in factors.indices where factors[place].base == base {
      factors[place].halves += power * halves
      if factors[place].halves == 0 { factors.remove(at: place) }
      return
    }
    factors.append(Factor(base: base, halves: power * halves))
  }

  // MARK: Putting it together

  /// The product without its coefficient, to tell like terms of a sum; nil if nothing is left.
  var monomial: NodeID? { build(coefficient: 1) }
  var node: NodeID { build(coefficient: coefficient) ?? graph.constant(coefficient) }
  var magnitude: NodeID {
    build(coefficient: coefficient.magnitude) ?? graph.constant(coefficient.magnitude)
  }

  private func build(coefficient: Double) -> NodeID? {
    if coefficient == 0 { return nil }
    let numerator = chain(of: factors.filter { $0.halves > 0 })
    let denominator = chain(of: factors.filter { $0.halves < 0 })
    var result: NodeID?
    if let first = numerator.first {
      var start = first
      if coefficient == -1 {
        start =
          graph.constantValue(first).map { graph.constant(-$0) } ?? make(Negate.self, [first])
      } else if coefficient != 1 {
        start = make(Multiply.self, [graph.constant(coefficient), first])
      }
      result = numerator.dropFirst().reduce(start) { make(Multiply.self, [$0, $1]) }
    }
    guard divisor != 1 || !denominator.isEmpty else { return result }
    var below = denominator
    if divisor != 1 { below.insert(graph.constant(divisor), at: 0) }
    let divided = below.dropFirst().reduce(below[0]) { make(Multiply.self, [$0, $1]) }
    return make(Divide.self, [result ?? graph.constant(coefficient), divided])
  }

  /// The factors as they are written: names, exponentials, other functions, sums.
  private func chain(of factors: [Factor]) -> [NodeID] {
    var nodes: [NodeID] = []
    for factor in factors {
      let halves = factor.halves.magnitude
      if halves >= 2 {
        let exponent = Double(halves / 2)
        nodes.append(
          exponent == 1
            ? factor.base : make(Power.self, [factor.base, graph.constant(exponent)]))
      }
      if halves % 2 == 1 { nodes.append(make(SquareRoot.self, [factor.base])) }
    }
    guard (2...3).contains(nodes.count) else { return nodes }
    return nodes.enumerated().sorted {
      (rank($0.element), $0.offset) < (rank($1.element), $1.offset)
    }.map(\.element)
  }

  private func rank(_ node: NodeID) -> Int {
    let base = graph.isA(node, Power.self) ? graph.operand(node, 0) : node
    if graph.operandCount(base) == 0 || graph.isA(base, Element.self) { return 0 }
    if graph.isA(base, Exponential.self) { return 1 }
    return graph.isA(base, Add.self) || graph.isA(base, Subtract.self) ? 3 : 2
  }

  private func make(_ type: any Primitive.Type, _ operands: [NodeID]) -> NodeID {
    (try? graph.node(type, operands)) ?? graph.constant(.nan)
  }
}
