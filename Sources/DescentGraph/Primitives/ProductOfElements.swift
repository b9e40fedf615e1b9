/// The product of the elements.
package enum ProductOfElements: CompositePrimitive {
  package static let name = "prod"
  package static let help = PrimitiveHelp(
    "the product of the elements", "prod([2, 3, 4])", "24")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try .reduced(operands, in: graph) }

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    guard x.shape.count > 0, !x.shape.isScalar else {
      return x.shape.isScalar ? x : application.constant(1)
    }
    return (1..<x.shape.count).reduce(element(x, 1)) { product, position in
      // As written: the elements stay in their order.
      let next = element(x, position + 1)
      let node = try? application.graph.node(Multiply.self, [product.node, next.node])
      return node.map { Expr(application.graph, $0) } ?? product * next
    }
  }
}
