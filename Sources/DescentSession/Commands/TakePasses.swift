package import DescentSource
package import DescentSyntax

/// `epoch`, `epoch 10`, `epoch 40 every 8`.
package struct TakePasses: Command {
  package static let word = "epoch"
  package static let help = CommandHelp(
    .move, ["epoch [N] [every K]"],
    "Takes as many steps as N passes over the rows take (1 unless given), and prints the step table, of several passes a row for each, or for each K of them. Ctrl-C stops at the last completed step.",
    [
      "data rows = 100, x = uniform(-1, 1), y = 3*x + 1", "cost (w*x + b - y)^2", "batch 10",
      "epoch", "epoch 5", "epoch 20 every 5",
    ])
  package static let keepsWhatWasDone = true

  private let count: Expression?
  private let every: Expression?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> TakePasses {
    var count: Expression?
    if !parser.isAtEndOfCommand, !parser.isWord("every") { count = try parser.expression() }
    let every = parser.accept(word: "every") != nil ? try parser.expression() : nil
    return TakePasses(count: count, every: every)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    _ = try session.requiredData(at: place)
    let passes = try count.map { count throws(Diagnostic) in
      try session.wholeNumber(count, "a number of passes", in: 0...1_000_000_000)
    }
    let every = try self.every.map { every throws(Diagnostic) in
      try session.wholeNumber(every, "the number after 'every'", in: 1...1_000_000_000)
    }
    let length = session.stepsOfEpoch
    let (steps, isTooMany) = (passes ?? 1).multipliedReportingOverflow(by: length)
    guard !isTooMany, steps <= TakeSteps.most else {
      throw Diagnostic(
        "number.range", "these are more than \(TakeSteps.most) steps", at: place)
    }
    let shown: StepRunner.Shown =
      every.map { .every($0 * length) } ?? ((passes ?? 1) > 1 ? .passes(length) : .thinned)
    return try TakeSteps.take(.count(steps), shown, &session, environment)
  }
}
