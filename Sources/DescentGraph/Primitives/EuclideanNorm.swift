/// The length of a vector, or of all numbers of a matrix: the root of the sum of squares.
package enum EuclideanNorm: Primitive {
  package static let name = "norm"
  package static let help = PrimitiveHelp(
    "the root of the sum of squares: a vector's length, a matrix's Frobenius norm", "norm([3, 4])",
    "5")
  package static let arity = 1...1
  package static let kernel = Kernel.whole { call in
    call.destination[0] = Reduction.norm(call.operands[0].start, call.operands[0].count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent * application[0] / application.value]
  }

  package static let lowerings: [Rewrite] = [
    Rewrite("norm of a scalar: its absolute value", .exact) {
      $0[0].shape.isScalar ? abs($0[0]) : nil
    }
  ]
}

func norm(_ x: Expr) -> Expr { x.applying(EuclideanNorm.self) }
