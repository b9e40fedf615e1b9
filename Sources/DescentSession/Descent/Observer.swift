internal import DescentEngine
internal import DescentGraph

/// Computes the cost and its slopes at points, with one program.
final class Observer {
  private let machine: Machine
  private let parameterCounts: [Int]
  private let fixedInputs: [Symbol]
  private let gradientCount: Int
  private let clockPosition: Int
  private let watchedCount: Int

  init(
    _ graph: Graph, cost: Session.Cost, rate: NodeID, clock: Symbol, watched: [NodeID] = []
  ) {
    let roots = [cost.node] + cost.gradient + [rate] + watched
    watchedCount = watched.count
    machine = Machine(
      Compiler.compile(graph, inputs: cost.parameters + [clock], fixed: nil, sections: [roots]))
    fixedInputs = machine.program.fixedSymbols
    parameterCounts = cost.parameters.map { graph.shape($0).count }
    gradientCount = cost.gradient.count
    clockPosition = cost.parameters.count
  }

  /// The data that it looks at.
  func setRows(_ rows: RowData) { machine.setRows(rows) }

  /// The numbers that it holds.
  var size: Int { machine.program.memorySize }

  struct Observation {
    var cost: Double
    var gradient: [[Double]]
    var rate: Double
    /// The values that were asked for besides.
    var watched: [Double]
  }

  func observe(_ point: Point, fixed: [Symbol: [Double]]) -> Observation {
    load(fixed: fixed)
    return observe(point)
  }

  /// Sets what is the same at all points to come.
  func load(fixed: [Symbol: [Double]]) {
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
