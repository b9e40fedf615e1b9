/// A vector or a matrix of ones.
package enum Ones: Primitive {
  package static let name = "ones"
  package static let help = PrimitiveHelp(
    "a vector of ones; ones(m, n) is a matrix", "ones(3)", "[1, 1, 1]")
  package static let arity = 1...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    var lengths = [try call.length(0)]
    if call.arguments.count > 1 { lengths.append(try call.length(1)) }
    return try call.graph.node(Self.self, [], call.graph.integerAttribute(lengths))
  }

  package static let kernel = Kernel.whole { call in
    call.destination.update(repeating: 1, count: call.count)
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
    return .atom("ones(\(lengths))")
  }
}

/// Ones of this arrangement.
func ones(_ shape: Shape, in graph: Graph) -> Expr {
  if shape.isScalar { return Expr(graph, graph.constant(1)) }
  return Expr(graph, graph.simplified(Ones.self, [], graph.lengths(shape.extents)))
}
