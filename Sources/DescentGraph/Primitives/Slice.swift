/// The elements from one place to another, both included.
package enum Slice: Primitive {
  package static let name = "[i..j]"
  package static let help = PrimitiveHelp(
    "the elements from one place to another, both included", "[5, 6, 7][2..3]", "[6, 7]")
  package static let arity = 1...1
  package static let isFunction = false
  package static func offset(inOperand integers: [Int]) -> Int? { integers[0] - 1 }
  package static let kernel = Kernel.whole { call in
    call.destination.update(
      from: call.operands[0].start + call.integers[0] - 1, count: call.count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .vector(let count) = graph.shape(operands[0]).extents else {
      throw .expected("a vector", operand: 0)
    }
    let bounds = graph.integers(attribute)
    guard bounds[0] <= bounds[1] + 1, bounds[0] >= 1 else {
      throw .outOfBounds(index: bounds[0], count: count)
    }
    guard bounds[1] <= count else { throw .outOfBounds(index: bounds[1], count: count) }
    return Shape(
      .vector(bounds[1] - bounds[0] + 1), rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let bounds = application.integers
    let c = filled(cotangent, like: application.value)
    return [placed(c, bounds[0], bounds[1], of: application[0].shape.count)]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("v[1..n]: v", .exact) { $0.shape == $0[0].shape ? $0[0] : nil }
  ]

  package static func spelling(of application: Application) -> Spelling {
    let bounds = application.integers
    return Spelling(
      .postfix,
      [.operand(application.operands[0], .postfix), .text("[\(bounds[0])..\(bounds[1])]")])
  }
}

func slice(_ x: Expr, _ first: Int, _ last: Int) -> Expr {
  x.applying(Slice.self, attribute: x.graph.integerAttribute([first, last]))
}
