extension Graph {
  /// The slope of a scalar with respect to each symbol, as expressions, by reverse-mode
  /// differentiation: cotangents flow from the root to the symbols, each node visited once.
  ///
  /// `root` is lowered first. The slope of a vector parameter has its shape. A value for each row
  /// has a slope for each row, or one that is the same for all: its own, not their sum; by a
  /// column, that by the row's own value.
  ///
  /// **Complexity** linear in the nodes below the root; for a value for each row, once more for each
  /// number below it that is made of all rows.
  ///
  /// **Source** Griewank and Walther, Evaluating Derivatives, 2nd edition, 2008, chapter 3.
  package func gradient(of root: NodeID, withRespectTo symbols: [Symbol]) -> [NodeID] {
    let root = lowered(root)
    let order = reachable(from: [root])
    let wanted = SymbolSet(symbols)

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
    let isPerRow = shape(root).isPerRow
    let isTotal = isPerRow ? totals(in: order, place, isActive) : []
    let countsRows = !isPerRow && isMeanOfRows(order, isActive)
    var totals: [(node: NodeID, cotangent: Expr)] = []

    var contributions = Contributions(to: order.count)
    contributions.add(constant(1), to: order.count - 1)
    var slopes = SymbolMap<NodeID>()
    for position in order.indices.reversed() where isActive[position] {
      guard let cotangent = contributions.sum(at: position, in: self) else { continue }
      let node = order[position]
      if let symbol = symbol(of: node) {
        slopes[symbol] =
          countsRows ? (cotangent / rowCount(of: shape(node))).node : cotangent.node
        continue
      }
      if isPerRow, isTotal[position] {
        totals.append((node, cotangent))
        continue
      }
      let application = Application(node, in: self)
      let stretchesOperands = flags(primitiveID(node)).contains(.stretchesOperands)
      let isOneNumber = isPlainNumber(node)
      let pulled = primitive(node).pullback(cotangent, application)
      for position in (0..<min(pulled.count, operandCount(node))).reversed() {
        let operand = operand(node, position)
        let target = Int(place[Int(operand.index)])
        guard isActive[target], let contribution = pulled[position] else { continue }
        if isOneNumber, isPlainNumber(operand), isPlainNumber(contribution.node) {
          contributions.add(contribution.node, to: target)
          continue
        }
        let part =
          stretchesOperands
          ? fitted(contribution, of: application.shape, to: shape(operand)) : contribution
        var whole = part
        if countsRows {
          whole = averaged(part, of: application.shape, to: shape(operand))
        } else if !isPerRow {
          whole = overRows(part, of: application.shape, to: shape(operand))
        }
        contributions.add(whole.node, to: target)
      }
    }
    for (node, cotangent) in totals {
      for (symbol, slope) in self.slopes(through: node, cotangent, symbols) {
        slopes[symbol] = slopes[symbol].map { (Expr(self, $0) + slope).node } ?? slope.node
      }
    }
    return symbols.map { symbol in
      guard let slope = slopes[symbol] else { return zero(shape(symbol)) }
      return filled(Expr(self, slope), to: shape(symbol)).node
    }
  }

  /// Which nodes are the same for all rows and depend by way of the rows on what is wanted: as each
  /// row sees them, their slopes are those of one number.
  private func totals(in order: [NodeID], _ place: [Int32], _ isActive: [Bool]) -> [Bool] {
    var isTotal = Array(repeating: false, count: order.count)
    for (position, node) in order.enumerated() where isActive[position] && !shape(node).isPerRow {
      forEachOperand(node) { operand in
        let operandPlace = Int(place[Int(operand.index)])
        if isActive[operandPlace], shape(operand).isPerRow || isTotal[operandPlace] {
          isTotal[position] = true
        }
      }
    }
    return isTotal
  }

  /// What a value for each row has as slopes by way of one that is the same for all rows, by the
  /// chain rule, number by number.
  private func slopes(
    through total: NodeID, _ cotangent: Expr, _ symbols: [Symbol]
  ) -> [(symbol: Symbol, slope: Expr)] {
    var result: [(symbol: Symbol, slope: Expr)] = []
    func add(_ number: Expr, times factor: Expr) {
      for (symbol, slope) in zip(symbols, gradient(of: number.node, withRespectTo: symbols)) {
        let slope = Expr(self, slope)
        if slope.constantValue != 0, !slope.isA(Zeros.self) {
          result.append((symbol, factor * slope))
        }
      }
    }
    let value = Expr(self, total)
    if value.shape.isScalar {
      add(value, times: cotangent)
    } else if cotangent.shape.isScalar {
      add(value.applying(SumOfElements.self), times: cotangent)
    } else {
      for k in 1...max(1, value.shape.count) {
        add(element(value, k), times: element(cotangent, k))
      }
    }
    return result
  }

  /// What an operand of an elementwise operation on `shape` gets: the sum over the axes along which
  /// it was stretched. A scalar goes on standing for the same number everywhere.
  private func fitted(_ contribution: Expr, of shape: Shape, to target: Shape) -> Expr {
    let (whole, wanted) = (shape.extents, target.extents)
    if contribution.shape.extents == wanted, wanted == whole { return contribution }
    var result = contribution
    // What is the same along an axis counts once for each place of it.
    func repeated(_ times: Int) -> Expr { times == 1 ? result : Double(times) * result }
    if wanted == .scalar {
      let times = shape.count / contribution.shape.count
      if !result.shape.isScalar { result = result.applying(SumOfElements.self) }
      return repeated(times)
    }
    if whole.height > wanted.height {
      result = result.shape.extents.height == 1 ? repeated(whole.height) : summed(result, along: 1)
    }
    if whole.width > wanted.width {
      result = result.shape.extents.width == 1 ? repeated(whole.width) : summed(result, along: 2)
    }
    if result.shape.isScalar || result.shape.extents == wanted { return result }
    if result.shape.count == target.count { return reshaped(result, to: wanted) }
    return result * ones(target, in: self)
  }

  /// What an operand that is the same for all rows gets from a value for each row: the sum over
  /// these.
  private func overRows(_ contribution: Expr, of shape: Shape, to target: Shape) -> Expr {
    guard let rows = shape.rows, !target.isPerRow else { return contribution }
    if contribution.shape.isPerRow { return contribution.summedOverRows() }
    return contribution * Expr(self, rowCount(rows))
  }

  /// Whether all that is made of rows here is a mean over them.
  ///
  /// Then what is handed down to a row is as many times its slope as there are rows, and slopes are
  /// means over rows: `mean(2*x*(w*x - y))`, as a person would write it.
  private func isMeanOfRows(_ order: [NodeID], _ isActive: [Bool]) -> Bool {
    var isMean = false
    for (position, node) in order.enumerated() where isActive[position] {
      guard let reduction = kernel(node).rowReduction else { continue }
      guard reduction == .mean else { return false }
      isMean = true
    }
    return isMean
  }

  private func rowCount(of shape: Shape) -> Expr {
    Expr(self, shape.rows.map { rowCount($0) } ?? constant(1))
  }

  /// The same as ``overRows(_:of:to:)`` where slopes of rows are counted as many times as there are
  /// rows.
  private func averaged(_ contribution: Expr, of shape: Shape, to target: Shape) -> Expr {
    if !shape.isPerRow, target.isPerRow { return contribution * rowCount(of: target) }
    guard shape.isPerRow, !target.isPerRow, contribution.shape.isPerRow else {
      return contribution
    }
    return contribution.applying(MeanOverRows.self)
  }

  /// A scalar cotangent that stands for the same number everywhere, written out.
  private func filled(_ slope: Expr, to shape: Shape) -> Expr {
    guard slope.shape.isScalar, !shape.isScalar else { return slope }
    return slope.constantValue == 0 ? Expr(self, zero(shape)) : slope * ones(shape, in: self)
  }

  package func zero(_ shape: Shape) -> NodeID {
    if shape.isScalar { return constant(0) }
    return simplified(Zeros.self, [], lengths(shape.extents))
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
    var sum = GrowingSum(Expr(graph, link.node))
    while link.previous >= 0 {
      link = links[Int(link.previous)]
      sum.add(Expr(graph, link.node))
    }
    return sum.value
  }
}
