internal import DescentEngine
internal import DescentGraph

/// Computes the cost and its slopes at points, with one program.
final class Observer {
  /// What it computes: the cost, its slopes, the rate and what is watched.
  let roots: [NodeID]
  private let machine: Machine
  private let parameters: [Symbol]
  private let parameterCounts: [Int]
  private let fixedInputs: [Symbol]
  private let gradientCount: Int
  private let clock: Symbol
  private let clockPosition: Int
  private let watchedCount: Int

  init(
    _ graph: Graph, cost: Session.Cost, rate: NodeID, clock: Symbol, watched: [NodeID] = []
  ) {
    roots = [cost.node] + cost.gradient + [rate] + watched
    parameters = cost.parameters
    self.clock = clock
    watchedCount = watched.count
    for node in roots { _ = graph.refined(node) }
    machine = Machine(
      Compiler.compile(graph, inputs: cost.parameters + [clock], fixed: nil, sections: [roots]))
    fixedInputs = machine.program.fixedSymbols
    parameterCounts = cost.parameters.map { graph.shape($0).count }
    gradientCount = cost.gradient.count
    clockPosition = cost.parameters.count
  }

  /// The data that it looks at.
  func setRows(_ rows: RowData) { machine.setRows(rows) }

  /// Whether it is to be kept until it is asked for again.
  var isKept: Bool { ProgramCache.isKept(machine.program) }

  /// The values of some of its roots where symbols have these values; nil where it computes more
  /// than is asked for.
  func values(
    of nodes: [NodeID], at values: SymbolValues, rows: RowData
  ) -> [[Double]]? {
    let positions = nodes.compactMap { roots.firstIndex(of: $0) }
    let symbols = parameters + [clock] + fixedInputs
    guard gradientCount == 0, watchedCount == 0, nodes.contains(roots[0]),
      positions.count == nodes.count, symbols.allSatisfy({ values[$0] != nil })
    else {
      return nil
    }
    for (position, symbol) in symbols.enumerated() {
      machine.setInput(position, to: values[symbol] ?? [])
    }
    machine.setRows(rows)
    machine.evaluate()
    return positions.map { machine.output($0) }
  }

  struct Observation {
    var cost: Double
    var gradient: [[Double]]
    var rate: Double
    /// The values that were asked for besides.
    var watched: [Double]
  }

  func observe(_ point: Point, fixed: SymbolValues) -> Observation {
    load(fixed: fixed)
    return observe(point)
  }

  /// Sets what is the same at all points to come.
  func load(fixed: SymbolValues) {
    for (position, symbol) in fixedInputs.enumerated() {
      machine.setInput(clockPosition + 1 + position, to: fixed[symbol] ?? [])
    }
  }

  func observe(_ point: Point) -> Observation {
    var first = 0
    for (position, count) in parameterCounts.enumerated() {
      machine.setInput(position, to: point.state[first..<(first + count)])
      first += count
    }
    machine.setInput(clockPosition, to: [Double(point.step)])
    machine.evaluate()
    return Observation(
      cost: machine.output(0)[0], gradient: (0..<gradientCount).map { machine.output(1 + $0) },
      rate: machine.output(1 + gradientCount)[0],
      watched: (0..<watchedCount).map { machine.output(2 + gradientCount + $0)[0] })
  }
}

extension Session.Cost {
  /// The same, for an observer of the cost alone.
  var withoutSlopes: Session.Cost {
    var cost = self
    cost.gradient = []
    return cost
  }
}

extension Session {
  /// Computes the cost, its slopes and the rate, and with them what is watched.
  func observer(_ cost: Cost, watched: [NodeID] = []) -> Observer {
    let observer = programs.observer(
      graph, cost: cost, rate: steppedRate, clock: clock, watched: watched)
    observer.setRows(rowData)
    return observer
  }
}
