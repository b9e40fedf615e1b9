/// A node of one ``Graph``. Equal ids are equal expressions.
package struct NodeID: Hashable, Comparable, Sendable, BitwiseCopyable {
  package let index: Int32

  package static func < (a: NodeID, b: NodeID) -> Bool { a.index < b.index }
}

/// A primitive, by its place in the ``Catalogue``.
package struct PrimitiveID: Hashable, Sendable, BitwiseCopyable {
  package let index: UInt16
}

/// A parameter, column or argument of a function: what an expression is a function of.
package struct Symbol: Hashable, Sendable, BitwiseCopyable {
  package let index: Int32
}

/// What a node holds besides its operands.
package enum Attribute: Hashable, Sendable, BitwiseCopyable {
  case none
  /// A constant, by its bits, so that `-0` and `0` are told apart and NaN equals itself.
  case number(UInt64)
  case symbol(Symbol)
  /// Whole numbers: bounds of a slice, a length. By their place in the graph's table.
  case integers(Int32)
}
