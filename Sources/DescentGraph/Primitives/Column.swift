/// A part of one column of a matrix, from one row to another, both included: a vector.
package enum Column: Primitive {
  package static let name = "M[i..j, k]"
  package static let help = PrimitiveHelp(
    "the numbers of one column of a matrix, from row i to row j", "[[1, 2], [3, 4]][1..2, 2]",
    "[2, 4]")
  package static let arity = 1...1
  package static let isFunction = false
  package static let kernel = Kernel.whole { call in
    let stride = call.operands[0].extents.width
    let start = call.operands[0].start + (call.integers[0] - 1) * stride + call.integers[2] - 1
    for i in 0..<call.count { call.destination[i] = start[i * stride] }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .matrix(let m, let n) = graph.shape(operands[0]).extents else {
      throw .expected("a matrix", operand: 0)
    }
    let places = graph.integers(attribute)
    try Shape.check(places[0], places[1], within: m)
    try Shape.check(places[2], places[2], within: n)
    return Shape(.vector(places[1] - places[0] + 1), rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let places = application.integers
    return [
      placed(
        filled(cotangent, like: application.value), places[0]...places[1], places[2]...places[2],
        in: application[0].shape)
    ]
  }

  package static func spelling(of application: Application) -> Spelling {
    let places = application.integers
    return Spelling(
      .postfix,
      [
        .operand(application.operands[0], .postfix),
        .text("[\(places[0])..\(places[1]), \(places[2])]"),
      ])
  }
}

func column(_ x: Expr, _ rows: ClosedRange<Int>, _ place: Int) -> Expr {
  x.applying(
    Column.self,
    attribute: x.graph.integerAttribute([rows.lowerBound, rows.upperBound, place]))
}
