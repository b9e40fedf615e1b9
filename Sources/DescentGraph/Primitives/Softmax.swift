/// Exp(v)/sum(exp(v)) without overflow.
package enum Softmax: Primitive {
  package static let name = "softmax"
  package static let help = PrimitiveHelp(
    "exp(v)/sum(exp(v)) without overflow", "softmax([0, 0])", "[0.5, 0.5]")
  package static let arity = 1...1
  package static let kernel = Kernel.whole { call in
    Reduction.softmax(call.operands[0].start, call.count, into: call.destination)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .vector = graph.shape(operands[0]).extents else {
      throw .expected("a vector", operand: 0)
    }
    return graph.shape(operands[0])
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let s = application.value
    return [s * (cotangent - (cotangent * s).applying(SumOfElements.self))]
  }

  package static let refinements: [Rewrite] = [
    Rewrite("softmax(v): exp(v - max(v)) over its sum", .exact) { application in
      let x = application[0]
      let powers = exp(x - x.applying(MaximumOfElements.self))
      return powers / powers.applying(SumOfElements.self)
    }
  ]
}

func softmax(_ x: Expr) -> Expr { x.applying(Softmax.self) }
