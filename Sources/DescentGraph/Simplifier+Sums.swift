/// A node as a term of a sum, found once and remembered.
struct KnownTerm {
  let coefficient: Double
  private let monomialIndex: Int32
  private var magnitudeIndex: Int32 = -1

  /// The term without its coefficient; nil for a number.
  var monomial: NodeID? { monomialIndex < 0 ? nil : NodeID(index: monomialIndex) }

  /// The term with its coefficient made positive, once it was written.
  var magnitude: NodeID? {
    get { magnitudeIndex < 0 ? nil : NodeID(index: magnitudeIndex) }
    set { magnitudeIndex = newValue?.index ?? -1 }
  }

  init(_ node: Expr) {
    if let value = node.constantValue {
      (coefficient, monomialIndex) = (value, -1)
    } else if let product = Product(node), let monomial = product.monomial,
      product.coefficient != 0
    {
      (coefficient, monomialIndex) = (product.coefficient, monomial.node.index)
    } else {
      (coefficient, monomialIndex) = (1, node.node.index)
    }
  }
}

/// A sum taken apart: what is not looked at, then a few terms with their coefficients.
struct Sum {
  private struct Term {
    var coefficient: Double
    /// The term without its coefficient; nil for a number.
    var monomial: NodeID?
    /// The term as it was found; nil once its coefficient has changed.
    var origin: NodeID?
    /// The sum or difference that ended with it.
    var link: NodeID?
  }

  private static let longest = 8

  private let graph: GraphReference
  private var head: Expr?
  /// Memory for the terms of two sums, of which `count` are there.
  private let terms: UnsafeMutableBufferPointer<Term>
  private var count = 0

  /// The sum with like terms merged; nil where a coefficient cannot be merged.
  static func of(_ a: Expr, plus b: Expr) -> Expr? { of(a, b, sign: 1) }
  /// The difference with like terms merged; nil where a coefficient cannot be merged.
  static func of(_ a: Expr, minus b: Expr) -> Expr? { of(a, b, sign: -1) }

  private static func of(_ a: Expr, _ b: Expr, sign: Double) -> Expr? {
    if let sum = appended(b, to: a, sign: sign) { return sum }
    // Each operand gives its longest chain and what that begins with.
    return withUnsafeTemporaryAllocation(of: Term.self, capacity: 2 * (longest + 1)) { terms in
      var sum = Sum(graph: a.reference, terms: terms)
      guard sum.take(a, sign: 1, isFirst: true), sum.take(b, sign: sign, isFirst: false) else {
        return nil
      }
      return sum.expression
    }
  }

  /// A long sum with one more term at its end, as most are that the slopes of a long cost are: what
  /// comes of taking its last terms apart, where these are written as they would be again and none
  /// is like another. Nil for all else.
  private static func appended(_ last: Expr, to sum: Expr, sign: Double) -> Expr? {
    let graph = sum.reference
    var monomials = SIMD8<Int32>(repeating: -1)
    var rest = sum
    for place in 0..<longest {
      guard isSum(rest), let known = graph.with({ $0.knownTerm(rest[1].node) }),
        known.coefficient > 0, known.magnitude == rest[1].node, let monomial = known.monomial,
        !monomials.contains(monomial)
      else { return nil }
      monomials[place] = monomial.index
      rest = rest[0]
    }
    guard isSum(rest) else { return nil }
    return appended(last, to: sum, sign: sign, after: monomials)
  }

  /// - Parameter monomials: those of the last terms of the sum, which are as they would be written
  ///   again.
  static func appended(
    _ last: Expr, to sum: Expr, sign: Double, after monomials: SIMD8<Int32>
  ) -> Expr? {
    if isSum(last) { return nil }
    let none = Sum(
      graph: sum.reference, terms: UnsafeMutableBufferPointer<Term>(start: nil, count: 0))
    let known = none.knownTerm(last)
    guard known.coefficient != 0, let monomial = known.monomial, !monomials.contains(monomial)
    else { return nil }
    let term = Term(
      coefficient: sign * known.coefficient, monomial: monomial, origin: last.node, link: nil)
    return none.sum(sum, term)
  }

  private init(graph: GraphReference, terms: UnsafeMutableBufferPointer<Term>) {
    self.graph = graph
    self.terms = terms
  }

  private mutating func take(_ root: Expr, sign: Double, isFirst: Bool) -> Bool {
    var chain = FewNodes()
    var first = root
    while isSum(first), chain.count < Self.longest {
      chain.append(first.node)
      first = first[0]
    }
    if isSum(first) {
      guard isFirst else { return take(term: root, sign: sign, link: nil) }
      head = first
    } else if !take(term: first, sign: sign, link: nil) {
      return false
    }
    for place in (0..<chain.count).reversed() {
      let sum = Expr(graph, chain[place])
      let sign = sum.isA(Add.self) ? sign : -sign
      guard take(term: sum[1], sign: sign, link: sum.node) else { return false }
    }
    return true
  }

  static func isSum(_ node: Expr) -> Bool {
    node.isA(Add.self) || node.isA(Subtract.self)
  }

  private func isSum(_ node: Expr) -> Bool { Self.isSum(node) }

  private mutating func take(term node: Expr, sign: Double, link: NodeID?) -> Bool {
    let known = knownTerm(node)
    let (coefficient, monomial) = (sign * known.coefficient, known.monomial)
    for place in 0..<count where terms[place].monomial == monomial {
      guard let c = Coefficient.sum(terms[place].coefficient, coefficient) else { return false }
      if c == 0 {
        remove(at: place)
      } else {
        terms[place].coefficient = c
        terms[place].origin = nil
      }
      return true
    }
    if coefficient == 0 { return true }
    let term = Term(
      coefficient: coefficient, monomial: monomial, origin: node.node, link: link)
    // Numbers come last, as in 2*w + 3.
    let isBeforeNumber = monomial != nil && count > 0 && terms[count - 1].monomial == nil
    insert(term, at: isBeforeNumber ? count - 1 : count)
    return true
  }

  private func knownTerm(_ node: Expr) -> KnownTerm {
    if let known = graph.with({ $0.knownTerm(node.node) }) { return known }
    let term = KnownTerm(node)
    graph.with { $0.remember(node.node, as: term) }
    return term
  }

  private mutating func insert(_ term: Term, at position: Int) {
    terms.initializeElement(at: count, to: term)
    for place in (position..<count).reversed() { terms.swapAt(place, place + 1) }
    count += 1
  }

  private mutating func remove(at position: Int) {
    count -= 1
    for place in position..<count { terms.swapAt(place, place + 1) }
  }
}

// MARK: Putting it together

extension Sum {
  private var expression: Expr {
    mutating get {
      // A difference begins with what is positive: cos(x) - sin(x).
      if head == nil, count > 0, terms[0].coefficient < 0,
        let positive = (0..<count).first(where: { terms[$0].coefficient > 0 })
      {
        for place in (0..<positive).reversed() { terms.swapAt(place, place + 1) }
      }
      var result = head
      for place in 0..<count {
        let term = terms[place]
        if let soFar = result {
          result = sum(soFar, term)
        } else {
          result =
            term.coefficient > 0
            ? magnitude(of: term) : scaled(term.monomial, by: term.coefficient)
        }
      }
      return result ?? constant(0)
    }
  }

  /// What is added or subtracted at the end of a sum, without its coefficient; nil where it would be
  /// written otherwise if it were added again.
  static func monomial(ofLast term: Expr) -> NodeID? {
    let none = Sum(
      graph: term.reference, terms: UnsafeMutableBufferPointer<Term>(start: nil, count: 0))
    let known = none.knownTerm(term)
    guard known.coefficient > 0, let monomial = known.monomial else { return nil }
    let again = Term(
      coefficient: known.coefficient, monomial: monomial, origin: term.node, link: nil)
    return none.magnitude(of: again) == term ? monomial : nil
  }

  /// The sum so far with one more term.
  private func sum(_ soFar: Expr, _ term: Term) -> Expr {
    let magnitude = magnitude(of: term)
    // Most of a long sum is as it was, and need not be looked up.
    if let link = term.link.map({ Expr(graph, $0) }), link[0] == soFar, link[1] == magnitude,
      link.isA(Subtract.self) == (term.coefficient < 0)
    {
      return link
    }
    let type: any Primitive.Type = term.coefficient < 0 ? Subtract.self : Add.self
    return soFar.asWritten(type, magnitude) ?? constant(.nan)
  }

  private func magnitude(of term: Term) -> Expr {
    guard let origin = term.origin else {
      return scaled(term.monomial, by: term.coefficient.magnitude)
    }
    if let known = graph.with({ $0.knownTerm(origin)?.magnitude }) { return Expr(graph, known) }
    let magnitude = scaled(term.monomial, by: term.coefficient.magnitude)
    graph.with { $0.remember(origin, magnitude: magnitude.node) }
    return magnitude
  }

  private func scaled(_ monomial: NodeID?, by coefficient: Double) -> Expr {
    guard let monomial else { return constant(coefficient) }
    let factor = Expr(graph, monomial)
    if coefficient == 1 { return factor }
    guard var product = Product(factor), product.multiply(by: constant(coefficient)) else {
      return constant(coefficient).asWritten(Multiply.self, factor) ?? constant(.nan)
    }
    return product.expression
  }

  private func constant(_ value: Double) -> Expr { Expr(graph, graph.with { $0.constant(value) }) }
}

extension SIMD8<Int32> {
  fileprivate func contains(_ node: NodeID) -> Bool { any(self .== SIMD8(repeating: node.index)) }
}
