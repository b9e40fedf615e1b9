package import DescentGraph
package import DescentSource

/// Where the nodes of an expression were first written, to show them in the person's own text.
///
/// Every node is recorded and few are ever asked for, after a failure: so this is a list, which is
/// looked through when it is asked.
package struct Places: Sendable {
  private struct Place {
    let node: NodeID
    let source: Int
    let range: SourceRange
  }

  private var places: [Place] = []
  private var sources: [SourceText] = []
  /// The text that is being read.
  private var current = 0

  package init() {}

  /// Begins to read a text; gives the one that was read so far, to go back to.
  mutating func enter(_ source: SourceText) -> Int {
    let outer = current
    current = sources.count
    sources.append(source)
    return outer
  }

  mutating func leave(to outer: Int) { current = outer }

  mutating func record(_ node: NodeID, at range: SourceRange) {
    places.append(Place(node: node, source: current, range: range))
  }

  /// Nodes stand for others from now on.
  mutating func replace(_ nodes: [NodeID: NodeID]) {
    for index in places.indices {
      guard let node = nodes[places[index].node] else { continue }
      places[index] = Place(node: node, source: places[index].source, range: places[index].range)
    }
  }

  /// The first place of each node.
  ///
  /// **Complexity** linear in the nodes that were recorded.
  package var byNode: [NodeID: Diagnostic.Label] {
    var labels: [NodeID: Diagnostic.Label] = [:]
    for place in places where labels[place.node] == nil {
      labels[place.node] = Diagnostic.Label(sources[place.source], place.range)
    }
    return labels
  }
}
