/// The smallest of the elements; equal ones share the slope evenly.
package enum MinimumOfElements: Primitive {
  package static let name = "min"
  package static let help = PrimitiveHelp(
    "the smallest of the elements; equal ones share the slope evenly", "min([3, 1, 2])", "1")
  package static let arity = 1...1
  package static let kernel = Kernel.whole(takesRows: true, native: native) { call in
    let count = call.operands[0].count
    for row in 0..<call.rows {
      let values = call.operands[0].start + row * call.operands[0].rowStride
      var best = values[0]
      for k in 1..<max(1, count) where !(best.isNaN || values[k] >= best) { best = values[k] }
      call.destination[row] = best
    }
  }

  private static let native: Kernel.NativeElements = { call in
    guard let first = call.operands[0].first else { return nil }
    let best = call.operands[0].dropFirst().reduce(first) { best, value in
      NativeValue.choose(
        NativeValue.either(best.isNotANumber, value.isGreaterThanOrEqualTo(best)), best, else: value
      )
    }
    return [best]
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let isBest = application[0].applying(Equal.self, application.value)
    return [cotangent * isBest / isBest.applying(SumOfElements.self)]
  }
}
