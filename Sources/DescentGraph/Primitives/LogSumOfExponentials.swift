/// Log(sum(exp(v))) without overflow.
package enum LogSumOfExponentials: Primitive {
  package static let name = "logsumexp"
  package static let help = PrimitiveHelp(
    "log(sum(exp(v))) without overflow", "logsumexp([0, 0])", "0.693147")
  package static let arity = 1...1
  package static let kernel = Kernel.whole(native: native) { call in
    call.destination[0] = Reduction.logSumExp(call.operands[0].start, call.operands[0].count)
  }

  private static let native: Kernel.NativeElements = { [Reduction.logSumExp($0.operands[0])] }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let x = application[0]
    if case .vector = x.shape.extents { return [cotangent * softmax(x)] }
    return [cotangent * exp(x - application.value)]
  }

  package static let lowerings: [Rewrite] = [
    Rewrite("logsumexp of a scalar: itself", .exact) { $0[0].shape.isScalar ? $0[0] : nil }
  ]
}

func logsumexp(_ x: Expr) -> Expr { x.applying(LogSumOfExponentials.self) }
