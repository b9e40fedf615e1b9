/// Log(softmax(v)) without overflow.
package enum LogSoftmax: CompositePrimitive {
  package static let name = "logsoftmax"
  package static let help = PrimitiveHelp(
    "log(softmax(v)) without overflow", "logsoftmax([0, 0])", "[-0.693147, -0.693147]")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .vector = graph.shape(operands[0]).extents else {
      throw .expected("a vector", operand: 0)
    }
    return graph.shape(operands[0])
  }

  package static func definition(_ application: Application) -> Expr {
    application[0] - logsumexp(application[0])
  }
}
