/// `outer(u, v)`: the matrix of the products u[i]*v[j].
package enum OuterProduct: Primitive {
  package static let name = "outer"
  package static let help = PrimitiveHelp(
    "the matrix of the products u[i]*v[j] of two vectors", "outer([1, 2], [3, 4])",
    "[[3, 4], [6, 8]]")
  package static let arity = 2...2
  package static let kernel = Kernel.whole(native: native) { call in
    let (u, v) = (call.operands[0], call.operands[1])
    for i in 0..<u.count {
      let (factor, row) = (u[i], call.destination + i * v.count)
      for j in 0..<v.count { row[j] = factor * v[j] }
    }
  }

  private static let native: Kernel.NativeElements = { call in
    call.operands[0].flatMap { u in call.operands[1].map { u * $0 } }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    for (position, shape) in shapes.enumerated() {
      guard case .vector = shape.extents else { throw .expected("a vector", operand: position) }
    }
    return Shape(.matrix(shapes[0].count, shapes[1].count), rows: try Shape.commonRows(shapes))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (u, v) = (application[0], application[1])
    if cotangent.shape.isScalar {
      return [
        cotangent * v.applying(SumOfElements.self), cotangent * u.applying(SumOfElements.self),
      ]
    }
    return [matrixProduct(cotangent, v), matrixProduct(transposed(cotangent), u)]
  }
}

func outer(_ u: Expr, _ v: Expr) -> Expr { u.applying(OuterProduct.self, v) }
