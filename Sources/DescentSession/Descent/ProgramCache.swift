internal import DescentEngine
internal import DescentGraph
internal import DescentSource

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

  /// What depends on nothing: lists and ranges of loops and sweeps. The newest last.
  private var constants: [(nodes: [NodeID], values: [[Double]])] = []
  /// The newest last.
  private var ruleSteps: [(key: RuleReader.Key, step: RuleStep)] = []
  /// The newest last.
  private var lanes: [(key: LaneKey, lanes: Lanes)] = []
  private var swept: [String: Symbol] = [:]

  private static let mostEvaluations = 16
  private static let mostConstants = 8
  private static let mostRuleSteps = 16
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

  /// The values of expressions that depend on nothing, if they are known.
  func constantValues(of nodes: [NodeID]) -> [[Double]]? {
    constants.last { $0.nodes == nodes }?.values
  }

  /// The values of expressions where symbols have these values.
  func values(
    of nodes: [NodeID], in graph: Graph, at values: SymbolValues, rows: RowData
  ) -> [[Double]] {
    if let values = observer?.observer.values(of: nodes, at: values, rows: rows) { return values }
    let evaluation: Evaluation
    var isConstant = false
    if let place = evaluations.lastIndex(where: { $0.nodes == nodes }) {
      evaluation = evaluations[place]
    } else {
      let all = graph.symbols(in: nodes + nodes.map { graph.refined($0) })
      let symbols = all.filter { !graph.shape($0).isPerRow }
      isConstant = all.isEmpty
      let program = Compiler.compile(graph, inputs: symbols, sections: [nodes])
      evaluation = Evaluation(nodes: nodes, symbols: symbols, machine: Machine(program))
      let isKnown = symbols.allSatisfy { values[$0] != nil }
      // Of one that depends on nothing, the value is kept.
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
    let result = nodes.indices.map { machine.output($0) }
    if isConstant, result.reduce(0, { $0 + $1.count }) <= Self.mostNumbers {
      if constants.count == Self.mostConstants { constants.removeFirst() }
      constants.append((nodes, result))
    }
    return result
  }

  // MARK: Rules

  /// What a rule makes of parameters in a step: read once, so that descents of the same kind go by
  /// the same expressions, with what they keep in the same symbols.
  func ruleStep(
    for key: RuleReader.Key, reading read: () throws(Diagnostic) -> RuleStep
  ) throws(Diagnostic) -> RuleStep {
    if let made = ruleSteps.last(where: { $0.key == key }) { return made.step }
    let step = try read()
    if ruleSteps.count == Self.mostRuleSteps { ruleSteps.removeFirst() }
    ruleSteps.append((key, step))
    return step
  }

  // MARK: Sweeps

  /// What a program for lanes computes, and for how many at once.
  struct LaneKey: Hashable {
    var cost: NodeID
    var gradient: [NodeID]
    /// The parameters, then what the rule keeps, with their next values.
    var stepped: [Symbol]
    var next: [NodeID]
    var schedule: NodeID?
    var stop: NodeID?
    var lanes: Int
  }

  /// A program for lanes, or that there can be none.
  struct Lanes {
    var program: LaneProgram?
    /// What its fixed inputs are.
    var fixed: [Symbol]
    /// A guess at the operations of one step.
    var work: Int
  }

  var laneProgramCount: Int { lanes.count { $0.lanes.program != nil } }

  /// Whether there is such a program.
  func hasLanes(for key: LaneKey) -> Bool {
    lanes.contains { $0.key == key && $0.lanes.program != nil }
  }

  func lanes(for key: LaneKey, making make: () -> Lanes) -> Lanes {
    if let made = lanes.last(where: { $0.key == key }) { return made.lanes }
    let new = make()
    if lanes.count == Self.mostLanes { lanes.removeFirst() }
    lanes.append((key, new))
    return new
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
