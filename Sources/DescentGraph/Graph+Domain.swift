extension Graph {
  /// An expression that is not zero where every function that could be left unnoticed is inside
  /// its domain; nil where there is none.
  ///
  /// A function in a branch that is not taken does not count.
  ///
  /// - Parameter whole: for a root that looks at a batch, the same for all rows: what depends on data
  ///   alone is tested there, once for all batches.
  package func domainCondition(of root: NodeID, whole: NodeID? = nil) -> NodeID? {
    func isOfDataAlone(_ condition: Expr) -> Bool {
      symbols(in: [condition.node]).allSatisfy { shape($0).isPerRow }
    }
    var conditions = domainConditions(of: root)
    if let whole, whole != root {
      conditions.removeAll(where: isOfDataAlone)
      conditions += domainConditions(of: whole).filter(isOfDataAlone)
    }
    return conditions.dropFirst().reduce(conditions.first) { $0?.applying(And.self, $1) }?.node
  }

  /// One for each function that could be outside its domain.
  private func domainConditions(of root: NodeID) -> [Expr] {
    let root = refined(root)
    let order = reachable(from: [root])
    let guarded = order.filter { flags(primitiveID($0)).contains(.isGuarded) }
    guard !guarded.isEmpty else { return [] }

    /// When a node matters: under a condition, or always.
    struct Relevance { var condition: Expr? }
    var relevance = [root: Relevance()]
    func note(_ node: NodeID, _ condition: Expr?) {
      guard let known = relevance[node] else {
        relevance[node] = Relevance(condition: condition)
        return
      }
      guard let other = known.condition, let condition else {
        relevance[node] = Relevance()
        return
      }
      relevance[node] = Relevance(condition: other.applying(Or.self, condition))
    }
    let isBranching = order.contains { isA($0, Conditional.self) }
    for node in order.reversed() where isBranching {
      let condition = relevance[node]?.condition
      let application = Application(node, in: self)
      if isA(node, Conditional.self) {
        let (taken, other) = (application[0], application[0].applying(Not.self))
        note(application.operands[0], condition)
        note(application.operands[1], condition.map { $0.applying(And.self, taken) } ?? taken)
        note(application.operands[2], condition.map { $0.applying(And.self, other) } ?? other)
      } else {
        for operand in application.operands { note(operand, condition) }
      }
    }
    return guarded.compactMap { node in
      guard let inside = Catalogue.traits(of: primitiveID(node)).domainGuard else { return nil }
      let condition = relevance[node]?.condition
      let application = Application(node, in: self)
      var holds = inside.condition(application)
      if let condition { holds = condition.applying(Not.self).applying(Or.self, holds) }
      if !holds.shape.isScalar { holds = holds.applying(MinimumOfElements.self) }
      if holds.shape.isPerRow { holds = holds.applying(MinimumOverRows.self) }
      return holds
    }
  }
}
