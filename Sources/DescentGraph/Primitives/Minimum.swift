/// The smaller; where both are equal the slope is split evenly.
package enum Minimum: Primitive {
  package static let name = "min"
  package static let help = PrimitiveHelp(
    "the smaller of two; where both are equal the slope is split evenly. min(M, 1) and min(M, 2) of a matrix go down its columns, along its rows; the smaller of each element and 1 is min(1, M)",
    "min(2, 3)", "2")
  package static let arity = 2...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.isAlongAxis
      ? MinimumAlongAxis.node(for: call) : node(on: [call.node(0), call.node(1)], in: call.graph)
  }

  /// What would be read as an axis where it is printed stands first.
  package static func node(
    on operands: [NodeID], in graph: Graph
  ) throws(ShapeError) -> NodeID {
    let isLikeAxis = Call.isAxis(operands[1], of: operands[0], graph)
    return try graph.node(Self.self, isLikeAxis ? operands.reversed() : operands)
  }

  package static let kernel = Kernel.binary(
    { Elementary.minimum($0, $1) }, native: { Elementary.minimum($0, $1) })

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * heaviside(b - a), cotangent * heaviside(a - b)]
  }

  package static let isAssociative = true
}

func min(_ a: Expr, _ b: Expr) -> Expr {
  Call.isAxis(b.node, of: a.node, a.graph)
    ? b.applying(Minimum.self, a) : a.applying(Minimum.self, b)
}
