/// The identity matrix: ones on the diagonal, zeros elsewhere.
package enum IdentityMatrix: Primitive {
  package static let name = "eye"
  package static let help = PrimitiveHelp(
    "the identity matrix: ones on the diagonal, zeros elsewhere", "eye(2)", "[[1, 0], [0, 1]]")
  package static let arity = 1...1

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.graph.node(Self.self, [], call.graph.integerAttribute([call.length(0)]))
  }

  package static let kernel = Kernel.whole { call in
    call.destination.update(repeating: 0, count: call.count)
    for k in 0..<call.extents.height { call.destination[k * (call.extents.width + 1)] = 1 }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let n = graph.integers(attribute)[0]
    return .matrix(n, n)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [] }

  package static func spelling(of application: Application) -> Spelling {
    .atom("eye(\(application.integers[0]))")
  }
}
