/// A vector of these elements.
package enum ListOfElements: Primitive {
  package static let name = "[ ]"
  package static let help = PrimitiveHelp(
    "a vector of these elements", "[1, 2, 3]", "[1, 2, 3]")
  package static let arity = 1...Int.max
  package static let isFunction = false
  package static let kernel = Kernel.whole { call in
    for k in 0..<call.count { call.destination[k] = call.operands[k][0] }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    for (position, operand) in operands.enumerated() {
      guard graph.shape(operand).isScalar else {
        throw .notYet("matrices: element \(position + 1) of this list is no scalar")
      }
    }
    return .vector(operands.count)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    guard !cotangent.shape.isScalar else { return application.operands.map { _ in cotangent } }
    return application.operands.indices.map { element(cotangent, $0 + 1) }
  }

  package static func spelling(of application: Application) -> Spelling {
    .list(application.operands)
  }
}

func list(_ elements: [Expr], in graph: Graph) -> Expr {
  Expr(graph, graph.simplified(ListOfElements.self, elements.map(\.node)))
}
