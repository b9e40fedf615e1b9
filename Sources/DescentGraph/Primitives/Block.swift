/// Rows and columns of a matrix from one place to another, both included: a matrix.
package enum Block: Primitive {
  package static let name = "M[i..j, k..l]"
  package static let help = PrimitiveHelp(
    "rows i to j and columns k to l of a matrix", "[[1, 2, 3], [4, 5, 6]][1..2, 2..3]",
    "[[2, 3], [5, 6]]")
  package static let arity = 1...1
  package static let isFunction = false
  package static let kernel = Kernel.whole { call in
    let (stride, width) = (call.operands[0].extents.width, call.extents.width)
    let start = call.operands[0].start + (call.integers[0] - 1) * stride + call.integers[2] - 1
    for i in 0..<call.extents.height {
      (call.destination + i * width).update(from: start + i * stride, count: width)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .matrix(let m, let n) = graph.shape(operands[0]).extents else {
      throw .expected("a matrix", operand: 0)
    }
    let bounds = graph.integers(attribute)
    try Shape.check(bounds[0], bounds[1], within: m)
    try Shape.check(bounds[2], bounds[3], within: n)
    return Shape(
      .matrix(bounds[1] - bounds[0] + 1, bounds[3] - bounds[2] + 1),
      rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let bounds = application.integers
    return [
      placed(
        filled(cotangent, like: application.value), bounds[0]...bounds[1], bounds[2]...bounds[3],
        in: application[0].shape)
    ]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("M[1..m, 1..n]: M", .exact) { $0.shape == $0[0].shape ? $0[0] : nil }
  ]

  package static func spelling(of application: Application) -> Spelling {
    let bounds = application.integers
    let isWide = application.shape.extents.width == application[0].shape.extents.width
    let columns = isWide ? "" : ", \(bounds[2])..\(bounds[3])"
    return Spelling(
      .postfix,
      [
        .operand(application.operands[0], .postfix),
        .text("[\(bounds[0])..\(bounds[1])\(columns)]"),
      ])
  }
}

func block(_ x: Expr, _ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>) -> Expr {
  x.applying(
    Block.self,
    attribute: x.graph.integerAttribute([
      rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound,
    ]))
}
