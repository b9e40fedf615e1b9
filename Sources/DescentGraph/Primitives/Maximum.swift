/// The larger; where both are equal the slope is split evenly.
package enum Maximum: Primitive {
  package static let name = "max"
  package static let help = PrimitiveHelp(
    "the larger of two; where both are equal the slope is split evenly. max(M, 1) and max(M, 2) of a matrix go down its columns, along its rows; the larger of each element and 1 is max(1, M)",
    "max(2, 3)", "3")
  package static let arity = 2...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.isAlongAxis
      ? MaximumAlongAxis.node(for: call) : node(on: [call.node(0), call.node(1)], in: call.graph)
  }

  /// What would be read as an axis where it is printed stands first.
  package static func node(
    on operands: [NodeID], in graph: Graph
  ) throws(ShapeError) -> NodeID {
    let isLikeAxis = Call.isAxis(operands[1], of: operands[0], graph)
    return try graph.node(Self.self, isLikeAxis ? operands.reversed() : operands)
  }

  package static let kernel = Kernel.binary(
    { Elementary.maximum($0, $1) }, native: { Elementary.maximum($0, $1) })

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * heaviside(a - b), cotangent * heaviside(b - a)]
  }

  package static let isAssociative = true
}

func max(_ a: Expr, _ b: Expr) -> Expr {
  Call.isAxis(b.node, of: a.node, a.graph)
    ? b.applying(Maximum.self, a) : a.applying(Maximum.self, b)
}
