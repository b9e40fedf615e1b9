internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `table`, `table every 10`.
package struct ShowTable: Command {
  package static let word = "table"
  package static let help = CommandHelp(
    .look, ["table [every K]"],
    "The steps of this descent so far: all of them up to 20, else evenly thinned, or every K-th.",
    ["cost w^2", "w = 5", "step 3", "table"])

  private let every: Expression?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> ShowTable {
    guard parser.accept(word: "every") != nil else {
      if parser.isWord("to") {
        throw Diagnostic(
          "not.yet", "writing tables to files is not in this version yet",
          at: Diagnostic.Label(parser.source, parser.position),
          help: ["descent --format csv FILE prints them so"])
      }
      return ShowTable(every: nil)
    }
    return ShowTable(every: try parser.expression())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    let every = try self.every.map { expression throws(Diagnostic) in
      try session.wholeNumber(expression, "the number after 'every'", in: 1...1_000_000_000_000)
    }
    let observer = Observer(
      session.graph, cost: cost, rate: session.rateNode, clock: session.clock)
    if session.descent.step == 0 { try session.prepareDescent(cost) }
    let report = StepReport(session: session, cost: cost, observer: observer)
    let rows = report.rows(from: 0, to: session.descent.step, every: every)
    environment.emit(.table(report.table(rows, width: environment.width), session.style))
    return .proceed
  }
}

extension Session {
  /// Makes the present point a step of the descent, if no step was taken yet.
  mutating func prepareDescent(_ cost: Cost) throws(Diagnostic) {
    guard let plan = try? plan(cost) else { return }
    descent.begin(
      plan, ruleSetting: ruleSettings, rateSetting: rateSettings, at: state(of: cost))
  }
}
