package import DescentGraph

extension Program {
  /// Listings are for reading: those of long programs stop after a thousand lines.
  private static let longestListing = 1000

  /// The operations of one step, one a line, as a person would write them.
  ///
  /// - Parameter graph: the one that the program was compiled from.
  package func listing(in graph: Graph) -> [String] {
    var names: [NodeID: String] = [:]
    return order.prefix(Self.longestListing).enumerated().map { position, node in
      var typesetter = Typesetter(graph)
      for operand in graph.operands(node) {
        typesetter.names[operand] =
          names[operand] ?? Typesetter(graph, limit: 60).text(operand, within: .postfix)
      }
      let name = "s\(position + 1)"
      names[node] = name
      return "\(name) = \(typesetter.text(node))"
    }
  }
}
