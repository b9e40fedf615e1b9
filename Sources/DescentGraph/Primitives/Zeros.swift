/// A vector or a matrix of zeros.
package enum Zeros: Primitive {
  package static let name = "zeros"
  package static let help = PrimitiveHelp(
    "a vector of zeros; zeros(m, n) is a matrix", "zeros(3)", "[0, 0, 0]")
  package static let arity = 1...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    var lengths = [try call.length(0)]
    if call.arguments.count > 1 { lengths.append(try call.length(1)) }
    return try call.graph.node(Self.self, [], call.graph.integerAttribute(lengths))
  }

  package static let kernel = Kernel.whole { call in
    call.destination.update(repeating: 0, count: call.count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    Shape(.init(lengths: graph.integers(attribute)))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    []
  }

  package static func spelling(of application: Application) -> Spelling {
    let lengths = application.integers.map { "\($0)" }.joined(separator: ", ")
    return .atom("zeros(\(lengths))")
  }
}
