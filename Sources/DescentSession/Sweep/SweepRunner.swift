internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// One compiled descent of a sweep, run again and again from other numbers: in lanes of native code
/// where that can be and is worth its compiling, else one after the other.
final class SweepRunner {
  /// A symbol that is varied.
  struct Input {
    var symbol: Symbol
    /// The numbers of all values, of each so many.
    var numbers: [Double]
    var width: Int
    var count: Int
    /// From one value to the next among the combinations.
    var stride: Int

    func value(in combination: Int) -> ArraySlice<Double> {
      let choice = combination / stride % count
      return numbers[(choice * width)..<((choice + 1) * width)]
    }
  }

  private var session: Session
  private let cost: Session.Cost
  private let inputs: [Input]
  private let stop: NodeID?
  private let run: RuleRun
  private let environment: SymbolValues
  /// The starts of what the rule keeps, where they depend on nothing.
  private let fixedStarts: [Double]?
  private var lanes: LaneSweep??
  /// Where descents were before their last steps, where they are not judged yet.
  private var kept: LaneSweep.Kept?

  init(_ given: Session, _ inputs: [Input], until test: Expression?) throws(Diagnostic) {
    session = given
    cost = try session.requiredCost()
    stop =
      if let test {
        try StepRunner.stopTest(test, session)
      } else { nil }
    run = try session.ruleRun(cost, symbols: .shared)
    let isFixed = session.graph.symbols(in: run.states.map(\.start)).isEmpty
    let values = run.values
    fixedStarts = isFixed ? run.states.flatMap { values[$0.symbol] ?? [] } : nil
    self.inputs = inputs
    environment = session.environmentValues
  }

  // MARK: Running

  /// How long to run one after the other before lanes are compiled.
  private static let patience = Duration.milliseconds(12)
  private static let patienceOfOperation = Duration.microseconds(30)
  /// What a step takes one after the other.
  private static let timeOfStep = 25e-9
  private static let timeOfOperation = 6e-9

  /// Runs combinations from their starts; whether it was not interrupted.
  ///
  /// - Parameter room: how many numbers may be kept for judging descents later.
  func run(
    _ combinations: SweepCombinations, steps: Int, verdicts: SweepResult.Verdicts,
    keeping room: inout Int, into result: inout SweepResult, _ isInterrupted: () -> Bool
  ) throws(Diagnostic) -> Bool {
    let clock = ContinuousClock()
    var done = 0
    if !isWorthLanes(combinations.count, steps: steps) {
      let begin = clock.now
      let plan = try plan()
      let patience = Self.patience + Self.patienceOfOperation * plan.work
      while done < combinations.count {
        if isInterrupted() { return false }
        let isLong = clock.now - begin > patience && combinations.count - done > 3
        if isLong, mayUseLanes, laneSweep(for: combinations.count) != nil { break }
        guard row(combinations[done], steps: steps, plan, into: &result, isInterrupted) else {
          return false
        }
        done += 1
      }
    }
    if done == combinations.count { return true }
    guard let lanes = laneSweep(for: combinations.count) else { return true }
    if verdicts == .shown {
      kept = LaneSweep.Kept(
        combinations, stateCount: lanes.program.layout.stateCount, within: &room)
    }
    let (isWhole, found) = result.withTarget { target in
      lanes.run(
        combinations.dropping(done), steps: steps, verdicts: verdicts, kept: kept, into: target,
        threads: session.threads, isInterrupted: isInterrupted)
    }
    for (combination, verdict) in found.verdicts { result.judge(combination, verdict) }
    for descent in found.resting {
      let curvature = curvature(at: descent.state, values(descent.combination))
      result.judge(descent.combination, StationaryPlace(curvature: curvature).verdict)
    }
    return isWhole
  }

  // MARK: In lanes

  private var mayUseLanes: Bool {
    session.engine != .machine && session.rule.definition.wholeSpace == nil
      && session.batchSize == nil
  }

  /// Whether lanes take less time from the first combination on.
  private func isWorthLanes(_ count: Int, steps: Int) -> Bool {
    guard mayUseLanes else { return false }
    if session.engine == .native { return laneSweep(for: count) != nil }
    if let lanes { return lanes != nil }
    guard count > 3 else { return false }
    if session.programs.hasLanes(for: key(count)) { return laneSweep(for: count) != nil }
    // With a test nobody knows how many steps there will be.
    if stop != nil { return false }
    let computation = computation
    let operations = session.graph.reachable(from: computation.feedback.map(\.next)).count
    let time =
      Double(count) * Double(steps)
      * (Self.timeOfStep + Double(operations) * Self.timeOfOperation)
    let patience = Self.patience + Self.patienceOfOperation * operations
    return time > 2 * (patience / .seconds(1)) && laneSweep(for: count) != nil
  }

  private lazy var domain: NodeID? = session.graph.domainCondition(of: cost.node)

  private lazy var computation = StepComputation(
    session.graph, run: run, clocks: [session.clock, session.ruleClock], domain: domain,
    stop: stop, observed: [cost.node] + cost.gradient)

  private func key(_ count: Int) -> ProgramCache.LaneKey {
    ProgramCache.LaneKey(
      cost: cost.node, gradient: cost.gradient,
      stepped: run.parameters + run.states.map(\.symbol),
      next: run.next + run.states.map(\.next), schedule: run.schedule, stop: stop,
      lanes: LaneLayout.lanes(for: count))
  }

  /// The program for lanes, compiled when it is first asked for; nil where there cannot be one.
  private func laneSweep(for count: Int) -> LaneSweep? {
    if let lanes { return lanes }
    let made = makeLaneSweep(for: count)
    lanes = .some(made)
    return made
  }

  private func makeLaneSweep(for count: Int) -> LaneSweep? {
    var state: [LaneSweep.Input] = []
    for symbol in cost.parameters { state.append(input(symbol)) }
    if let fixedStarts {
      state.append(
        LaneSweep.Input(dimension: nil, numbers: fixedStarts, width: fixedStarts.count))
    } else {
      for kept in run.states {
        if let symbol = session.graph.symbol(of: kept.start) {
          state.append(input(symbol))
        } else if let value = session.graph.constantValue(kept.start) {
          state.append(LaneSweep.Input(dimension: nil, numbers: [value], width: 1))
        } else {
          return nil
        }
      }
    }
    let graph = session.graph
    let made = session.programs.lanes(for: key(count)) {
      let computation = computation
      let fixed = computation.fixed(graph)
      return ProgramCache.Lanes(
        program: LaneProgram(
          graph, clocks: computation.clocks, fixed: fixed,
          sections: computation.sections, feedback: computation.feedback,
          tests: computation.tests, observed: computation.sections.count - 1, combinations: count),
        fixed: fixed, work: graph.reachable(from: computation.feedback.map(\.next)).count)
    }
    guard let program = made.program,
      program.layout.stateCount == state.reduce(0, { $0 + $1.width })
    else { return nil }
    return LaneSweep(
      program: program, state: state, fixed: made.fixed.map(input),
      slopeCount: cost.gradient.reduce(0) { $0 + graph.shape($1).count }, work: made.work)
  }

  /// Where a symbol's numbers come from.
  private func input(_ symbol: Symbol) -> LaneSweep.Input {
    if let input = inputs.first(where: { $0.symbol == symbol }) {
      return LaneSweep.Input(
        dimension: (input.stride, input.count), numbers: input.numbers, width: input.width)
    }
    let numbers = environment[symbol] ?? []
    let count = session.graph.shape(symbol).count
    return LaneSweep.Input(
      dimension: nil, numbers: numbers.count == count ? numbers : Array(repeating: 0, count: count),
      width: count)
  }

  // MARK: One after the other

  private var made: (plan: any Stepper, observer: Observer)?

  private func plan() throws(Diagnostic) -> any Stepper {
    if let made { return made.plan }
    let plan = try session.plan(cost, stop: stop)
    made = (plan, session.observer(cost))
    return plan
  }

  /// What symbols are in a combination.
  private func values(_ combination: Int) -> SymbolValues {
    var values = environment
    for input in inputs { values[input.symbol] = Array(input.value(in: combination)) }
    return values
  }

  /// The descent of a combination, from its first step; whether it was not interrupted.
  private func row(
    _ combination: Int, steps: Int, _ plan: any Stepper, into result: inout SweepResult,
    _ isInterrupted: () -> Bool
  ) -> Bool {
    guard let observer = made?.observer else { return false }
    var values = values(combination)
    values[session.clock] = [0]
    values[session.ruleClock] = [0]
    let starts =
      fixedStarts
      ?? session.graph.evaluate(run.states.map(\.start), at: values, rows: session.rowData)
      .flatMap { $0 }
    let begin = Point(
      step: 0, state: cost.parameters.flatMap { values[$0] ?? [] } + starts)
    plan.load(begin, fixed: values)
    var point = begin
    var outcome = StepOutcome.finished
    observer.load(fixed: values)
    let first = summary(begin, observer)
    var tail = [first]
    func advance(_ count: Int) {
      guard count > 0, outcome == .finished else { return }
      let (taken, ended) = plan.step(count, isInterrupted: isInterrupted)
      outcome = ended
      point = Point(step: point.step + taken, state: plan.state)
    }
    // The last steps one by one, or passes where each step sees a part of the rows: the verdict goes
    // by them.
    let length = session.batches == nil ? 1 : session.stepsOfEpoch
    let last = max(0, steps - RunSummary.pointCount * length)
    var pace = StepPace(work: plan.work)
    while point.step < last, outcome == .finished {
      if isInterrupted() { return false }
      let slice = min(last - point.step, pace.slice)
      pace.measuring { advance(slice) }
    }
    if point.step > 0 { tail = [summary(point, observer)] }
    while outcome == .finished, point.step < steps {
      if isInterrupted() { return false }
      let before = point.step
      advance(min(length, steps - point.step))
      if point.step > before { tail.append(summary(point, observer)) }
    }
    let end = tail[tail.count - 1]
    var verdict =
      outcome == .notFinite || !end.cost.isFinite ? SweepResult.notFinite : nil
    if verdict == nil, outcome == .stopped { verdict = SweepResult.reached }
    if verdict == nil {
      let summary = RunSummary(
        first: first, points: tail.suffix(RunSummary.pointCount),
        curvature: end.gradientNorm == 0 ? curvature(at: point.state, values) : nil,
        interval: session.batches == nil ? .step : .pass)
      verdict = summary.verdict
    }
    result.costs[combination] = end.cost
    result.steps[combination] = point.step
    result.judge(combination, verdict ?? SweepResult.noStep)
    return true
  }

  private func curvature(
    at state: [Double], _ values: SymbolValues
  ) -> ClosedRange<Double>? {
    var there = session
    there.values = values
    there.move(to: state, cost)
    return there.curvature(of: cost)
  }

  private func summary(_ point: Point, _ observer: Observer) -> RunSummary.Point {
    let observation = observer.observe(point)
    let slopes = observation.gradient.flatMap { $0 }
    return RunSummary.Point(
      step: point.step, cost: observation.cost, parameters: Array(point.state.prefix(slopes.count)),
      gradient: slopes)
  }
}

extension SweepResult {
  /// Gives its rows to threads to write.
  fileprivate mutating func withTarget<Result>(
    _ body: (LaneSweep.Target) -> Result
  ) -> Result {
    costs.withUnsafeMutableBufferPointer { costs in
      steps.withUnsafeMutableBufferPointer { steps in
        verdicts.withUnsafeMutableBufferPointer { verdicts in
          // unsafe: there is a combination at least.
          body(
            LaneSweep.Target(
              costs: costs.baseAddress.unsafelyUnwrapped,
              steps: steps.baseAddress.unsafelyUnwrapped,
              verdicts: verdicts.baseAddress.unsafelyUnwrapped))
        }
      }
    }
  }
}
