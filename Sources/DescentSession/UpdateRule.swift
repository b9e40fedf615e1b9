internal import DescentGraph

/// How a parameter steps: its next value as an expression of itself, its slope and the rate.
package struct UpdateRule: Sendable {
  package var name: String
  /// The rate that is used until one is given.
  package var defaultRate: Double

  package static let gradientDescent = UpdateRule(name: "gd", defaultRate: 0.1)

  /// Names of rules that exist.
  package static let all = [gradientDescent]

  /// `w - rate*g`, as written: the same operations as the plain loop, so the same bits.
  func next(
    _ parameter: NodeID, slope: NodeID, rate: NodeID, in graph: Graph
  ) throws(ShapeError) -> NodeID {
    try graph.node(Subtract.self, [parameter, graph.node(Multiply.self, [rate, slope])])
  }
}
