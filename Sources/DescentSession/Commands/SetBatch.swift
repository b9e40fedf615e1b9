package import DescentSource
package import DescentSyntax

/// `batch 32`, `batch 1`, `batch all`; alone, it looks.
package struct SetBatch: Command {
  package static let word = "batch"
  package static let help = CommandHelp(
    .define, ["batch N", "batch all", "batch"],
    "How many rows each step looks at: one (stochastic), some (mini-batch) or all. A pass takes each row once, in an order of its own unless 'set shuffle off'; its last batch is short where they do not come out even. The cost, the table and 'grad' stay those of all training rows: only the slopes of the update rule are the batch's.",
    [
      "data x = [1, 2, 3, 4], y = [2, 4, 6, 8]", "cost (w*x - y)^2", "rate 0.01", "batch 2",
      "epoch",
    ])

  private enum Form {
    case look
    case all
    case some(Expression)
  }

  private let form: Form

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetBatch {
    if parser.isAtEndOfCommand { return SetBatch(form: .look) }
    if parser.accept(word: "all") != nil { return SetBatch(form: .all) }
    return SetBatch(form: .some(try parser.expression()))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let data = try session.requiredData(at: place)
    switch form {
    case .look:
      environment.emit(.equations([Equation("batch", session.batchText)]))
      return .proceed
    case .all:
      session.batchSize = nil
    case .some(let size):
      let label = Diagnostic.Label(size.source, size.range)
      let count = try session.wholeNumber(size, "a batch's number of rows", in: 1...Int(Int32.max))
      guard count <= data.trainingCount else {
        throw Diagnostic(
          "batch.tooLarge",
          "a batch of \(count) rows is more than the \(data.trainingCount) there are to learn from",
          at: label, help: ["for all of them, write: batch all"])
      }
      session.batchSize = count
    }
    session.forgetPlans()
    let steps = session.stepsOfEpoch
    environment.emit(
      .line("a pass over the rows takes \(steps == 1 ? "1 step" : "\(steps) steps")"))
    return .proceed
  }
}

extension Session {
  var batchText: String {
    guard let batches else { return "all" }
    let order = settings.isShuffled ? "shuffled in each pass" : "in the order of the data"
    return "\(batches.size) of \(batches.rowCount) rows, \(order)"
  }
}
