/// The numbers from a to b, both included.
package enum Progression: Primitive {
  package static let name = "range"
  package static let help = PrimitiveHelp(
    "the whole numbers from 1 to n, or from a to b, as a..b gives them", "range(4)",
    "[1, 2, 3, 4]")
  package static let arity = 1...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    let one = call.graph.constant(1)
    let isFromOne = call.arguments.count == 1
    return try node(
      from: isFromOne ? one : call.node(0), to: call.node(isFromOne ? 0 : 1), by: nil, call)
  }

  /// `a..b by s`: floor((b − a)/s + 1e-9) + 1 values.
  package static func node(
    from start: NodeID, to end: NodeID, by step: NodeID?, _ call: Call
  ) throws(ShapeError) -> NodeID {
    let step = step ?? call.graph.constant(1)
    guard let a = call.known(start) else { throw .notConstant(operand: 0) }
    guard let b = call.known(end) else { throw .notConstant(operand: 1) }
    guard let s = call.known(step) else { throw .notConstant(operand: 2) }
    let count = ((b - a) / s + 1e-9).rounded(.down) + 1
    guard s != 0, count >= 1, count <= 1e9 else {
      throw .expected("a range with at least one value", operand: 1)
    }
    return try call.graph.node(
      Progression.self, [start, step], call.graph.integerAttribute([Int(count)]))
  }

  package static let kernel = Kernel.whole { call in
    let (start, step) = (call.operands[0][0], call.operands[1][0])
    for k in 0..<call.count { call.destination[k] = start + Double(k) * step }
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
    let (start, step) = (application.operands[0], application.operands[1])
    let steps = application.integers[0] - 1
    var pieces: [Spelling.Piece] = [.operand(start, .add), .text("..")]
    if let from = application[0].constantValue, let by = application[1].constantValue {
      pieces.append(.text(Typesetter.text(from + Double(steps) * by)))
    } else {
      // What is no literal number is written again: its value is not known here.
      pieces += [.operand(start, .add), .text(" + \(steps)*"), .operand(step, .sign)]
    }
    if application[1].constantValue != 1 { pieces += [.text(" by "), .operand(step, .add)] }
    return Spelling(.range, pieces)
  }
}
