internal import DescentElaboration
internal import DescentGraph

/// What is done with an expression that is longer than a screen holds.
package enum Folding: Sendable {
  /// It ends in `…`, as on a screen.
  case folded
  /// It is written whole, what occurs more than once given a name before: what is printed can be
  /// typed back, and its length is linear in the operations it has.
  case shared
}

extension Session {
  /// The characters of an expression that are shown before it is folded.
  static let longestText = 2000
  /// The characters of an expression that are read at a glance.
  private static let longestLine = 80

  /// What writes expressions: one that is longer than a line is told by the names that were defined
  /// for its parts.
  func typesetter(for nodes: [NodeID]) -> Typesetter {
    var typesetter = Typesetter(graph, limit: Self.longestText)
    let isLong = nodes.contains {
      typesetter.length($0, upTo: Self.longestLine) >= Self.longestLine
    }
    guard isLong else { return typesetter }
    var names: [NodeID: String] = [:]
    for name in scope.definedNames {
      guard let node = scope.definition(name)?.node, graph.operandCount(node) > 0,
        !nodes.contains(node), names[node] == nil,
        typesetter.length(node, upTo: name.utf8.count + 1) > name.utf8.count
      else { continue }
      names[node] = name
    }
    typesetter.names = names
    return typesetter
  }

  /// Expressions as equations, each with what stands left of it.
  func equations(_ parts: [(left: String, node: NodeID)], _ folding: Folding) -> [Equation] {
    var typesetter = typesetter(for: parts.map(\.node))
    let isLong = parts.contains {
      typesetter.length($0.node, upTo: Self.longestText) >= Self.longestText
    }
    guard folding == .shared, isLong else {
      return parts.map { Equation($0.left, typesetter.text($0.node)) }
    }
    typesetter = Typesetter(graph)
    var uses = Array(repeating: 0, count: graph.count)
    let order = graph.reachable(from: parts.map(\.node))
    for node in order { for operand in graph.operands(node) { uses[Int(operand.index)] += 1 } }
    for part in parts { uses[Int(part.node.index)] += 1 }
    let taken = Set(scope.names)
    var number = 0
    var result: [Equation] = []
    for node in order where uses[Int(node.index)] > 1 && graph.operandCount(node) > 0 {
      // A short part is read more easily than its name.
      guard typesetter.length(node, upTo: 24) >= 24 else { continue }
      repeat { number += 1 } while taken.contains("s\(number)")
      result.append(Equation("let s\(number)", typesetter.text(node)))
      typesetter.names[node] = "s\(number)"
    }
    return result + parts.map { Equation($0.left, typesetter.text($0.node)) }
  }
}
