internal import DescentEngine
internal import DescentGraph
internal import DescentSource

/// One way to take steps, compiled: a cost, its gradient, a rule, a rate and perhaps a stop test.
///
/// What is computed depends on the state it is given alone, so copies of a session share it.
final class StepPlan: Stepper {
  /// What is fed back from step to step: the parameters, then what the rule keeps.
  let stepped: [Symbol]
  private let stateCounts: [Int]
  private let machine: Machine
  private let clock: Symbol
  private let ruleClock: Symbol
  private let tests: Machine.StepTests
  /// The step in which the rule began.
  private let ruleBegin: Int
  /// The values that do not change while stepping: parameters that the cost does not depend on.
  private let fixedInputs: [Symbol]
  /// How many rows a step looks at, at most.
  private let rowsOfStep: Int

  /// - Parameters:
  ///   - domain: not zero where every function of the cost is inside its domain, if one could be
  ///     outside.
  ///   - stop: not zero where no step is to be taken.
  init(
    _ graph: Graph, run: RuleRun, clock: Symbol, ruleClock: Symbol, domain: NodeID?,
    stop: NodeID?, rows: RowData, engine: Engine
  ) {
    stepped = run.parameters + run.states.map(\.symbol)
    (self.clock, self.ruleClock) = (clock, ruleClock)
    stateCounts = stepped.map { graph.shape($0).count }
    ruleBegin = run.first
    let steps = StepComputation(
      graph, run: run, clocks: [clock, ruleClock], domain: domain, stop: stop)
    tests = steps.tests
    machine = Machine(steps.program(graph), engine: engine)
    fixedInputs = machine.program.fixedSymbols
    machine.setRows(rows)
    rowsOfStep = rows.batches?.rows(ofStep: 0).count ?? rows.counts[.training] ?? 1
  }

  /// Where a symbol's numbers stand in the state.
  func place(of symbol: Symbol) -> Int? {
    stepped.firstIndex(of: symbol).map { stateCounts[..<$0].reduce(0, +) }
  }

  func listing(in graph: Graph) -> [String] { machine.program.listing(in: graph) }
  var work: Int {
    machine.program.instructionCount * max(1, rowsOfStep) + machine.program.stateSize
  }

  func load(_ point: Point, fixed: SymbolValues) {
    machine.state = point.state
    machine.setInput(stepped.count, to: [Double(point.step)])
    machine.setInput(stepped.count + 1, to: [Double(point.step - ruleBegin)])
    for (position, symbol) in fixedInputs.enumerated() {
      machine.setInput(stepped.count + 2 + position, to: fixed[symbol] ?? [])
    }
  }

  func step(
    _ count: Int, isInterrupted: () -> Bool
  ) -> (taken: Int, outcome: StepOutcome) {
    let (taken, outcome) = machine.step(count, tests: tests, isInterrupted: isInterrupted)
    switch outcome {
    case .finished: return (taken, .finished)
    case .stopped: return (taken, .stopped)
    case .notFinite: return (taken, .notFinite)
    }
  }

  var state: [Double] { machine.state }
  var remarks: [String] { [] }

  // MARK: Native code

  /// What takes the steps from the next on.
  var engine: Engine {
    get { machine.engine }
    set { machine.engine = newValue }
  }
  /// Whether native code takes them.
  var isNative: Bool { machine.isNative }
  /// Why it could not be made, where that was tried.
  var nativeFailure: String? { machine.nativeFailure }

  /// The operations of a step.
  var operationCount: Int { machine.program.instructionCount }

  /// The native code, whether it was compiled or not.
  func nativeListing(_ title: String) -> NativeListing? {
    NativeListing(
      machine, tests: tests, inputs: stepped + [clock, ruleClock] + fixedInputs,
      title: title)
  }

  var engineReport: EngineReport? {
    EngineReport(
      isNative: machine.isNative, failure: machine.nativeFailure,
      interpretedTime: machine.interpretedTime, patience: machine.patience,
      compileTime: machine.compileTime)
  }
}

/// A point of a descent.
package struct Point: Sendable {
  package var step: Int
  /// The parameters' numbers one after the other, then those that the rule keeps.
  package var state: [Double]
}

/// The steps that were compiled last, so that each `step` command goes on with the same program.
struct PlanCache {
  private var made: (run: [NodeID], first: Int, plan: any Stepper)?
  /// How the steps were run that were taken last with it, if any were.
  private(set) var report: EngineReport?

  mutating func plan<Plan: Stepper>(
    for run: RuleRun, making make: () throws(Diagnostic) -> Plan
  ) throws(Diagnostic) -> Plan {
    let key = run.next + run.states.map(\.next) + [run.rate]
    if let made, made.run == key, made.first == run.first, let plan = made.plan as? Plan {
      return plan
    }
    let plan = try make()
    made = (key, run.first, plan)
    report = nil
    return plan
  }

  /// Steps were taken, by what was made last or by the same with a test.
  mutating func noteRun(_ plan: any Stepper) { report = plan.engineReport }
}
