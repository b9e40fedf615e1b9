internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource

/// A rule at work on a cost: the expressions of one step, and what it keeps.
struct RuleRun {
  /// The step in which it began: there `t` is 0 in its body.
  var first: Int
  var parameters: [Symbol]
  var next: [NodeID]
  var states: [RuleState]
  /// What is kept, as it is now.
  var values: [Symbol: [Double]]
  /// What `next` was made from.
  var rate: NodeID
  var cost: NodeID
}

extension Session {
  /// The rule begins anew with the next step.
  mutating func forgetRuleState() { ruleState = nil }

  /// The rule's step for the present cost and rate; its state goes on where it stands.
  mutating func ruleRun(_ cost: Cost) throws(Diagnostic) -> RuleRun {
    if let run = ruleState, run.cost == cost.node, run.rate == rateNode { return run }
    let step = try ruleStep(cost)
    var run = RuleRun(
      first: descent.step, parameters: cost.parameters, next: step.next, states: step.states,
      values: [:], rate: rateNode, cost: cost.node)
    if let old = ruleState, old.cost == cost.node, old.states.count == run.states.count {
      // Only the rate has changed: what was kept goes on.
      run.first = old.first
      for (before, after) in zip(old.states, run.states) {
        run.values[after.symbol] = old.values[before.symbol]
      }
    } else {
      var environment = environmentValues
      environment[ruleClock] = [0]
      let starts = graph.evaluate(step.states.map(\.start), at: environment)
      for (state, start) in zip(step.states, starts) { run.values[state.symbol] = start }
    }
    ruleState = run
    return run
  }

  private func ruleStep(_ cost: Cost) throws(Diagnostic) -> RuleStep {
    if let method = rule.definition.wholeSpace {
      return try method.ruleStep(Space(self, cost), arguments: rule.arguments)
    }
    let reader = RuleReader(
      graph: graph, rule: rule, rate: rateNode, cost: cost.node,
      gradient: scope.readable["grad"] ?? graph.constant(0), clock: ruleClock,
      randomness: randomness(at: graph.symbol(clock)))
    return try reader.step(cost.parameters, slopes: cost.gradient)
  }
}
