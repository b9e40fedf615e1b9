internal import DescentGraph

/// Tells how far a long run of steps has come: steps, cost, rate, time left.
struct StepProgress {
  private let sink: (any ProgressSink)?
  private let observer: Observer
  private let first: Int
  private let steps: Int
  private let clock = ContinuousClock()
  private let begin: ContinuousClock.Instant
  private let cost: Session.Cost?
  private let isBounded: Bool

  init(_ environment: Environment, _ session: Session, _ observer: Observer, steps: Int) {
    sink = environment.progress
    self.observer = observer
    first = session.descent.step
    self.steps = steps
    begin = clock.now
    cost = session.cost
    isBounded = steps < TakeSteps.most
    sink?.begin()
  }

  func end() { sink?.end() }

  func tell(_ step: Int, _ plan: any Stepper, _ session: Session) {
    guard let sink else { return }
    sink.show {
      let point = Point(step: step, state: plan.state)
      let observation = observer.observe(
        point, fixed: session.environment(at: point, present: session.environmentValues))
      let taken = step - first
      let spent = clock.now - begin
      let left = spent * (Double(steps - taken) / Double(max(1, taken)))
      let name = cost?.name ?? "cost"
      let style = NumberStyle(significantDigits: min(4, session.settings.precision))
      return "step \(step) of \(first + steps)  \(name) \(style.text(of: observation.cost))"
        + "  rate \(style.text(of: observation.rate))"
        + (isBounded ? "  \(Self.text(left)) left" : "")
    }
  }

  private static func text(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    if seconds < 60 { return "\(max(1, seconds)) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
  }
}
