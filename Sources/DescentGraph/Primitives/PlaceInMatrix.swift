/// `place(M, i..j, k..l, m, n)`: a matrix of zeros with M at the rows i to j and columns k to l.
package enum PlaceInMatrix: Primitive {
  package static let name = "place"
  package static let help = PrimitiveHelp(
    "place(M, i..j, k..l, m, n): an m by n matrix of zeros with M at rows i to j, columns k to l",
    "place([[5, 6]], 2..2, 1..2, 2, 3)", "[[0, 0, 0], [5, 6, 0]]")
  package static let arity = 5...5
  package static let takesBounds = true

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    let (top, bottom) = try call.bounds(1)
    let (left, right) = try call.bounds(2)
    let attribute = call.graph.integerAttribute(
      [top, bottom, left, right, try call.length(3), try call.length(4)])
    return try call.graph.node(Self.self, [call.node(0)], attribute)
  }

  package static let kernel = Kernel.whole { call in
    call.destination.update(repeating: 0, count: call.count)
    let (top, left) = (call.integers[0] - 1, call.integers[2] - 1)
    let (height, width) = (call.integers[1] - top, call.integers[3] - left)
    let stride = call.extents.width
    for i in 0..<height {
      (call.destination + (top + i) * stride + left).update(
        from: call.operands[0].start + i * width, count: width)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let bounds = graph.integers(attribute)
    try Shape.check(bounds[0], bounds[1], within: bounds[4])
    try Shape.check(bounds[2], bounds[3], within: bounds[5])
    let (height, width) = (bounds[1] - bounds[0] + 1, bounds[3] - bounds[2] + 1)
    let shape = graph.shape(operands[0])
    // A vector is placed along a row or a column.
    let fits =
      switch shape.extents {
      case .scalar: height * width == 1
      case .vector(let n): height == 1 && n == width || width == 1 && n == height
      case .matrix: shape.extents == .matrix(height, width)
      }
    guard fits else { throw .expected("a matrix [\(height), \(width)]", operand: 0) }
    return Shape(.matrix(bounds[4], bounds[5]), rows: shape.rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if cotangent.shape.isScalar { return [cotangent] }
    let bounds = application.integers
    switch application[0].shape.extents {
    case .matrix: return [block(cotangent, bounds[0]...bounds[1], bounds[2]...bounds[3])]
    case .scalar: return [element(cotangent, bounds[0], bounds[2])]
    case .vector:
      if bounds[0] < bounds[1] || bounds[2] == bounds[3] {
        return [column(cotangent, bounds[0]...bounds[1], bounds[2])]
      }
      return [slice(row(cotangent, bounds[0]), bounds[2], bounds[3])]
    }
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("place(a, i..i, k..k, m, n): [[0, a], [0, 0]] for a small matrix", .exact) {
      application in
      let bounds = application.integers
      guard application[0].shape.isScalar, bounds[4] * bounds[5] <= Place.longestList else {
        return nil
      }
      let zero = application.constant(0)
      let rows = (1...bounds[4]).map { i in
        list(
          (1...bounds[5]).map { i == bounds[0] && $0 == bounds[2] ? application[0] : zero },
          in: application.graph)
      }
      return list(rows, in: application.graph)
    },
    Rewrite("place(M, 1..m, 1..n, m, n): M", .exact) {
      $0[0].shape == $0.shape ? $0[0] : nil
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    let bounds = application.integers
    let places = "\(bounds[0])..\(bounds[1]), \(bounds[2])..\(bounds[3])"
    return Spelling(
      .postfix,
      [
        .text("place("), .operand(application.operands[0], .choice),
        .text(", \(places), \(bounds[4]), \(bounds[5]))"),
      ])
  }
}

func placed(
  _ x: Expr, _ rows: ClosedRange<Int>, _ columns: ClosedRange<Int>, in shape: Shape
) -> Expr {
  x.applying(
    PlaceInMatrix.self,
    attribute: x.graph.integerAttribute([
      rows.lowerBound, rows.upperBound, columns.lowerBound, columns.upperBound,
      shape.extents.height, shape.extents.width,
    ]))
}
