package import DescentGraph
package import DescentSource

/// Where the nodes of an expression were first written, to show them in the person's own text.
///
/// Every node is recorded and few are ever asked for, after a failure: so this is a list, which is
/// looked through when it is asked.
package struct Places: Sendable {
  /// There is one for each operation of a text: as small as a text of 32-bit offsets lets it be.
  private struct Place {
    let node: NodeID
    let source: Int32
    private let lower: Int32
    private let upper: Int32

    init(node: NodeID, source: Int32, range: SourceRange) {
      (self.node, self.source) = (node, source)
      (lower, upper) = (Int32(range.lower), Int32(range.upper))
    }

    var range: SourceRange { SourceRange(Int(lower), Int(upper)) }
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
    places.append(Place(node: node, source: Int32(current), range: range))
  }

  /// Nodes stand for others from now on.
  mutating func replace(_ nodes: [NodeID: NodeID]) {
    for index in places.indices {
      guard let node = nodes[places[index].node] else { continue }
      places[index] = Place(node: node, source: places[index].source, range: places[index].range)
    }
  }

  /// The place that was recorded first among those of such nodes.
  package func first(where isMeant: (NodeID) -> Bool) -> Diagnostic.Label? {
    places.first { isMeant($0.node) }.map {
      Diagnostic.Label(sources[Int($0.source)], $0.range)
    }
  }

  /// The first place of each node.
  ///
  /// **Complexity** linear in the nodes that were recorded.
  package var byNode: [NodeID: Diagnostic.Label] {
    var labels: [NodeID: Diagnostic.Label] = [:]
    for place in places where labels[place.node] == nil {
      labels[place.node] = Diagnostic.Label(sources[Int(place.source)], place.range)
    }
    return labels
  }
}
