internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource

extension Session {
  /// The columns that programs read, and the rows of each step.
  var rowData: RowData {
    guard let data else { return .none }
    var rows = data.rows
    rows.batches = batches
    rows.threads = threads
    if graph.usesRowNumbers {
      for set in RowSet.allCases {
        rows.columns[graph.rowNumberSymbol(set)] = data.rowNumbers(of: set)
      }
    }
    return rows
  }

  /// The rows of each step, where it does not look at all of them.
  var batches: Batches? {
    guard let data, let size = batchSize else { return nil }
    return Batches(
      size: min(size, data.trainingCount), rowCount: data.trainingCount,
      isShuffled: settings.isShuffled, seed: settings.seed)
  }

  /// How many steps one pass over the rows takes.
  var stepsOfEpoch: Int { batches?.stepsOfEpoch ?? 1 }

  /// New rows, or others of them: names follow, and a new descent begins.
  ///
  /// What is defined by columns gets its meaning anew; the caller makes sure that they are there.
  mutating func setData(_ data: DataSet?) throws(Diagnostic) {
    let old = scope.columns.map(\.name)
    self.data = data
    scope.columns = data?.scopeColumns ?? []
    scope.readable["rows"] = data == nil ? nil : graph.rowCount(.training)
    forgetPlans()
    let names = Set(old).union(scope.columns.map(\.name)).union(["rows"])
    try redefine(dependentsOf: names)
    beginDescent()
  }

  /// What was compiled for other rows is of no use any more.
  mutating func forgetPlans() { plans = PlanCache() }

  /// Expressions of a cost as an update rule sees them: on the rows of the step.
  func onRowsOfStep(_ nodes: [NodeID], of cost: Cost) throws(Diagnostic) -> [NodeID] {
    guard let data, batchSize != nil else { return nodes }
    var columns = graph.rowNumbers(.training, as: .batch)
    for column in data.columns {
      if let symbol = column.symbols[.training] { columns[symbol] = column.symbols[.batch] }
    }
    do {
      return try graph.onBatch(
        nodes, columns: columns,
        settled: graph.settledTotals(in: cost.node, parameters: Set(cost.parameters)))
    } catch {
      throw Diagnostic("batch.shape", "this cost cannot be looked at in batches")
    }
  }

  /// The cost on the rows that are kept to validate with, where there are any.
  var validationCost: NodeID? {
    guard let cost, let data, data.parts != nil else { return nil }
    var values = graph.rowNumbers(.training, as: .validation).mapValues { graph.symbol($0) }
    values[graph.rowCountSymbol(.training)] = graph.rowCount(.validation)
    for column in data.columns {
      guard let from = column.symbols[.training], let to = column.symbols[.validation] else {
        continue
      }
      values[from] = graph.symbol(to)
    }
    let settled = graph.settledTotals(in: cost.node, parameters: Set(cost.parameters))
    let node = try? graph.substitute(values, in: cost.node, keeping: settled)
    return node == cost.node ? nil : node
  }

  /// Symbols for a column, one for each kind of rows; those of a column that was there before, if
  /// it has as many numbers.
  func columnSymbols(_ name: String, width: Int) -> [RowSet: Symbol] {
    if let old = data?.column(name), old.original.width == width { return old.symbols }
    let extents: Shape.Extents = width == 1 ? .scalar : .vector(width)
    return Dictionary(
      RowSet.allCases.map { ($0, graph.makeSymbol(name, shape: Shape(extents, rows: $0))) },
      uniquingKeysWith: { first, _ in first })
  }
}
