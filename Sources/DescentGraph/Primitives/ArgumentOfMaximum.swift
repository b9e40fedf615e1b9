/// The place of the largest element, the first of equals, counted from 1.
package enum ArgumentOfMaximum: Primitive {
  package static let name = "argmax"
  package static let help = PrimitiveHelp(
    "the place of the largest element, the first of equals, counted from 1", "argmax([3, 9, 2])",
    "2")
  package static let arity = 1...1
  package static let kernel = Kernel.whole { call in
    let values = call.operands[0]
    var best = 0
    for k in 1..<max(1, values.count) where values[k] > values[best] || values[best].isNaN {
      best = k
    }
    call.destination[0] = Double(best + 1)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    if graph.shape(operands[0]).extents.isMatrix { throw .expected("a vector", operand: 0) }
    return try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil]
  }
}
