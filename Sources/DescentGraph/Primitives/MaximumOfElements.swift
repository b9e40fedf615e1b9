/// The largest of the elements; equal ones share the slope evenly.
package enum MaximumOfElements: Primitive {
  package static let name = "max"
  package static let help = PrimitiveHelp(
    "the largest of the elements; equal ones share the slope evenly", "max([3, 1, 2])", "3")
  package static let arity = 1...1
  package static let kernel = Kernel.whole(native: native) { call in
    let values = call.operands[0]
    var best = values[0]
    for k in 1..<max(1, values.count) where !(best.isNaN || values[k] <= best) {
      best = values[k]
    }
    call.destination[0] = best
  }

  private static let native: Kernel.NativeElements = { call in
    guard let first = call.operands[0].first else { return nil }
    let best = call.operands[0].dropFirst().reduce(first) { best, value in
      NativeValue.choose(
        NativeValue.either(best.isNotANumber, value.isLessThanOrEqualTo(best)), best, else: value)
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
