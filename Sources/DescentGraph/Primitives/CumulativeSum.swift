/// The sums of the first 1, 2, … elements.
package enum CumulativeSum: Primitive {
  package static let name = "cumsum"
  package static let help = PrimitiveHelp(
    "the sums of the first 1, 2, … elements", "cumsum([1, 2, 3])", "[1, 3, 6]")
  package static let arity = 1...1
  package static let kernel = Kernel.whole { call in
    var sum = 0.0
    for k in 0..<call.count {
      sum += call.operands[0][k]
      call.destination[k] = sum
    }
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
    let c = filled(cotangent, like: application[0])
    return [c.applying(SumOfElements.self) - c.applying(CumulativeSum.self) + c]
  }
}
