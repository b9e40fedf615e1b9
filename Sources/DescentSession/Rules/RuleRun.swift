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
  /// What is kept: by the rule, then by the plateau.
  var states: [RuleState]
  /// How many of them the rule keeps.
  var ruleStateCount: Int
  /// What is kept, as it is now.
  var values: SymbolValues
  /// What `next` was made from.
  var rate: NodeID
  var cost: NodeID
  var clip: GradientClip?
  /// Whether its slopes are those of a batch of rows.
  var isOnBatch: Bool
  var rateSetting: Int
  /// The rate as it was given, where it changes: no step is taken with one that is negative.
  var schedule: NodeID?
  /// Where the parts of `next` were written in the rule.
  var places: RulePlaces?
}

extension Session {
  /// Whether steps look at a part of the rows.
  private var isOnBatch: Bool { batchSize != nil && data != nil }

  /// The rule begins anew with the next step.
  mutating func forgetRuleState() { ruleState = nil }

  /// What a rule keeps its state in.
  enum RuleSymbols {
    /// Symbols of its own: the record of a descent tells one setting of a rule from the next by
    /// them.
    case fresh
    /// Those of the last descents of the same kind: programs that were compiled for these serve
    /// again. For descents that are not recorded.
    case shared
  }

  /// The rule's step for the present cost and rate; its state goes on where it stands.
  mutating func ruleRun(
    _ cost: Cost, symbols: RuleSymbols = .fresh
  ) throws(Diagnostic) -> RuleRun {
    if let run = ruleState, run.cost == cost.node, run.rate == steppedRate,
      run.clip == settings.clip, run.isOnBatch == isOnBatch,
      settings.plateau == nil || run.rateSetting == rateSettings
    {
      return run
    }
    let step = try ruleStep(cost, symbols)
    let plateau = settings.plateau.map { plateauStates($0, cost: cost.node) } ?? []
    var run = RuleRun(
      first: descent.step, parameters: cost.parameters, next: step.next,
      states: step.states + plateau, ruleStateCount: step.states.count, values: [:],
      rate: steppedRate, cost: cost.node, clip: settings.clip, isOnBatch: isOnBatch,
      rateSetting: rateSettings,
      schedule: rate.flatMap { $0.constant == nil ? $0.node : nil },
      places: step.places)
    if let old = ruleState, old.cost == cost.node, old.ruleStateCount == run.ruleStateCount {
      // The rule is the same: what it kept goes on.
      run.first = old.first
      for (before, after) in zip(old.states, step.states) {
        run.values[after.symbol] = old.values[before.symbol]
      }
      for state in plateau { run.values[state.symbol] = old.values[state.symbol] }
    }
    let fresh = run.states.filter { run.values[$0.symbol] == nil }
    if !fresh.isEmpty {
      var environment = environmentValues
      environment[ruleClock] = [0]
      let starts = graph.evaluate(fresh.map(\.start), at: environment, rows: rowData)
      for (state, start) in zip(fresh, starts) { run.values[state.symbol] = start }
    }
    ruleState = run
    return run
  }

  private func ruleStep(
    _ cost: Cost, _ symbols: RuleSymbols
  ) throws(Diagnostic) -> RuleStep {
    if let method = rule.definition.wholeSpace {
      if settings.clip != nil || settings.plateau != nil {
        let option = settings.clip != nil ? "clip" : "plateau"
        throw Diagnostic(
          "rule.option", "the rule '\(rule.name)' chooses its own steps and takes no \(option)",
          help: ["write: set \(option) off", "or take a rule such as gd or adam"])
      }
      if isOnBatch {
        throw Diagnostic(
          "rule.option",
          "the rule '\(rule.name)' looks at the whole cost and takes no batch of the rows",
          help: ["write: batch all", "or take a rule such as gd or adam"])
      }
      return try method.ruleStep(Space(self, cost), arguments: rule.arguments)
    }
    let own = try onRowsOfStep(cost.gradient, of: cost)
    let slopes = settings.clip.map { clipped(own, by: $0) } ?? own
    let reader = RuleReader(
      graph: graph, rule: rule, rate: steppedRate, cost: cost.node, gradient: joined(slopes),
      clock: ruleClock, randomness: randomness(at: graph.symbol(clock)))
    if symbols == .fresh { return try reader.step(cost.parameters, slopes: slopes) }
    return try programs.ruleStep(for: reader.key(cost.parameters, slopes: slopes)) {
      () throws(Diagnostic) in try reader.step(cost.parameters, slopes: slopes)
    }
  }
}
