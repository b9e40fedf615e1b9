package import DescentSource

/// An expression as it was written: nodes in one array, children before their parents.
///
/// Nodes refer to each other by index, so that a tree of any depth is built, walked and released
/// without recursion.
package struct SyntaxTree: Sendable {
  /// The position of a node in ``nodes``.
  package struct Index: Hashable, Sendable {
    package let rawValue: Int32
    package init(_ rawValue: Int32) { self.rawValue = rawValue }
  }

  /// What a node is. The children it has are named in the order they are stored.
  package enum Kind: Equatable, Sendable {
    /// A literal number. No children.
    case number(Double)
    /// A name, by its place in ``names``. No children.
    case name(Int32)
    /// `end` inside a subscript. No children.
    case end
    /// `f(a, b)`: the arguments. The payload is the callee's place in ``names``; the callee's own
    /// range is that of the first bytes of the node.
    case call(Int32)
    /// `x[i]`, `M[i, j]`, `x[a..b]`: the base, then each subscript.
    case index
    /// `[a, b, c]`: the elements.
    case list
    /// A prefix operator: the operand.
    case prefix(Operator)
    /// An infix operator: left, right. `3w` is an `.infix(.multiply)` as well.
    case infix(Operator)
    /// `M'`: the operand.
    case transpose
    /// `a < b <= c`: the operands. The payload is where the node's comparisons start in
    /// ``comparisons``; there is one less than there are operands.
    case comparison(Int32)
    /// `a ≈ b within T`: a, b, T.
    case within
    /// `a..b` or `a..b by s`: a, b and, if given, s.
    case range
    /// `if C then A else B`: C, A, B.
    case conditional
    /// `E at w = 3, b = 1`: E, then the values. The payload is where the node's names start in
    /// ``bindings``; there is one for each value.
    case at(Int32)
    /// `E at row 7`: E, the row's number.
    case atRow
    /// `E on validation`: E. The payload is the word's place in ``names``.
    case on(Int32)
  }

  package struct Node: Sendable {
    package let kind: Kind
    // There is one for each name, number and sign: as small as a text of 32-bit offsets lets it be.
    private let lower: Int32
    private let upper: Int32
    /// Where this node's children start in ``children``.
    package let firstChild: Int32
    package let childCount: Int32

    init(kind: Kind, range: SourceRange, firstChild: Int32, childCount: Int32) {
      self.kind = kind
      lower = Int32(truncatingIfNeeded: range.lower)
      upper = Int32(truncatingIfNeeded: range.upper)
      (self.firstChild, self.childCount) = (firstChild, childCount)
    }

    package var range: SourceRange { SourceRange(Int(lower), Int(upper)) }
  }

  package var source: SourceText
  package var nodes: [Node] = []
  package var children: [Index] = []
  /// The distinct names, in NFC.
  package var names: [String] = []
  package var comparisons: [Operator] = []
  /// The names bound by `at`, with their places.
  package var bindings: [(name: String, range: SourceRange)] = []

  package init(source: SourceText) { self.source = source }

  package subscript(_ index: Index) -> Node { nodes[Int(index.rawValue)] }

  package func children(of index: Index) -> ArraySlice<Index> {
    let node = self[index]
    return children[Int(node.firstChild)..<Int(node.firstChild + node.childCount)]
  }
}

/// One expression: a tree and its root.
package struct Expression: Sendable {
  package var tree: SyntaxTree
  package var root: SyntaxTree.Index

  package init(tree: SyntaxTree, root: SyntaxTree.Index) {
    self.tree = tree
    self.root = root
  }

  package var range: SourceRange { tree[root].range }
  package var source: SourceText { tree.source }
}
