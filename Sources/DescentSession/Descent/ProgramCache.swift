internal import DescentEngine
internal import DescentGraph

/// The programs that were compiled last, so that commands in a loop need not compile theirs anew.
///
/// What a program computes depends on its inputs alone: all copies of a session share one cache, and
/// those that are kept to go back to keep no programs.
final class ProgramCache {
  private struct Evaluation {
    let nodes: [NodeID]
    let symbols: [Symbol]
    let machine: Machine
  }

  private var observer: (roots: [NodeID], parameters: [Symbol], observer: Observer)?
  /// The newest last.
  private var evaluations: [Evaluation] = []

  /// The newest last.
  private var lanes: [(key: LaneKey, program: LaneProgram?)] = []
  private var swept: [String: Symbol] = [:]

  private static let mostEvaluations = 16
  private static let mostLanes = 8
  /// Programs that need more numbers than this, and than they have operations, are soon compiled
  /// beside what they compute, and would hold much memory.
  private static let mostNumbers = 1 << 12

  static func isKept(_ program: Program) -> Bool {
    program.memorySize <= max(mostNumbers, program.instructionCount)
  }

  func observer(
    _ graph: Graph, cost: Session.Cost, rate: NodeID, clock: Symbol, watched: [NodeID]
  ) -> Observer {
    let roots = [cost.node, rate] + cost.gradient + watched
    if let made = observer, made.roots == roots, made.parameters == cost.parameters {
      return made.observer
    }
    let new = Observer(graph, cost: cost, rate: rate, clock: clock, watched: watched)
    observer = new.isKept ? (roots, cost.parameters, new) : nil
    return new
  }

  /// The values of expressions where symbols have these values.
  func values(
    of nodes: [NodeID], in graph: Graph, at values: [Symbol: [Double]], rows: RowData
  ) -> [[Double]] {
    if let values = observer?.observer.values(of: nodes, at: values, rows: rows) { return values }
    let evaluation: Evaluation
    if let place = evaluations.lastIndex(where: { $0.nodes == nodes }) {
      evaluation = evaluations[place]
    } else {
      let symbols = graph.symbols(in: nodes + nodes.map { graph.refined($0) }).filter {
        !graph.shape($0).isPerRow
      }
      let program = Compiler.compile(graph, inputs: symbols, sections: [nodes])
      evaluation = Evaluation(nodes: nodes, symbols: symbols, machine: Machine(program))
      let isKnown = symbols.allSatisfy { values[$0] != nil }
      // A value that depends on nothing is asked for once.
      if !symbols.isEmpty, isKnown, program.memorySize <= Self.mostNumbers {
        if evaluations.count == Self.mostEvaluations { evaluations.removeFirst() }
        evaluations.append(evaluation)
      }
    }
    let machine = evaluation.machine
    for (position, symbol) in evaluation.symbols.enumerated() {
      guard let numbers = values[symbol] else {
        return graph.evaluate(nodes, at: values, rows: rows)
      }
      machine.setInput(position, to: numbers)
    }
    machine.setRows(rows)
    machine.evaluate()
    return nodes.indices.map { machine.output($0) }
  }

  // MARK: Sweeps

  /// What a program for lanes computes, and for how many at once.
  struct LaneKey: Hashable {
    var nodes: [NodeID]
    var symbols: [Symbol]
    var lanes: Int
  }

  var laneProgramCount: Int { lanes.count { $0.program != nil } }

  /// Whether there is such a program.
  func hasLanes(for key: LaneKey) -> Bool {
    lanes.contains { $0.key == key && $0.program != nil }
  }

  func lanes(for key: LaneKey, making make: () -> LaneProgram?) -> LaneProgram? {
    if let made = lanes.first(where: { $0.key == key }) { return made.program }
    let program = make()
    if lanes.count == Self.mostLanes { lanes.removeFirst() }
    lanes.append((key, program))
    return program
  }

  /// What stands for a definition that is varied: always the same symbol for its name, so that a
  /// sweep that is repeated finds its program again.
  func sweptSymbol(named name: String, in graph: Graph) -> Symbol {
    if let symbol = swept[name] { return symbol }
    let symbol = graph.makeSymbol(name, shape: .scalar)
    swept[name] = symbol
    return symbol
  }
}
