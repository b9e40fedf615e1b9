extension Graph {
  /// The slope of a scalar with respect to each symbol, as expressions, by reverse-mode
  /// differentiation: cotangents flow from the root to the symbols, each node visited once.
  ///
  /// `root` is lowered first. The slope of a vector parameter has its shape.
  ///
  /// **Complexity** linear in the nodes below the root.
  ///
  /// **Source** Griewank and Walther, Evaluating Derivatives, 2nd edition, 2008, chapter 3.
  package func gradient(of root: NodeID, withRespectTo symbols: [Symbol]) -> [NodeID] {
    let root = lowered(root)
    let order = reachable(from: [root])
    let wanted = Set(symbols)

    // Place of each node in `order`, so that all bookkeeping is in arrays.
    var place = Array(repeating: Int32(-1), count: Int(root.index) + 1)
    for (position, node) in order.enumerated() { place[Int(node.index)] = Int32(position) }
    var isActive = Array(repeating: false, count: order.count)
    for (position, node) in order.enumerated() {
      if let symbol = symbol(of: node) {
        isActive[position] = wanted.contains(symbol)
      } else {
        forEachOperand(node) { operand in
          if isActive[Int(place[Int(operand.index)])] { isActive[position] = true }
        }
      }
    }

    var contributions = Contributions(to: order.count)
    contributions.add(constant(1), to: order.count - 1)
    var slopes: [Symbol: NodeID] = [:]
    for position in order.indices.reversed() where isActive[position] {
      guard let cotangent = contributions.sum(at: position, in: self) else { continue }
      let node = order[position]
      if let symbol = symbol(of: node) {
        slopes[symbol] = cotangent.node
        continue
      }
      let application = Application(node, in: self)
      let isElementwise = Catalogue.traits(of: primitiveID(node)).isElementwise
      let pulled = primitive(node).pullback(cotangent, application)
      for (operand, contribution) in zip(application.operands, pulled).reversed() {
        let target = Int(place[Int(operand.index)])
        guard isActive[target], let contribution else { continue }
        let part =
          isElementwise
          ? fitted(contribution, of: application.shape, to: shape(operand)) : contribution
        contributions.add(part.node, to: target)
      }
    }
    return symbols.map { symbol in
      guard let slope = slopes[symbol] else { return zero(shape(symbol)) }
      return filled(Expr(self, slope), to: shape(symbol)).node
    }
  }

  /// What a scalar operand of an elementwise operation on `shape` gets: the sum over elements.
  private func fitted(_ contribution: Expr, of shape: Shape, to target: Shape) -> Expr {
    guard target.isScalar, !shape.isScalar else { return contribution }
    if contribution.shape.isScalar { return Double(shape.count) * contribution }
    return contribution.applying(SumOfElements.self)
  }

  /// A scalar cotangent that stands for the same number everywhere, written out.
  private func filled(_ slope: Expr, to shape: Shape) -> Expr {
    guard slope.shape.isScalar, case .vector(let count) = shape.extents else { return slope }
    let ones = Expr(self, simplified(Ones.self, [], integerAttribute([count])))
    return slope.constantValue == 0 ? Expr(self, zero(shape)) : slope * ones
  }

  package func zero(_ shape: Shape) -> NodeID {
    guard case .vector(let count) = shape.extents else { return constant(0) }
    return simplified(Zeros.self, [], integerAttribute([count]))
  }
}

/// What each node gets from its users, linked from the last to the first.
private struct Contributions {
  private struct Link {
    let node: NodeID
    /// The place of the one before it; -1 is none.
    let previous: Int32
  }

  private var links: [Link] = []
  private var last: [Int32]

  init(to count: Int) { last = Array(repeating: -1, count: count) }

  mutating func add(_ node: NodeID, to position: Int) {
    links.append(Link(node: node, previous: last[position]))
    last[position] = Int32(links.count - 1)
  }

  /// Users are visited last to first: from the last link on, terms stand in the order they were
  /// written.
  func sum(at position: Int, in graph: Graph) -> Expr? {
    guard last[position] >= 0 else { return nil }
    var link = links[Int(last[position])]
    var sum = Expr(graph, link.node)
    while link.previous >= 0 {
      link = links[Int(link.previous)]
      sum = sum + Expr(graph, link.node)
    }
    return sum
  }
}
