/// The product of the elements.
package enum ProductOfElements: CompositePrimitive {
  package static let name = "prod"
  package static let help = PrimitiveHelp(
    "the product of the elements", "prod([2, 3, 4])", "24")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try .reduced(operands, in: graph) }

  /// Up to so many factors are multiplied one after the other. Of more, the first half is
  /// multiplied with the second element by element, as often as it takes: slopes stay right where
  /// a factor is 0, and the work is linear in the elements.
  static let mostFactors = 8

  package static func definition(_ application: Application) -> Expr {
    var x = application[0].flattened
    if x.shape.isScalar { return x }
    var rest: Expr?
    while x.shape.count > mostFactors {
      let (count, half) = (x.shape.count, x.shape.count / 2)
      if count % 2 == 1 { rest = rest.map { element(x, count).times($0) } ?? element(x, count) }
      x = slice(x, 1, half).times(slice(x, half + 1, 2 * half))
    }
    let factors = (1...x.shape.count).map { element(x, $0) } + (rest.map { [$0] } ?? [])
    return factors.dropFirst().reduce(factors[0]) { $0.times($1) }
  }
}

extension Expr {
  /// The product as written: its factors stay in their order.
  func times(_ other: Expr) -> Expr {
    (try? graph.node(Multiply.self, [node, other.node])).map { Expr(graph, $0) } ?? self * other
  }
}
