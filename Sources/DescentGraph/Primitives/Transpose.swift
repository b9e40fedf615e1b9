/// `M'`: rows become columns.
package enum Transpose: Primitive {
  package static let name = "'"
  package static let help = PrimitiveHelp(
    "the transpose of a matrix: rows become columns", "[[1, 2], [3, 4]]'", "[[1, 3], [2, 4]]")
  package static let arity = 1...1
  package static let isFunction = false
  package static let kernel = Kernel.whole(native: native) { call in
    MatrixMultiplication.transpose(
      call.operands[0].start, into: call.destination, m: call.extents.height,
      n: call.extents.width)
  }

  private static let native: Kernel.NativeElements = { call in
    let (m, n) = (call.extents.height, call.extents.width)
    return (0..<(m * n)).map { call.operands[0][$0 % n * m + $0 / n] }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .matrix(let m, let n) = graph.shape(operands[0]).extents else {
      throw .expected("a matrix", operand: 0)
    }
    return Shape(.matrix(n, m), rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent.shape.isScalar ? cotangent : transposed(cotangent)]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("M'': M", .exact) { $0[0].operands(of: Transpose.self)?[0] },
    Rewrite("outer(u, v)': outer(v, u)", .exact) { application in
      guard let vectors = application[0].operands(of: OuterProduct.self) else { return nil }
      return outer(vectors[1], vectors[0])
    },
    Rewrite("sum(outer(u, v), rows)': sum(outer(v, u), rows)", .exact) {
      turned($0[0], totalOf: SumOverRows.self)
    },
    Rewrite("mean(outer(u, v), rows)': mean(outer(v, u), rows)", .exact) {
      turned($0[0], totalOf: MeanOverRows.self)
    },
    Rewrite("ones(m, n)': ones(n, m)", .exact) { application in
      application[0].isA(Ones.self) ? ones(application.shape, in: application.graph) : nil
    },
    Rewrite("eye(n)': eye(n)", .exact) { $0[0].isA(IdentityMatrix.self) ? $0[0] : nil },
  ]

  private static func turned<Total: RowPrimitive>(
    _ matrix: Expr, totalOf type: Total.Type
  ) -> Expr? {
    guard let values = matrix.operands(of: type), values.count == 1,
      let vectors = values[0].operands(of: OuterProduct.self)
    else { return nil }
    return outer(vectors[1], vectors[0]).applying(type)
  }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(.postfix, [.operand(application.operands[0], .postfix), .text("'")])
  }
}

func transposed(_ x: Expr) -> Expr { x.applying(Transpose.self) }
