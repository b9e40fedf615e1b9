internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `table`, `table every 10`, `table to "steps.csv"`.
package struct ShowTable: Command {
  package static let word = "table"
  package static let help = CommandHelp(
    .look, ["table [every K]", "table [every K] to \"FILE\""],
    "The steps of this descent so far: all of them up to 20, else evenly thinned, or every K-th. To a file: all of them unless thinned by 'every', each number in full, as CSV, or as JSON if the name ends in .json; a file that is there is written over.",
    ["cost w^2", "w = 5", "step 3", "table", "table every 2 to \"steps.csv\""])

  package var changesSession: Bool { false }

  private let every: Expression?
  private let file: StringTemplate?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> ShowTable {
    let every = parser.accept(word: "every") == nil ? nil : try parser.expression()
    let file = parser.accept(word: "to") == nil ? nil : try parser.string()
    return ShowTable(every: every, file: file)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    var every = try self.every.map { expression throws(Diagnostic) in
      try session.wholeNumber(expression, "the number after 'every'", in: 1...1_000_000_000_000)
    }
    if file != nil, every == nil { every = 1 }
    let observer = session.observer(cost, watched: session.reportedColumns.map(\.node))
    let first = session.descent.first
    if session.descent.step == first { try session.prepareDescent(cost) }
    let report = StepReport(session: session, cost: cost, observer: observer)
    let rows = report.rows(
      from: first, to: session.descent.step, every.map { .every($0) } ?? .thinned,
      file == nil ? .asShown : .whole)
    guard let file else {
      environment.emit(.table(report.table(rows, width: environment.width), session.style))
      return .proceed
    }
    try session.write(
      report.table(rows, width: nil), to: file, environment, in: place.source)
    return .proceed
  }
}

extension Session {
  /// Makes the present point a step of the descent, if no step was taken yet.
  mutating func prepareDescent(_ cost: Cost) throws(Diagnostic) {
    guard let plan = try? plan(cost) else { return }
    descent.begin(
      plan, ruleSetting: ruleSettings, rateSetting: rateSettings, inputs: stepInputs,
      at: state(of: cost))
  }
}
