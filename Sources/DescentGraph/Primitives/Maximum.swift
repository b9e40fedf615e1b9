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

  package static let kernel = Kernel.binary { $0.isNaN || $1.isNaN ? .nan : $0 > $1 ? $0 : $1 }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * heaviside(a - b), cotangent * heaviside(b - a)]
  }

  package static let isAssociative = true

  package static func spelling(of application: Application) -> Spelling {
    // The other way round, this would be read as an axis.
    let isLikeAxis = Call.isAxis(
      application.operands[1], of: application.operands[0], application.graph)
    return .call(name, isLikeAxis ? application.operands.reversed() : Array(application.operands))
  }
}

func max(_ a: Expr, _ b: Expr) -> Expr { a.applying(Maximum.self, b) }
