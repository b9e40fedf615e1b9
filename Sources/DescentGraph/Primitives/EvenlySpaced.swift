/// N numbers from a to b, evenly spaced, both included.
package enum EvenlySpaced: CompositePrimitive {
  package static let name = "linspace"
  package static let help = PrimitiveHelp(
    "n numbers from a to b, evenly spaced, both included", "linspace(0, 1, 3)", "[0, 0.5, 1]")
  package static let arity = 3...3

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    let attribute = call.graph.integerAttribute([try call.length(2)])
    return try call.graph.node(Self.self, [call.node(0), call.node(1)], attribute)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    for (position, operand) in operands.enumerated() where !graph.shape(operand).isScalar {
      throw .expected("a scalar", operand: position)
    }
    return .vector(graph.integers(attribute)[0])
  }

  package static func definition(_ application: Application) -> Expr {
    let (a, b) = (application[0], application[1])
    let count = application.integers[0]
    let places = a.constant(0).applying(
      Progression.self, a.constant(1), attribute: application.attribute)
    return a + (b - a) * (places / Double(max(1, count - 1)))
  }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .postfix,
      [
        .text("linspace("), .operand(application.operands[0], .choice), .text(", "),
        .operand(application.operands[1], .choice), .text(", \(application.integers[0]))"),
      ])
  }
}
