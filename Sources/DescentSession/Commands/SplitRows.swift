package import DescentSource
package import DescentSyntax

/// `split 0.8`, `split off`; alone, it looks.
package struct SplitRows: Command {
  package static let word = "split"
  package static let help = CommandHelp(
    .define, ["split PART", "split off", "split"],
    "Which part of the rows is learned from; the others are kept to validate with, and the step table gets a column with the cost on them. The seed decides which, at random. It is done again when data change; a new descent begins.",
    [
      "data rows = 100, x = uniform(-1, 1), y = x^2 + normal(0, 0.1)", "cost (a*x^2 + b - y)^2",
      "split 0.8", "step 3", "cost on validation",
    ])

  private enum Form {
    case look
    case off
    case part(Expression)
  }

  private let form: Form

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SplitRows {
    if parser.isAtEndOfCommand { return SplitRows(form: .look) }
    if parser.accept(word: "off") != nil { return SplitRows(form: .off) }
    try refusePercent(parser)
    return SplitRows(form: .part(try parser.expression()))
  }

  /// `split 80%`: there is no percent sign in the language.
  private static func refusePercent(_ parser: Parser) throws(Diagnostic) {
    var ahead = parser
    guard case .number(let value) = ahead.peek.kind else { return }
    let number = ahead.advance().range
    guard ahead.peek.kind == .invalid, ahead.text(of: ahead.peek) == "%" else { return }
    let range = number.union(ahead.position)
    throw Diagnostic(
      "split.part", "the part to learn from is a number between 0 and 1",
      at: Diagnostic.Label(parser.source, range),
      help: ["write: split \(NumberStyle.standard.text(of: value / 100))"])
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let data = try session.requiredData(at: place)
    switch form {
    case .look:
      environment.emit(.equations([Equation("split", session.splitText)]))
      return .proceed
    case .off:
      try refuseFiles(data, at: place)
      session.split = nil
    case .part(let expression):
      try refuseFiles(data, at: place)
      let label = Diagnostic.Label(expression.source, expression.range)
      let part = try session.number(of: expression, "the part to learn from")
      guard part > 0, part < 1 else {
        var help = ["to learn from all rows, write: split off"]
        if part > 1, part < 100 { help = ["write: split \(session.text(part / 100))"] }
        throw Diagnostic(
          "split.part",
          "the part to learn from is a number between 0 and 1, and this is \(session.text(part))",
          at: label, help: help)
      }
      session.split = Session.Split(part: part, seed: session.settings.seed)
    }
    try session.arrangeAgain(at: place)
    environment.emit(.line(session.splitText))
    return .proceed
  }

  private func refuseFiles(_ data: DataSet, at place: Diagnostic.Label) throws(Diagnostic) {
    guard data.trainingRows != nil else { return }
    throw Diagnostic(
      "split.files", "these rows have files of their own to validate with", at: place,
      help: ["to split one file, write: data \"FILE\", then: split 0.8"])
  }
}

extension Session {
  var splitText: String {
    guard let parts = data?.parts else { return "all rows are learned from" }
    let count = parts.training.count
    let counts =
      "\(count) row\(count == 1 ? "" : "s") to learn from, \(parts.validation.count) to validate with"
    guard let split else { return counts }
    return "\(text(split.part)): \(counts), chosen by the seed \(split.seed)"
  }
}
