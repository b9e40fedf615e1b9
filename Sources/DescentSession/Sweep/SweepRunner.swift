internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// One compiled descent of a sweep, run again and again from other numbers.
final class SweepRunner {
  let session: Session
  private let cost: Session.Cost
  private let plan: any Stepper
  private let observer: Observer
  private let states: [RuleState]
  /// The starts of what the rule keeps, where they depend on nothing.
  private let fixedStarts: [Double]?

  init(_ given: Session, until test: Expression?) throws(Diagnostic) {
    var session = given
    let cost = try session.requiredCost()
    let stop: NodeID? =
      if let test {
        try StepRunner.stopTest(test, session)
      } else { nil }
    plan = try session.plan(cost, stop: stop)
    let run = try session.ruleRun(cost)
    states = run.states
    let isFixed = session.graph.symbols(in: run.states.map(\.start)).isEmpty
    fixedStarts = isFixed ? run.states.flatMap { run.values[$0.symbol] ?? [] } : nil
    observer = session.observer(cost)
    self.cost = cost
    self.session = session
  }

  /// The descent with these values, from its first step.
  func row(_ values: [Symbol: [Double]], choices: [Int], steps: Int) -> SweepResult.Row {
    var values = values
    values[session.clock] = [0]
    values[session.ruleClock] = [0]
    let starts =
      fixedStarts
      ?? session.graph.evaluate(states.map(\.start), at: values, rows: session.rowData)
      .flatMap { $0 }
    let begin = Point(
      step: 0, state: cost.parameters.flatMap { values[$0] ?? [] } + starts)
    plan.load(begin, fixed: values)
    var point = begin
    var outcome = StepOutcome.finished
    observer.load(fixed: values)
    let first = summary(begin)
    var tail = [first]
    func advance(_ count: Int) {
      guard count > 0, outcome == .finished else { return }
      let (taken, ended) = plan.step(count)
      outcome = ended
      point = Point(step: point.step + taken, state: plan.state)
    }
    // The last steps one by one, or passes where each step sees a part of the rows: the verdict goes
    // by them.
    let length = session.batches == nil ? 1 : session.stepsOfEpoch
    advance(max(0, steps - RunSummary.pointCount * length))
    if point.step > 0 { tail = [summary(point)] }
    while outcome == .finished, point.step < steps {
      let before = point.step
      advance(min(length, steps - point.step))
      if point.step > before { tail.append(summary(point)) }
    }
    let last = tail[tail.count - 1]
    var verdict = outcome == .notFinite || !last.cost.isFinite ? "not finite" : nil
    if verdict == nil, outcome == .stopped { verdict = "reached" }
    let isAtRest = last.gradientNorm == 0 && verdict == nil
    let summary = RunSummary(
      first: first, points: tail.suffix(RunSummary.pointCount),
      curvature: isAtRest ? curvature(at: point, values) : nil,
      interval: session.batches == nil ? .step : .pass)
    return SweepResult.Row(
      choices: choices, cost: last.cost, steps: point.step,
      verdict: verdict ?? summary.verdict ?? "no step")
  }

  private func curvature(
    at point: Point, _ values: [Symbol: [Double]]
  ) -> ClosedRange<Double>? {
    var there = session
    there.values = values
    there.move(to: point.state, cost)
    return there.curvature(of: cost)
  }

  private func summary(_ point: Point) -> RunSummary.Point {
    let observation = observer.observe(point)
    let slopes = observation.gradient.flatMap { $0 }
    return RunSummary.Point(
      step: point.step, cost: observation.cost, parameters: Array(point.state.prefix(slopes.count)),
      gradient: slopes)
  }
}
