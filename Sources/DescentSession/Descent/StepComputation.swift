internal import DescentEngine
internal import DescentGraph

/// What a program of steps computes.
struct StepComputation {
  /// What is fed back, with its next values: the parameters, then what the rule keeps.
  let feedback: [Compiler.Feedback]
  /// The tests that are made before a step.
  let sections: [[NodeID]]
  let tests: Machine.StepTests
  /// The inputs that count steps.
  let clocks: [Symbol]
  /// - Parameters:
  ///   - domain: not zero where every function of the cost is inside its domain, if one could be
  ///     outside.
  ///   - stop: not zero where no step is to be taken.
  ///   - observed: what else is computed, in a last section, if there is any.
  init(
    _ graph: Graph, run: RuleRun, clocks: [Symbol], domain: NodeID?, stop: NodeID?,
    observed: [NodeID] = []
  ) {
    let feedback =
      zip(run.parameters, run.next).map { Compiler.Feedback($0, next: $1) }
      + run.states.map { Compiler.Feedback($0.symbol, next: $0.next) }
    var sections: [[NodeID]] = []
    var tests = Machine.StepTests()
    if let stop {
      tests.stop = sections.count
      sections.append([stop])
    }
    let conditions =
      [domain] + [run.schedule.map { graph.stepCondition(rate: $0) }]
    if let condition = graph.conjunction(of: conditions.compactMap(\.self)) {
      tests.domain = sections.count
      sections.append([condition])
    }
    if !observed.isEmpty { sections.append(observed) }
    tests.clocks = clocks.indices.map { feedback.count + $0 }
    self.feedback = feedback
    self.sections = sections
    self.tests = tests
    self.clocks = clocks
  }

  /// The values that do not change while stepping: parameters that the cost does not depend on.
  func fixed(_ graph: Graph) -> [Symbol] {
    let known = Set(feedback.map(\.symbol) + clocks)
    let roots = feedback.map(\.next) + sections.flatMap { $0 }
    return graph.symbols(in: roots.map { graph.refined($0) }).filter {
      !known.contains($0) && !graph.shape($0).isPerRow
    }
  }

  /// The program, with these as its fixed inputs.
  func program(_ graph: Graph) -> Program {
    Compiler.compile(graph, inputs: clocks, fixed: nil, sections: sections, feedback: feedback)
  }
}

extension Graph {
  /// Not zero where a step may be taken with this rate.
  fileprivate func stepCondition(rate: NodeID) -> NodeID {
    let rate = Expr(self, rate)
    return rate.applying(GreaterOrEqual.self, rate.constant(0)).applying(
      And.self, rate.applying(Less.self, rate.constant(.infinity))
    ).node
  }

  /// Not zero where all of these are not; nil where there is none.
  fileprivate func conjunction(of conditions: [NodeID]) -> NodeID? {
    conditions.dropFirst().reduce(conditions.first.map { Expr(self, $0) }) {
      $0?.applying(And.self, Expr(self, $1))
    }?.node
  }
}
