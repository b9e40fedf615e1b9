/// An expression in a graph, to write derivatives and rewrites as they stand in a textbook.
///
/// What is built through these operators is simplified; ``Graph/node(_:_:_:)`` builds as written.
package struct Expr {
  /// Not counted: rules and rewrites pass expressions about while whoever builds holds the graph.
  package unowned(unsafe) let graph: Graph
  package let node: NodeID

  package init(_ graph: Graph, _ node: NodeID) {
    self.graph = graph
    self.node = node
  }

  package var shape: Shape { graph.shape(node) }
  package var constantValue: Double? { graph.constantValue(node) }
  package func constant(_ value: Double) -> Expr { Expr(graph, graph.constant(value)) }

  package func isA<P: Primitive>(_ type: P.Type) -> Bool { graph.isA(node, type) }
  package subscript(_ position: Int) -> Expr { Expr(graph, graph.operand(node, position)) }

  /// The operands, where this is an application of that primitive.
  package func operands<P: Primitive>(of type: P.Type) -> [Expr]? {
    guard isA(type) else { return nil }
    return graph.operands(node).map { Expr(graph, $0) }
  }

  package func applying(
    _ type: any Primitive.Type, _ others: Expr..., attribute: Attribute = .none
  ) -> Expr {
    Expr(graph, graph.simplified(type, [node] + others.map(\.node), attribute))
  }
}

extension Expr: Equatable {
  package static func == (a: Expr, b: Expr) -> Bool { a.node == b.node }
}

extension Expr {
  package static func + (a: Expr, b: Expr) -> Expr { a.applying(Add.self, b) }
  package static func - (a: Expr, b: Expr) -> Expr { a.applying(Subtract.self, b) }
  package static func * (a: Expr, b: Expr) -> Expr { a.applying(Multiply.self, b) }
  package static func / (a: Expr, b: Expr) -> Expr { a.applying(Divide.self, b) }
  package static prefix func - (a: Expr) -> Expr { a.applying(Negate.self) }

  package static func + (a: Double, b: Expr) -> Expr { b.constant(a) + b }
  package static func - (a: Double, b: Expr) -> Expr { b.constant(a) - b }
  package static func * (a: Double, b: Expr) -> Expr { b.constant(a) * b }
  package static func / (a: Double, b: Expr) -> Expr { b.constant(a) / b }
  package static func + (a: Expr, b: Double) -> Expr { a + a.constant(b) }
  package static func - (a: Expr, b: Double) -> Expr { a - a.constant(b) }
  package static func * (a: Expr, b: Double) -> Expr { a * a.constant(b) }
  package static func / (a: Expr, b: Double) -> Expr { a / a.constant(b) }
}
