extension Graph {
  /// The nodes that `roots` are made of, operands before users.
  ///
  /// **Complexity** linear in the nodes from the lowest to the highest that is reached.
  package func reachable(from roots: some Sequence<NodeID>) -> [NodeID] {
    var stack = Array(roots)
    guard let top = stack.max() else { return [] }
    var seen = Array(repeating: false, count: Int(top.index) + 1)
    var reached = 0
    while let node = stack.popLast() {
      if seen[Int(node.index)] { continue }
      seen[Int(node.index)] = true
      reached += 1
      for operand in operands(node) where !seen[Int(operand.index)] { stack.append(operand) }
    }
    var order: [NodeID] = []
    order.reserveCapacity(reached)
    for index in seen.indices where seen[index] { order.append(NodeID(index: Int32(index))) }
    return order
  }

  /// The symbols that a node depends on, in the order they were made.
  package func symbols(in roots: some Sequence<NodeID>) -> [Symbol] {
    var result: [Symbol] = []
    for node in reachable(from: roots) {
      if let symbol = symbol(of: node) { result.append(symbol) }
    }
    return result.sorted { $0.index < $1.index }
  }

  /// Whether the node depends on any of these symbols.
  package func depends(_ node: NodeID, on symbols: Set<Symbol>) -> Bool {
    self.symbols(in: [node]).contains { symbols.contains($0) }
  }

  /// The node with other nodes in place of symbols, built by the same primitives as written.
  package func substitute(_ values: [Symbol: NodeID], in root: NodeID) throws(ShapeError) -> NodeID
  {
    var replaced: [NodeID: NodeID] = [:]
    for node in reachable(from: [root]) {
      if let symbol = symbol(of: node) {
        replaced[node] = values[symbol] ?? node
        continue
      }
      let old = Array(operands(node))
      let new = old.map { replaced[$0] ?? $0 }
      replaced[node] = new == old ? node : try rebuilt(node, on: new)
    }
    return replaced[root] ?? root
  }

  /// The operation of a node on other operands. What is printed as -1 is read as a number, so the
  /// negative of a number is one.
  func rebuilt(_ node: NodeID, on operands: [NodeID]) throws(ShapeError) -> NodeID {
    if isA(node, Negate.self), let value = constantValue(operands[0]) { return constant(-value) }
    return try self.node(primitive(node), operands, attribute(node))
  }
}
