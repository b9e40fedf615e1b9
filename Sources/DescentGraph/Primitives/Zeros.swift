/// A vector of zeros.
package enum Zeros: Primitive {
  package static let name = "zeros"
  package static let help = PrimitiveHelp(
    "a vector of zeros", "zeros(3)", "[0, 0, 0]")
  package static let arity = 1...1

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.graph.node(Self.self, [], call.graph.integerAttribute([call.length(0)]))
  }

  package static let kernel = Kernel.whole { call in
    call.destination.update(repeating: 0, count: call.count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    .vector(graph.integers(attribute)[0])
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    []
  }

  package static func spelling(of application: Application) -> Spelling {
    .atom("zeros(\(application.integers[0]))")
  }
}
