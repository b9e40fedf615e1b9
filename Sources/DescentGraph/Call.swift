/// A call as it was typed: its arguments, before they are operands.
package struct Call {
  package enum Argument {
    case node(NodeID)
    case range(from: NodeID, to: NodeID)
  }

  package let graph: Graph
  package let arguments: [Argument]
  private let value: (NodeID, Graph) -> Double?
  /// Whether this stands where all is elementwise, as in an update rule: 1 is then no axis.
  private let isElementwise: Bool

  package init(
    _ arguments: [Argument], in graph: Graph, isElementwise: Bool = false,
    known value: @escaping (NodeID, Graph) -> Double?
  ) {
    self.isElementwise = isElementwise
    self.arguments = arguments
    self.graph = graph
    self.value = value
  }

  /// The value of an expression that depends on nothing, else nil.
  package func known(_ node: NodeID) -> Double? { value(node, graph) }

  package func node(_ position: Int) throws(ShapeError) -> NodeID {
    guard case .node(let node) = arguments[position] else {
      throw .expected("a value", operand: position)
    }
    return node
  }

  /// A number that is known and whole, such as a length.
  func wholeNumber(_ position: Int) throws(ShapeError) -> Int {
    try wholeNumber(node(position), position)
  }

  /// The bounds `i..j`; a single place i is `i..i`.
  func bounds(_ position: Int) throws(ShapeError) -> (Int, Int) {
    switch arguments[position] {
    case .node(let node):
      let place = try wholeNumber(node, position)
      return (place, place)
    case .range(let from, let to):
      return (try wholeNumber(from, position), try wholeNumber(to, position))
    }
  }

  private func wholeNumber(_ node: NodeID, _ position: Int) throws(ShapeError) -> Int {
    guard let value = known(node) else { throw .notConstant(operand: position) }
    guard value == value.rounded(), value.magnitude <= 1e9 else {
      throw .expected("a whole number", operand: position)
    }
    return Int(value)
  }

  /// A number of elements: known, whole and at least 1.
  func length(_ position: Int) throws(ShapeError) -> Int {
    let count = try wholeNumber(position)
    guard count >= 1 else { throw .expected("a whole number from 1", operand: position) }
    return count
  }

  /// Whether the second of two arguments is the number of an axis of the first: of a matrix, where 1
  /// or 2 is written.
  var isAlongAxis: Bool {
    guard !isElementwise, arguments.count == 2, case .node(let first) = arguments[0],
      case .node(let second) = arguments[1]
    else { return false }
    return Self.isAxis(second, of: first, graph)
  }

  static func isAxis(_ node: NodeID, of operand: NodeID, _ graph: Graph) -> Bool {
    let axis = graph.constantValue(node)
    return graph.shape(operand).extents.isMatrix && (axis == 1 || axis == 2)
  }
}
