/// The numbers from a to b, both included.
package enum Progression: Primitive {
  package static let name = ".."
  package static let help = PrimitiveHelp(
    "the numbers from a to b, both included", "1..4", "[1, 2, 3, 4]")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.whole { memory, call in
    let (start, step) = (memory[call.operands[0]], memory[call.operands[1]])
    for k in 0..<call.count { memory[call.destination + k] = start + Double(k) * step }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    .vector(graph.integers(attribute)[0])
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    let start = application[0].constantValue ?? 0
    let step = application[1].constantValue ?? 1
    // Half a step past the last: the count of a range allows for rounding there.
    let end = start + (Double(application.integers[0]) - 1) * step
    var pieces: [Spelling.Piece] = [
      .operand(application.operands[0], .add), .text("..\(Typesetter.text(end))"),
    ]
    if step != 1 { pieces += [.text(" by "), .operand(application.operands[1], .add)] }
    return Spelling(.range, pieces)
  }
}
