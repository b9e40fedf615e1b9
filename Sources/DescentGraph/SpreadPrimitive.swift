/// A measure of how far values lie apart, by their squared distances from the mean: divided by how many
/// values there are, or, of a sample, by one less.
///
/// What is divided by is the last of a node's whole numbers, where it is one less.
package protocol SpreadPrimitive: CompositePrimitive {}

extension SpreadPrimitive {
  private static var oneLess: Int { -1 }

  /// The same of a sample: `var(x, sample)`.
  package static func ofSample(_ node: NodeID, in graph: Graph) throws(ShapeError) -> NodeID {
    try graph.node(
      Self.self, Array(graph.operands(node)),
      graph.integerAttribute(graph.integers(node) + [oneLess]))
  }

  static func isOfSample(_ integers: [Int]) -> Bool { integers.last == oneLess }

  /// What the sum of squares is divided by.
  static func divisor(_ count: Int, _ application: Application) -> Double {
    Double(isOfSample(application.integers) ? count - 1 : count)
  }

  /// A sample of one tells nothing of how far apart values lie.
  static func checkSize(
    _ count: Int, _ attribute: Attribute, in graph: Graph
  ) throws(ShapeError) {
    guard count < 2, isOfSample(graph.integers(attribute)) else { return }
    throw .expected("at least two values, as a sample has", operand: 0)
  }

  /// The spelling with `sample` as the last argument, where it is one.
  static func spelling(_ application: Application, _ plain: Spelling) -> Spelling {
    guard isOfSample(application.integers), case .text(let end)? = plain.pieces.last else {
      return plain
    }
    return Spelling(
      plain.precedence, plain.pieces.dropLast() + [.text("\(end.dropLast()), sample)")])
  }
}
