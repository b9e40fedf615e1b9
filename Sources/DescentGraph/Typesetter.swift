/// Writes expressions as infix text that parses back to the same node.
package struct Typesetter {
  package let graph: Graph
  /// Nodes that are written as a name: shared parts, or columns under another name.
  package var names: [NodeID: String] = [:]
  /// How many characters to write before the rest is folded into `…`; nil writes everything.
  package var limit: Int?

  package init(_ graph: Graph, limit: Int? = nil) {
    self.graph = graph
    self.limit = limit
  }

  private enum Item {
    case text(String)
    case node(NodeID, Precedence)
  }

  /// The text of an expression.
  ///
  /// **Complexity** linear in the length of the text; an explicit stack, no recursion.
  package func text(_ root: NodeID, within precedence: Precedence = .choice) -> String {
    var result = ""
    var length = 0
    var stack: [Item] = [.node(root, precedence)]
    while let item = stack.popLast() {
      switch item {
      case .text(let text):
        result += text
        length += text.utf8.count
      case .node(let node, let required):
        if let name = names[node] {
          result += name
          length += name.utf8.count
          break
        }
        let spelling = graph.primitive(node).spelling(of: Application(node, in: graph))
        let isBracketed = spelling.precedence < required
        if isBracketed { stack.append(.text(")")) }
        for piece in spelling.pieces.reversed() {
          switch piece {
          case .text(let text): stack.append(.text(text))
          case .operand(let operand, let required): stack.append(.node(operand, required))
          }
        }
        if isBracketed { stack.append(.text("(")) }
      }
      if let limit, length > limit, !stack.isEmpty { return result + " …" }
    }
    return result
  }

  /// The number of characters the expression has when it is written in full, up to `bound`.
  package func length(_ root: NodeID, upTo bound: Int) -> Int {
    var shortened = self
    shortened.limit = bound
    return shortened.text(root).utf8.count
  }

  /// The text of a number that reads back to the same bits.
  package static func text(_ value: Double) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == value.rounded(), value.magnitude < 1e15 {
      return value == 0 && value.sign == .minus ? "-0" : "\(Int64(value))"
    }
    return "\(value)"
  }
}
