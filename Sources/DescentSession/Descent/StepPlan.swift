internal import DescentEngine
internal import DescentGraph

/// One way to take steps, compiled: a cost, its gradient, a rule, a rate and perhaps a stop test.
///
/// What is computed depends on the state it is given alone, so copies of a session share it.
package final class StepPlan {
  let parameters: [Symbol]
  private let machine: Machine
  private let tests: Machine.StepTests
  /// The values that do not change while stepping: parameters that the cost does not depend on.
  private let fixedInputs: [Symbol]

  init(
    _ graph: Graph, cost: Session.Cost, rule: UpdateRule, rate: NodeID, clock: Symbol,
    stop: NodeID?
  ) throws(ShapeError) {
    parameters = cost.parameters
    var feedback: [Compiler.Feedback] = []
    for (symbol, slope) in zip(cost.parameters, cost.gradient) {
      feedback.append(
        Compiler.Feedback(
          symbol,
          next: try rule.next(graph.symbol(symbol), slope: slope, rate: rate, in: graph)))
    }
    var sections: [[NodeID]] = []
    var tests = Machine.StepTests()
    if let stop {
      tests.stop = sections.count
      sections.append([stop])
    }
    if let domain = graph.domainCondition(of: cost.node) {
      tests.domain = sections.count
      sections.append([domain])
    }
    let stepped = Set(parameters)
    let roots = feedback.map { graph.refined($0.next) } + sections.flatMap { $0 }
    let others = graph.symbols(in: roots.map { graph.refined($0) }).filter {
      !stepped.contains($0) && $0 != clock
    }
    fixedInputs = others
    tests.clock = feedback.count
    self.tests = tests
    let program = Compiler.compile(
      graph, inputs: [clock] + others, sections: sections, feedback: feedback)
    machine = Machine(program)
  }

  /// The instructions of one step.
  var listing: [String] { machine.program.listing }
  /// A guess at the work of one step, in operations on numbers.
  var work: Int { machine.program.instructionCount + machine.program.stateSize }

  /// Puts the machine at a point.
  func load(_ point: Point, fixed: [Symbol: [Double]]) {
    machine.state = point.state
    machine.setInput(parameters.count, to: [Double(point.step)])
    for (position, symbol) in fixedInputs.enumerated() {
      machine.setInput(parameters.count + 1 + position, to: fixed[symbol] ?? [])
    }
  }

  /// Takes up to `count` steps from where the machine is.
  func step(_ count: Int) -> (taken: Int, outcome: Machine.Outcome) {
    machine.step(count, tests: tests)
  }

  var state: [Double] { machine.state }
}

/// A point of a descent.
package struct Point: Sendable {
  package var step: Int
  /// The parameters' numbers, one after the other.
  package var state: [Double]
}
