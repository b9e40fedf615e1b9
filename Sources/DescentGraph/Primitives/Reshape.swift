/// The same numbers, row after row, in another shape.
package enum Reshape: Primitive {
  package static let name = "reshape"
  package static let help = PrimitiveHelp(
    "the same numbers, row after row, as a vector [n] or a matrix [m, n]", "reshape(1..6, 2, 3)",
    "[[1, 2, 3], [4, 5, 6]]")
  package static let arity = 2...3

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    var lengths = [try call.length(1)]
    if call.arguments.count > 2 { lengths.append(try call.length(2)) }
    return try call.graph.node(Self.self, [call.node(0)], call.graph.integerAttribute(lengths))
  }

  package static func offset(inOperand integers: [Int]) -> Int? { 0 }
  package static let kernel = Kernel.whole { call in
    call.destination.update(from: call.operands[0].start, count: call.count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    let result = Shape(.init(lengths: graph.integers(attribute)), rows: shape.rows)
    guard shape.count == result.count else { throw .count(result.count, operand: 0) }
    return result
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if cotangent.shape.isScalar { return [cotangent] }
    return [reshaped(cotangent, to: application[0].shape.extents)]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("reshape(reshape(x, m), n): reshape(x, n)", .exact) { application in
      let inner = application[0].operands(of: Reshape.self)?[0]
      return inner.map { reshaped($0, to: application.shape.extents) }
    },
    Rewrite("reshape(v, n): v", .exact) { $0[0].shape == $0.shape ? $0[0] : nil },
    Rewrite("reshape(ones(m, n), k): ones(k)", .exact) { application in
      application[0].isA(Ones.self) ? ones(application.shape, in: application.graph) : nil
    },
    Rewrite("reshape(zeros(m, n), k): zeros(k)", .exact) { application in
      guard application[0].isA(Zeros.self) else { return nil }
      return Expr(application.graph, application.graph.zero(application.shape))
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    let lengths = application.integers.map { "\($0)" }.joined(separator: ", ")
    return Spelling(
      .postfix,
      [
        .text("reshape("), .operand(application.operands[0], .choice), .text(", \(lengths))"),
      ])
  }
}

func reshaped(_ x: Expr, to extents: Shape.Extents) -> Expr {
  if x.shape.extents == extents { return x }
  if extents == .scalar { return element(x, 1) }
  return x.applying(Reshape.self, attribute: x.graph.lengths(extents))
}
