/// A reduction of a matrix along one axis, by its number: 1 goes down the columns, 2 along the rows.
package protocol AxisReduction: Primitive {}

extension AxisReduction {
  package static var arity: ClosedRange<Int> { 2...2 }

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    let axis = try call.wholeNumber(1)
    guard (1...2).contains(axis) else {
      throw .expected("1 or 2, the axis to go along", operand: 1)
    }
    return try call.graph.node(Self.self, [call.node(0)], call.graph.integerAttribute([axis]))
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try axisShape(of: operands, attribute: attribute, in: graph)
  }

  static func axisShape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    guard case .matrix(let m, let n) = shape.extents else {
      throw .expected("a matrix", operand: 0)
    }
    return Shape(.vector(graph.integers(attribute)[0] == 1 ? n : m), rows: shape.rows)
  }

  package static func spelling(of application: Application) -> Spelling {
    axisSpelling(of: application)
  }

  static func axisSpelling(of application: Application) -> Spelling {
    Spelling(
      .postfix,
      [
        .text("\(name)("), .operand(application.operands[0], .choice),
        .text(", \(application.integers[0]))"),
      ])
  }

  /// The matrix that a call reduces: its numbers, m rows of n.
  static func matrix(_ call: TileCall) -> (start: Memory, m: Int, n: Int) {
    let operand = call.operands[0]
    return (operand.start, operand.extents.height, operand.extents.width)
  }

  /// How many numbers become one.
  static func reducedCount(_ application: Application) -> Int {
    let extents = application[0].shape.extents
    return application.integers[0] == 1 ? extents.height : extents.width
  }

  /// A value of the reduction's shape, so that it stretches over the matrix that was reduced.
  static func stretched(_ value: Expr, like application: Application) -> Expr {
    if application.integers[0] == 1 || value.shape.isScalar { return value }
    return reshaped(value, to: .matrix(value.shape.count, 1))
  }
}
