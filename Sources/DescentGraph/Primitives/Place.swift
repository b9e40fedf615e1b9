/// Place(v, i..j, n): n zeros with v at the places i to j.
package enum Place: Primitive {
  package static let name = "place"
  package static let help = PrimitiveHelp(
    "place(v, i..j, n): n zeros with v at the places i to j", "place([5, 6], 2..3, 4)",
    "[0, 5, 6, 0]")
  package static let arity = 3...3
  package static let takesBounds = true

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    let (first, last) = try call.bounds(1)
    let attribute = call.graph.integerAttribute([first, last, try call.length(2)])
    return try call.graph.node(Self.self, [call.node(0)], attribute)
  }

  package static func place(ofOperand integers: [Int]) -> Int? { integers[0] - 1 }

  package static let kernel = Kernel.whole(native: native) { call in
    let (first, last) = (call.integers[0] - 1, call.integers[1])
    call.destination.update(repeating: 0, count: first)
    (call.destination + first).update(from: call.operands[0].start, count: last - first)
    (call.destination + last).update(repeating: 0, count: call.count - last)
  }

  private static let native: Kernel.NativeElements = { call in
    let (first, last) = (call.integers[0], call.integers[1])
    var elements = Array(repeating: NativeValue(0), count: call.integers[2])
    for k in first...last { elements[k - 1] = call.operands[0][k - first] }
    return elements
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let bounds = graph.integers(attribute)
    guard bounds[0] >= 1, bounds[1] <= bounds[2] else {
      throw .outOfBounds(index: bounds[0] < 1 ? bounds[0] : bounds[1], count: bounds[2])
    }
    guard graph.shape(operands[0]).count == bounds[1] - bounds[0] + 1 else {
      throw .expected("a vector [\(bounds[1] - bounds[0] + 1)]", operand: 0)
    }
    return Shape(.vector(bounds[2]), rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if cotangent.shape.isScalar { return [cotangent] }
    let bounds = application.integers
    if application[0].shape.isScalar { return [element(cotangent, bounds[0])] }
    return [slice(cotangent, bounds[0], bounds[1])]
  }

  /// Up to this length, what is placed is written as a list.
  static let longestList = 8

  package static let simplifications: [Rewrite] = [
    Rewrite("place(a, i..i, n): [0, a, 0] for a short n", .exact) { application in
      let bounds = application.integers
      guard application[0].shape.isScalar, bounds[2] <= longestList else { return nil }
      let zero = application.constant(0)
      return list(
        (1...bounds[2]).map { $0 == bounds[0] ? application[0] : zero }, in: application.graph)
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    let bounds = application.integers
    return Spelling(
      .postfix,
      [
        .text("place("), .operand(application.operands[0], .choice),
        .text(", \(bounds[0])..\(bounds[1]), \(bounds[2]))"),
      ])
  }
}

func placed(_ x: Expr, _ first: Int, _ last: Int, of count: Int) -> Expr {
  x.applying(Place.self, attribute: x.graph.integerAttribute([first, last, count]))
}

/// A scalar that stands for one number everywhere, in another's shape.
func filled(_ x: Expr, like other: Expr) -> Expr {
  guard x.shape.isScalar, !other.shape.isScalar else { return x }
  return x * ones(other.shape, in: x.graph)
}
