/// A function that makes one value of the values of all rows: `sum(E, rows)`.
package protocol RowPrimitive: Primitive {}

extension RowPrimitive {
  package static var isOverRows: Bool { true }
  package static var arity: ClosedRange<Int> { 1...2 }

  /// A call names the rows, unless its operand has no elements that it could be about.
  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.graph.node(Self.self, [call.node(0)])
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    guard shape.isPerRow else { throw .expected("a value for each row of data", operand: 0) }
    return Shape(shape.extents)
  }

  package static func spelling(of application: Application) -> Spelling {
    rowSpelling(of: application)
  }

  static func rowSpelling(of application: Application) -> Spelling {
    guard !application[0].shape.isScalar else { return .call(name, application.operands) }
    return Spelling(
      .postfix,
      [.text(name + "("), .operand(application.operands[0], .choice), .text(", rows)")])
  }
}

extension Application {
  /// How many rows there are of those that the operand is a value of.
  var rowCount: Expr { Expr(graph, graph.rowCount(self[0].shape.rows ?? .training)) }
}

extension Expr {
  /// The sum over the rows.
  func summedOverRows() -> Expr { applying(SumOverRows.self) }
}
