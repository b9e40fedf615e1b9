extension Graph {
  /// What is made of all rows without any of these parameters, as a mean to standardize by: that is
  /// one number for all, and stays where an expression is looked at on other rows.
  ///
  /// Of an expression without parameters nothing is settled.
  package func settledTotals(in root: NodeID, parameters: Set<Symbol>) -> Set<NodeID> {
    let order = reachable(from: [root])
    var moving: Set<NodeID> = []
    var totals: Set<NodeID> = []
    for node in order {
      if let symbol = symbol(of: node) {
        if parameters.contains(symbol) { moving.insert(node) }
        continue
      }
      let operands = operands(node)
      if operands.contains(where: { moving.contains($0) }) {
        moving.insert(node)
      } else if !shape(node).isPerRow, operands.contains(where: { shape($0).isPerRow }) {
        totals.insert(node)
      }
    }
    return moving.contains(root) ? totals : []
  }

  /// Slopes of a cost on the rows of a batch: columns stand for the batch's rows, and sums over
  /// rows are those of the batch, for as many rows as it stands for.
  ///
  /// - Parameters:
  ///   - columns: each column of the training rows with that of the batch.
  ///   - settled: the totals that stay those of all rows: what the cost itself says of its data, and
  ///     not what a slope is made of.
  package func onBatch(
    _ nodes: [NodeID], columns: [Symbol: Symbol], settled: Set<NodeID>
  ) throws(ShapeError) -> [NodeID] {
    let values = columns.mapValues { symbol($0) }
    var result: [NodeID] = []
    for node in nodes {
      result.append(try substitute(values, in: node, keeping: settled))
    }
    return result
  }
}
