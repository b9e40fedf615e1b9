/// A sum taken apart: what is not looked at, then a few terms with their coefficients.
struct Sum {
  private struct Term {
    var coefficient: Double
    /// The term without its coefficient; nil for a number.
    var monomial: NodeID?
  }

  private static let longest = 8

  /// Not counted: a sum lives no longer than the rewrite it is made for.
  private unowned(unsafe) let graph: Graph
  private var head: NodeID?
  private var terms: [Term] = []

  init?(_ node: NodeID, in graph: Graph) {
    self.graph = graph
    guard take(node, sign: 1, isFirst: true) else { return nil }
  }

  mutating func add(_ node: NodeID) -> Bool { take(node, sign: 1, isFirst: false) }
  mutating func subtract(_ node: NodeID) -> Bool { take(node, sign: -1, isFirst: false) }

  private mutating func take(_ root: NodeID, sign: Double, isFirst: Bool) -> Bool {
    var found: [(NodeID, Double)] = []
    var node = root
    while graph.isA(node, Add.self) || graph.isA(node, Subtract.self) {
      guard found.count < Self.longest else { break }
      found.append((graph.operand(node, 1), graph.isA(node, Add.self) ? sign : -sign))
      node = graph.operand(node, 0)
    }
    if graph.isA(node, Add.self) || graph.isA(node, Subtract.self) {
      if isFirst {
        head = node
      } else {
        found = [(root, sign)]
      }
    } else {
      found.append((node, sign))
    }
    for (term, sign) in found.reversed() where !take(term: term, sign: sign) { return false }
    return true
  }

  private mutating func take(term node: NodeID, sign: Double) -> Bool {
    let term = Self.term(node, sign: sign, in: graph)
    for place in terms.indices where terms[place].monomial == term.monomial {
      guard let c = Coefficient.sum(terms[place].coefficient, term.coefficient) else {
        return false
      }
      if c == 0 {
        terms.remove(at: place)
      } else {
        terms[place].coefficient = c
      }
      return true
    }
    if term.coefficient == 0 { return true }
    // Numbers come last, as in 2*w + 3.
    if term.monomial != nil, let last = terms.last, last.monomial == nil {
      terms.insert(term, at: terms.count - 1)
    } else {
      terms.append(term)
    }
    return true
  }

  private static func term(_ node: NodeID, sign: Double, in graph: Graph) -> Term {
    if let value = graph.constantValue(node) {
      return Term(coefficient: sign * value, monomial: nil)
    }
    if let product = Product(node, in: graph), let monomial = product.monomial,
      product.coefficient != 0
    {
      return Term(coefficient: sign * product.coefficient, monomial: monomial)
    }
    return Term(coefficient: sign, monomial: node)
  }

  var node: NodeID {
    var terms = terms
    // A difference begins with what is positive: cos(x) - sin(x).
    if head == nil, let first = terms.first, first.coefficient < 0,
      let positive = terms.firstIndex(where: { $0.coefficient > 0 })
    {
      terms.insert(terms.remove(at: positive), at: 0)
    }
    var result = head
    for term in terms {
      if let soFar = result {
        let type: any Primitive.Type = term.coefficient < 0 ? Subtract.self : Add.self
        result = make(type, [soFar, scaled(term.monomial, by: term.coefficient.magnitude)])
      } else {
        result = scaled(term.monomial, by: term.coefficient)
      }
    }
    return result ?? graph.constant(0)
  }

  private func scaled(_ monomial: NodeID?, by coefficient: Double) -> NodeID {
    guard let monomial else { return graph.constant(coefficient) }
    if coefficient == 1 { return monomial }
    guard var product = Product(monomial, in: graph),
      product.multiply(by: graph.constant(coefficient))
    else { return make(Multiply.self, [graph.constant(coefficient), monomial]) }
    return product.node
  }

  private func make(_ type: any Primitive.Type, _ operands: [NodeID]) -> NodeID {
    (try? graph.node(type, operands)) ?? graph.constant(.nan)
  }
}
