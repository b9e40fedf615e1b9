/// How tightly the parts of a spelled expression hold together, loosest first.
package enum Precedence: Int, Comparable, Sendable {
  case choice, or, and, not, compare, range, add, multiply, sign, power, postfix, atom

  package static func < (a: Precedence, b: Precedence) -> Bool { a.rawValue < b.rawValue }
  /// The next tighter level.
  package var tighter: Precedence { Precedence(rawValue: rawValue + 1) ?? .atom }
}

/// How one node is written: text and operands in turn, and how tightly the whole holds together.
package struct Spelling {
  package enum Piece {
    case text(String)
    /// An operand, in parentheses unless it holds together at least this tightly.
    case operand(NodeID, Precedence)
  }

  package var precedence: Precedence
  package var pieces: [Piece]

  package init(_ precedence: Precedence, _ pieces: [Piece]) {
    self.precedence = precedence
    self.pieces = pieces
  }

  package static func atom(_ text: String) -> Spelling { Spelling(.atom, [.text(text)]) }

  package static func call(_ name: String, _ operands: some Collection<NodeID>) -> Spelling {
    Spelling(.postfix, [.text(name + "(")] + separated(operands) + [.text(")")])
  }

  static func list(_ operands: some Collection<NodeID>) -> Spelling {
    Spelling(.atom, [.text("[")] + separated(operands) + [.text("]")])
  }

  private static func separated(_ operands: some Collection<NodeID>) -> [Piece] {
    var pieces: [Piece] = []
    pieces.reserveCapacity(operands.count * 2)
    for (position, operand) in operands.enumerated() {
      if position > 0 { pieces.append(.text(", ")) }
      pieces.append(.operand(operand, .choice))
    }
    return pieces
  }

  /// A left-associative infix operator.
  static func infix(_ text: String, _ precedence: Precedence, _ a: NodeID, _ b: NodeID) -> Spelling
  {
    Spelling(
      precedence, [.operand(a, precedence), .text(text), .operand(b, precedence.tighter)])
  }
}
