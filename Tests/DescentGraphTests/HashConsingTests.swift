import Testing

@testable import DescentGraph

/// What is built twice is one node, however many have an operand in common.
@Suite struct HashConsingTests {
  private static let count = 30_000

  @Test(arguments: ["first", "last", "neighbours", "functions", "numbers", "three"])
  func `nodes are found again`(_ shape: String) {
    let graph = Graph()
    let symbols = (0...Self.count).map {
      Expr(graph, graph.symbol(graph.makeSymbol("w\($0)", shape: .scalar)))
    }
    let hub = sin(symbols[shape == "last" ? Self.count : 0] + 1)
    func operation(_ k: Int) -> NodeID? {
      switch shape {
      case "first", "last":
        try? graph.node(Multiply.self, hub.node, symbols[k].node)
      case "neighbours":
        try? graph.node(Subtract.self, symbols[k].node, symbols[k + 1].node)
      case "functions": try? graph.node(Sine.self, symbols[k].node)
      case "numbers": try? graph.node(Add.self, hub.node, graph.constant(Double(k) / 7))
      default:
        try? graph.node(
          Conditional.self, [hub.node, symbols[k].node, symbols[Self.count - k].node])
      }
    }
    let nodes = (0..<Self.count).map(operation)
    let size = graph.count
    #expect(Set(nodes).count == Self.count && !nodes.contains(nil))
    #expect((0..<Self.count).map(operation) == nodes)
    #expect(graph.count == size)
  }
}
