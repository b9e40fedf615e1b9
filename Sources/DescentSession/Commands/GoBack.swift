internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `back`, `back 3`.
package struct GoBack: Command {
  package static let word = "back"
  package static let help = CommandHelp(
    .move, ["back [N]"], "Takes back the last N steps, 1 unless given, exactly.",
    ["cost w^2", "w = 5", "step 3", "back 2", "w"])

  private let count: Expression?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> GoBack {
    GoBack(count: parser.isAtEndOfCommand ? nil : try parser.expression())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    let most = session.descent.step - session.descent.first
    let count = try self.count.map { expression throws(Diagnostic) in
      try session.wholeNumber(expression, "a number of steps", in: 0...1_000_000_000_000_000)
    }
    guard session.checksOnly || count ?? 1 <= most else {
      throw Diagnostic(
        "back.tooFar",
        most == 0
          ? session.descent.first == 0
            ? "no step was taken yet"
            : "the steps before step \(session.descent.first) are not known: the session was restored there"
          : "only \(most == 1 ? "1 step was" : "\(most) steps were") taken",
        at: place, help: most == 0 ? [] : ["to go back to the start, write: reset"])
    }
    if session.checksOnly { return .proceed }
    let target = session.descent.step - (count ?? 1)
    guard let point = session.descent.point(target, fixed: session.environmentValues) else {
      return .proceed
    }
    if !session.descent.isKept(by: session.ruleSettings, after: target) {
      session.forgetRuleState()
    } else if !session.descent.isPlateauKept(by: session.rateSettings, after: target) {
      session.forgetPlateau()
    }
    session.descent.truncate(to: target)
    session.move(to: point.state, cost)
    session.reportPlace(environment)
    return .proceed
  }
}

extension Session {
  /// Says where the descent stands.
  func reportPlace(_ environment: Environment) {
    guard let cost else { return }
    let observer = observer(cost, watched: reportedColumns.map(\.node))
    let point = Point(step: descent.step, state: state(of: cost))
    let row = StepReport.Row(
      point: point, observation: observer.observe(point, fixed: environmentValues))
    let report = StepReport(session: self, cost: cost, observer: observer)
    environment.emit(.table(report.table([row], width: environment.width), style))
  }
}
