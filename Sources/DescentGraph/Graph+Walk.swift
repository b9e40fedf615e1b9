extension Graph {
  /// The nodes that `roots` are made of, operands before users.
  ///
  /// **Complexity** n log n in the nodes that are reached, or, where they are many, linear in the
  /// nodes up to the highest.
  package func reachable(from roots: some Sequence<NodeID>) -> [NodeID] {
    let roots = Array(roots)
    guard let top = roots.max() else { return [] }
    if let few = fewReachable(from: roots, atMost: Int(top.index) / 256) { return few }
    let (isReached, count) = marks(from: roots, top: top)
    var order: [NodeID] = []
    order.reserveCapacity(count)
    for index in isReached.indices where isReached[index] {
      order.append(NodeID(index: Int32(index)))
    }
    return order
  }

  /// Which nodes are reached, and how many. Operands come before their users: one pass down meets
  /// every user before its operands.
  private func marks(from roots: [NodeID], top: NodeID) -> (isReached: [Bool], count: Int) {
    var isReached = Array(repeating: false, count: Int(top.index) + 1)
    for root in roots { isReached[Int(root.index)] = true }
    var count = 0
    isReached.withUnsafeMutableBufferPointer { isReached in
      for index in isReached.indices.reversed() where isReached[index] {
        count += 1
        forEachOperand(NodeID(index: Int32(index))) { isReached[Int($0.index)] = true }
      }
    }
    return (isReached, count)
  }

  /// The same where few nodes of a large graph are reached, as in a function's body; nil where they
  /// are more than `most`.
  private func fewReachable(from roots: [NodeID], atMost most: Int) -> [NodeID]? {
    guard most > 64 else { return nil }
    var stack = roots
    var seen: Set<NodeID> = []
    while let node = stack.popLast() {
      guard seen.insert(node).inserted else { continue }
      if seen.count > most { return nil }
      for operand in operands(node) where !seen.contains(operand) { stack.append(operand) }
    }
    return seen.sorted()
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
  ///
  /// - Parameter kept: nodes that stay as they are.
  package func substitute(
    _ values: [Symbol: NodeID], in root: NodeID, keeping kept: Set<NodeID> = []
  ) throws(ShapeError) -> NodeID {
    var replaced: [NodeID: NodeID] = [:]
    for node in reachable(from: [root]) {
      if kept.contains(node) {
        replaced[node] = node
        continue
      }
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
  package func rebuilt(_ node: NodeID, on operands: [NodeID]) throws(ShapeError) -> NodeID {
    if isA(node, Negate.self), let value = constantValue(operands[0]) { return constant(-value) }
    let attribute = attribute(node)
    if attribute == .none { return try primitive(node).node(on: operands, in: self) }
    return try self.node(primitive(node), operands, attribute)
  }
}
