/// Numbers, vectors and matrices in one vector, in order.
package enum Joined: Primitive {
  package static let name = "join"
  package static let help = PrimitiveHelp(
    "numbers, vectors and matrices in one vector, in order", "join(1, [2, 3])", "[1, 2, 3]")
  package static let arity = 1...Int.max
  package static let kernel = Kernel.whole(native: NativeCall.allElements) { call in
    var target = call.destination
    for place in 0..<call.operandCount {
      let operand = call.operands[place]
      target.update(from: operand.start, count: operand.count)
      target += operand.count
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    return Shape(
      .vector(shapes.reduce(0) { $0 + $1.count }), rows: try Shape.commonRows(shapes))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if cotangent.shape.isScalar { return application.operands.map { _ in cotangent } }
    var first = 1
    return application.operands.indices.map { position in
      let count = application[position].shape.count
      defer { first += count }
      if application[position].shape.isScalar { return element(cotangent, first) }
      return reshaped(
        slice(cotangent, first, first + count - 1), to: application[position].shape.extents)
    }
  }
}
