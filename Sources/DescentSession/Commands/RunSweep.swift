internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `sweep rate in 0.01, 0.1, 1 step 50`.
package struct RunSweep: Command {
  package static let word = "sweep"
  package static let help = CommandHelp(
    .explore,
    [
      "sweep NAME in VALUES, … step N [to \"FILE\"]",
      "sweep … step until TEST [max N] [to \"FILE\"]",
    ],
    "The same descent from its start, once for each combination of values: of the rate, the rule, the start of a parameter, a definition or an input. A row each with its verdict, or of more than 60 the lowest costs; the session itself does not move. To a file: every row, each number in full, as CSV, or as JSON if the name ends in .json; a file that is there is written over.",
    [
      "cost w^2", "w = 5", "sweep rate in 0.01, 0.1, 1, 1.1 step 50",
      "sweep w in -3..3 by 1.5, rule in gd, adam step 100",
      "sweep rate in 0.01..1.1 by 0.01 step 50 to \"rates.csv\"",
    ])

  package var changesSession: Bool { false }

  /// One thing that is varied, as it was written.
  struct Dimension: Sendable {
    var name: String
    var range: SourceRange
    var values: [Expression]
    var rules: [SetRule]
  }

  private enum Goal {
    case count(Expression)
    case until(Expression, most: Expression?)
  }

  private let dimensions: [Dimension]
  private let goal: Goal
  private let file: StringTemplate?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> RunSweep {
    var dimensions: [Dimension] = []
    repeat { dimensions.append(try dimension(&parser)) } while parser.accept(.comma) != nil
    try parser.expect(word: "step", "before the number of steps")
    let goal = try goal(&parser)
    let file = parser.accept(word: "to") == nil ? nil : try parser.string()
    return RunSweep(dimensions: dimensions, goal: goal, file: file)
  }

  private static func goal(_ parser: inout Parser) throws(Diagnostic) -> Goal {
    guard parser.accept(word: "until") != nil else { return .count(try parser.expression()) }
    let test = try parser.test()
    let most = parser.accept(word: "max") != nil ? try parser.expression() : nil
    return .until(test, most: most)
  }

  private static func dimension(_ parser: inout Parser) throws(Diagnostic) -> Dimension {
    let (name, range) = try parser.name("what is to be varied: rate, rule, or a name")
    if parser.isPunctuation(.leftBracket), parser.peek.touchesPrevious {
      throw Diagnostic(
        "sweep.element", "a vector is varied as a whole, not one element of it",
        at: Diagnostic.Label(parser.source, parser.position),
        help: ["write: sweep \(name) in [1, 2], [3, 4] step 10"])
    }
    try parser.expect(word: "in", "before the values")
    var dimension = Dimension(name: name, range: range, values: [], rules: [])
    repeat {
      if name == "rule" {
        dimension.rules.append(try SetRule.parseSelection(&parser))
      } else {
        dimension.values.append(try parser.expression())
      }
      // After a comma, a name and 'in' begin the next dimension.
    } while !beginsDimension(parser) && parser.accept(.comma) != nil
    return dimension
  }

  private static func beginsDimension(_ parser: Parser) -> Bool {
    parser.isPunctuation(.comma) && parser.peek(1).kind == .name && parser.peek(2).kind == .name
      && parser.text(of: parser.peek(2)) == "in"
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    _ = try session.requiredCost()
    let most: Int
    var test: Expression?
    switch goal {
    case .count(let count):
      most = try session.wholeNumber(count, "a number of steps", in: 0...1_000_000_000_000)
    case .until(let expression, let limit):
      test = expression
      most =
        if let limit {
          try session.wholeNumber(limit, "a number of steps", in: 0...1_000_000_000_000)
        } else { 10_000 }
    }
    let sweep = try Sweep(session, dimensions, in: place.source, steps: most, until: test)
    if session.checksOnly { return .proceed }
    for value in dimensions.flatMap(\.values) {
      if let hint = session.hint(onRange: value) { environment.emit(.line(hint)) }
    }
    let result = try sweep.run(
      verdicts: file == nil ? .shown : .all, isInterrupted: environment.isInterrupted)
    if let file {
      do throws(Diagnostic) {
        try session.write(result.wholeTable, to: file, environment, in: place.source)
      } catch {
        // What took so long to compute is not lost with the file.
        show(result, session, environment)
        throw error
      }
      for line in result.lines(style: session.style) { environment.emit(.line(line)) }
    } else {
      show(result, session, environment)
    }
    return result.isWhole ? .proceed : .interrupted
  }
  private func show(_ result: SweepResult, _ session: Session, _ environment: Environment) {
    environment.emit(.table(result.table, session.style))
    for line in [result.selection].compactMap(\.self) + result.lines(style: session.style) {
      environment.emit(.line(line))
    }
  }
}
