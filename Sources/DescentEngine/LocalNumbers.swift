internal import DescentGraph

/// Numbers from 0 for some nodes of a graph, so that what is known of each stands in an array.
struct LocalNumbers {
  /// The nodes in their order.
  let nodes: [NodeID]
  private let first: Int
  /// The number of each node from the first on; empty where they are few among many.
  private var dense: [Int32] = []

  init(_ nodes: [NodeID]) {
    self.nodes = nodes
    first = Int(nodes.first?.index ?? 0)
    let span = Int(nodes.last?.index ?? 0) - first + 1
    guard span < 64 * nodes.count else { return }
    dense = Array(repeating: -1, count: span)
    for (number, node) in nodes.enumerated() { dense[Int(node.index) - first] = Int32(number) }
  }

  /// The number of a node that is one of them.
  subscript(node: NodeID) -> Int {
    if !dense.isEmpty { return Int(dense[Int(node.index) - first]) }
    var (low, high) = (0, nodes.count)
    while low < high {
      let middle = (low + high) / 2
      if nodes[middle].index < node.index { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
