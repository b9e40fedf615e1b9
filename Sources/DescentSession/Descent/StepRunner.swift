internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// Takes steps and reports them: the step table, a closing line, and what went wrong if it did.
struct StepRunner {
  /// How far to go.
  enum Goal {
    case count(Int)
    case until(Expression, most: Int)
  }

  /// Which steps become rows of the table.
  enum Shown {
    /// All up to some 20, else evenly thinned.
    case thinned
    case every(Int)
    /// The ends of passes over the rows of data, each of so many steps, thinned likewise.
    case passes(Int)

    func steps(from first: Int, to last: Int) -> [Int] {
      switch self {
      case .thinned: return RowSelection(from: first, to: last).steps
      case .every(let interval):
        return RowSelection(from: first, to: last, every: interval).steps
      case .passes(let length):
        let passes = (last - first + length - 1) / length
        return RowSelection(from: 0, to: passes).steps.map { min(last, first + $0 * length) }
      }
    }
  }

  private let environment: Environment

  init(_ environment: Environment) { self.environment = environment }

  /// Steps the session; throws with the session at the last finite point.
  func run(
    _ session: inout Session, _ goal: Goal, _ shown: Shown
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    let stop = try stopTest(goal, session)
    let base = try session.plan(cost)
    let plan =
      try stop.map { stop throws(Diagnostic) in
        try session.plan(cost, stop: stop)
      } ?? base
    let first = session.descent.step
    let begin = Point(step: first, state: session.state(of: cost))
    // A quiet run shows nothing of the slopes.
    let observer =
      environment.isQuiet
      ? session.observer(cost.withoutSlopes)
      : session.observer(cost, watched: session.reportedColumns.map(\.node))
    let fixed = session.environmentValues
    guard observer.observe(begin, fixed: fixed).cost.isFinite else {
      throw FailureFinder(session: session, cost: cost).costFailure(
        at: begin, what: "no step is taken, as the cost is not finite here", stays: nil)
    }

    let most: Int =
      switch goal {
      case .count(let count): count
      case .until(_, let most): most
      }
    session.descent.begin(
      base, ruleSetting: session.ruleSettings, rateSetting: session.rateSettings,
      inputs: session.stepInputs, at: begin.state)
    plan.load(begin, fixed: fixed)
    var met: [Int: Point] = [:]
    if session.data != nil, case .count = goal {
      // Steps over many rows are not taken twice for the table.
      for step in shown.steps(from: first, to: first + most).prefix(Self.mostMet) {
        met[step] = begin
      }
    }
    let outcome = take(most, plan, &session, observer, &met)
    session.plans.noteRun(plan)
    met = met.filter { $0.key == $0.value.step }
    // Both ends are there: the last would take the steps from a kept point again.
    for point in [begin, Point(step: session.descent.step, state: plan.state)] {
      met[point.step] = point
    }
    // Before the rows of the table are found again by the same steps.
    let remarks = plan.remarks
    session.move(to: plan.state, cost)

    var failure: Diagnostic?
    if outcome == .failed {
      failure = try overflow(after: first, &session, cost, observer, fixed)
      if failure == nil {
        let point = Point(step: session.descent.step, state: session.state(of: cost))
        failure = FailureFinder(session: session, cost: cost).stepFailure(from: point)
      }
    }
    let report = StepReport(session: session, cost: cost, observer: observer)
    var rows = report.rows(
      from: first, to: session.descent.step, shown, met: met,
      isInterrupted: environment.isInterrupted)
    if failure == nil, rows.contains(where: { !$0.observation.cost.isFinite }) {
      failure = try overflow(after: first, &session, cost, observer, fixed)
      rows = StepReport(session: session, cost: cost, observer: observer).rows(
        from: first, to: session.descent.step, shown, isInterrupted: environment.isInterrupted)
    }
    if !environment.isQuiet {
      environment.emit(.table(report.table(rows, width: environment.width), session.style))
    }
    if let failure { throw failure }
    let isOver: Ending = outcome == .interrupted ? .interrupted : .proceed
    if environment.isQuiet { return isOver }
    let lines = closingLines(goal, outcome, report, from: first, session)
    for line in lines + remarks { environment.emit(.line(line)) }
    return isOver
  }

  // MARK: Stepping

  private enum Outcome { case finished, stopped, failed, exhausted, interrupted }

  /// The points of shown steps that are kept on the way at most.
  private static let mostMet = 64

  /// - Parameter met: takes the points of the steps that it has keys for.
  private func take(
    _ most: Int, _ plan: any Stepper, _ session: inout Session, _ observer: Observer,
    _ met: inout [Int: Point]
  ) -> Outcome {
    let begin = session.descent.step
    let stops = met.keys.sorted()
    var nextStop = stops.firstIndex { $0 > begin } ?? stops.count
    var pace = StepPace(work: plan.work)
    let progress = StepProgress(environment, session, observer, steps: most)
    defer { progress.end() }
    var remaining = most
    while remaining > 0 {
      if environment.isInterrupted() { return .interrupted }
      let step = session.descent.step
      while nextStop < stops.count, stops[nextStop] <= step { nextStop += 1 }
      let toStop = nextStop < stops.count ? stops[nextStop] - step : remaining
      let count = min(remaining, pace.slice, session.descent.stepsToNextPoint, toStop)
      let (taken, outcome) = pace.measuring {
        plan.step(count, isInterrupted: environment.isInterrupted)
      }
      if taken > 0 {
        session.descent.advance(by: taken, to: plan.state)
        if met[session.descent.step] != nil {
          met[session.descent.step] = Point(step: session.descent.step, state: plan.state)
        }
      }
      remaining -= taken
      switch outcome {
      case .finished: progress.tell(session.descent.step, plan, session)
      case .stopped: return .stopped
      case .notFinite: return .failed
      case .exhausted: return .exhausted
      }
    }
    return .finished
  }

  /// Whether the cost left the finite numbers on the way; then the session goes back to the last
  /// point where it was finite.
  private func overflow(
    after first: Int, _ session: inout Session, _ cost: Session.Cost, _ observer: Observer,
    _ fixed: SymbolValues
  ) throws(Diagnostic) -> Diagnostic? {
    let last = session.descent.step
    var good = first
    func lookAhead(_ steps: StrideThrough<Int>) {
      session.descent.visit(steps, fixed: fixed) { point in
        guard observer.observe(point, fixed: fixed).cost.isFinite else { return false }
        good = point.step
        return true
      }
    }
    // In long strides first, then step by step.
    lookAhead(stride(from: first, through: last, by: max(1, (last - first) / 512)))
    lookAhead(stride(from: good + 1, through: last, by: 1))
    if good == last { return nil }
    guard good < last, let bad = session.descent.point(good + 1, fixed: fixed),
      let stays = session.descent.point(good, fixed: fixed)
    else { return nil }
    let what =
      "step \(good + 2) cannot be taken: step \(good + 1) leads to where the cost is not finite"
    let diagnostic = FailureFinder(session: session, cost: cost).costFailure(
      at: bad, what: what, stays: stays)
    session.descent.truncate(to: good)
    session.move(to: stays.state, cost)
    return diagnostic
  }

  private func stopTest(_ goal: Goal, _ session: Session) throws(Diagnostic) -> NodeID? {
    guard case .until(let expression, _) = goal else { return nil }
    return try Self.stopTest(expression, session)
  }

  /// A test as an expression of the point.
  static func stopTest(
    _ expression: Expression, _ session: Session
  ) throws(Diagnostic) -> NodeID {
    var elaborator = session.elaborator()
    let node = try elaborator.elaborate(expression)
    guard session.graph.shape(node).isOneNumber else {
      throw Diagnostic(
        "shape.expected", "a test is one number, and this is \(session.graph.shape(node))",
        at: Diagnostic.Label(expression.source, expression.range),
        help: ["for all elements at once: max(abs(…)) < 1e-6, or norm(…) < 1e-6"])
    }
    return node
  }

  // MARK: The closing line

  private func closingLines(
    _ goal: Goal, _ outcome: Outcome, _ report: StepReport, from first: Int, _ session: Session
  ) -> [String] {
    var lines: [String] = []
    let taken = session.descent.step - first
    switch (goal, outcome) {
    case (_, .interrupted):
      lines.append("stopped after \(counted(taken)); the last completed step stands")
    case (.until(let test, _), .stopped):
      let text = test.source.text(in: test.range)
      lines.append(
        taken == 0
          ? "no step was needed: \(text) holds here" : "\(text) after \(counted(taken))")
    case (.until(let test, _), .finished):
      let text = test.source.text(in: test.range)
      lines.append("\(text) does not hold after \(counted(taken)), the most that were allowed")
    default: break
    }
    if outcome == .exhausted { lines.append(report.exhaustion(after: taken)) }
    if let line = report.closingLine(from: first) { lines.append(line) }
    lines += report.notes(from: first)
    return lines
  }

  private func counted(_ steps: Int) -> String { steps == 1 ? "1 step" : "\(steps) steps" }
}

extension Session {
  func requiredCost() throws(Diagnostic) -> Cost {
    guard let cost else {
      throw Diagnostic("cost.none", "there is no cost to descend", help: ["write: cost w^2"])
    }
    return cost
  }

  /// The steps for the present cost, rule and rate; with a stop test, a program of its own.
  mutating func plan(_ cost: Cost, stop: NodeID? = nil) throws(Diagnostic) -> any Stepper {
    let run = try ruleRun(cost)
    if let method = rule.definition.wholeSpace {
      let (space, rate, arguments) = (Space(self, cost), steppedRate, rule.arguments)
      let plan = try plans.plan(for: run) { () throws(Diagnostic) in
        WholeSpacePlan(
          space, rate: rate, from: run.first,
          method: try method.init(space, arguments: arguments))
      }
      return stop.map { plan.stopping(at: $0) } ?? plan
    }
    let session = self
    func make() throws(Diagnostic) -> StepPlan {
      let watched = try session.onRowsOfStep([cost.node], of: cost)[0]
      return StepPlan(
        session.graph, run: run, clock: session.clock, ruleClock: session.ruleClock,
        domain: session.graph.domainCondition(of: watched, whole: cost.node), stop: stop,
        rows: session.rowData,
        engine: session.engine)
    }
    return stop == nil ? try plans.plan(for: run, making: make) : try make()
  }

  /// The numbers that step, one after the other: the parameters', then what the rule keeps.
  func state(of cost: Cost) -> [Double] {
    cost.parameters.flatMap { values[$0] ?? [] }
      + (ruleState?.states ?? []).flatMap { ruleState?.values[$0.symbol] ?? [] }
  }

  mutating func move(to state: [Double], _ cost: Cost) {
    var first = 0
    func next(_ symbol: Symbol) -> [Double] {
      let count = graph.shape(symbol).count
      defer { first += count }
      return Array(state[first..<(first + count)])
    }
    for symbol in cost.parameters { values[symbol] = next(symbol) }
    for kept in ruleState?.states ?? [] where first < state.count {
      let numbers = next(kept.symbol)
      ruleState?.values[kept.symbol] = numbers
    }
  }
}
