/// An expression in a graph, to write derivatives and rewrites as they stand in a textbook.
///
/// What is built through these operators is simplified; ``Graph/node(_:_:_:)`` builds as written.
package struct Expr {
  let reference: GraphReference
  package let node: NodeID

  package init(_ graph: Graph, _ node: NodeID) { self.init(GraphReference(graph), node) }

  init(_ reference: GraphReference, _ node: NodeID) {
    self.reference = reference
    self.node = node
  }

  package var graph: Graph { reference.counted }
  package var shape: Shape { reference.with { $0.shape(node) } }
  package var constantValue: Double? { reference.with { $0.constantValue(node) } }
  package func constant(_ value: Double) -> Expr {
    Expr(reference, reference.with { $0.constant(value) })
  }

  package func isA<P: Primitive>(_ type: P.Type) -> Bool { reference.with { $0.isA(node, type) } }
  package subscript(_ position: Int) -> Expr {
    Expr(reference, reference.with { $0.operand(node, position) })
  }

  /// The operands, where this is an application of that primitive.
  package func operands<P: Primitive>(of type: P.Type) -> Operands? {
    isA(type) ? Operands(of: self, count: operandCount) : nil
  }

  var operandCount: Int { reference.with { $0.operandCount(node) } }

  package func applying(_ type: any Primitive.Type) -> Expr {
    Expr(reference, reference.with { $0.simplified(type, node) })
  }

  package func applying(_ type: any Primitive.Type, _ other: Expr) -> Expr {
    Expr(reference, reference.with { $0.simplified(type, node, other.node) })
  }

  package func applying(
    _ type: any Primitive.Type, _ others: Expr..., attribute: Attribute = .none
  ) -> Expr {
    Expr(
      reference, reference.with { $0.simplified(type, [node] + others.map(\.node), attribute) })
  }

  /// The operation with no rewriting, where the shapes of the operands fit.
  func asWritten(_ type: any Primitive.Type) -> Expr? {
    reference.with { try? $0.node(type, node) }.map { Expr(reference, $0) }
  }

  func asWritten(_ type: any Primitive.Type, _ other: Expr) -> Expr? {
    reference.with { try? $0.node(type, node, other.node) }.map { Expr(reference, $0) }
  }

  /// The operands of an expression, read where they stand in the graph.
  package struct Operands: RandomAccessCollection {
    private let expression: Expr
    package let endIndex: Int

    fileprivate init(of expression: Expr, count: Int) {
      self.expression = expression
      endIndex = count
    }

    package var startIndex: Int { 0 }
    package subscript(_ position: Int) -> Expr { expression[position] }
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
