internal import CNative

/// The sum of the products of two vectors' elements: of more than eight, each is added without being
/// rounded.
package enum DotProduct: Primitive {
  package static let name = "dot"
  package static let help = PrimitiveHelp(
    "the sum of the products of two vectors' elements", "dot([1, 2], [3, 4])", "11")
  package static let arity = 2...2
  package static let kernel = Kernel.fold(
    { $0[0] * $0[1] }, adding: { $0.addingProduct($1[0], $1[1]) },
    sum: { Reduction.dot($0[0].start, $0[1].start, $1) }, rows: rows)

  private static let rows: TileFunction = { call in
    let (x, y) = (call.operands[0], call.operands[1])
    if x.count <= Reduction.block {
      descent_dots(
        call.destination, x.start, x.rowStride, y.start, y.rowStride, x.count, call.rows)
      return
    }
    for row in 0..<call.rows {
      call.destination[row] = Reduction.dot(
        x.start + row * x.rowStride, y.start + row * y.rowStride, x.count)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    for (position, operand) in operands.enumerated() {
      guard case .vector = graph.shape(operand).extents else {
        throw .expected("a vector", operand: position)
      }
    }
    let shapes = operands.map { graph.shape($0) }
    guard shapes[0].extents == shapes[1].extents else { throw .mismatch(0, 1) }
    return Shape(.scalar, rows: try Shape.commonRows(shapes))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if application[0] == application[1] { return [2 * cotangent * application[1], nil] }
    return [cotangent * application[1], cotangent * application[0]]
  }
}
