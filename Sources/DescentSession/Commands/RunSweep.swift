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
      "sweep NAME in VALUES, … step N",
      "sweep NAME in VALUES, … step until TEST [max N]",
    ],
    "The same descent from its start, once for each combination of values: of the rate, the rule, the start of a parameter, a definition or an input. A row each with its verdict; the session itself does not move.",
    [
      "cost w^2", "w = 5", "sweep rate in 0.01, 0.1, 1, 1.1 step 50",
      "sweep w in -3..3 by 1.5, rule in gd, adam step 100",
    ])

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

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> RunSweep {
    var dimensions: [Dimension] = []
    repeat { dimensions.append(try dimension(&parser)) } while parser.accept(.comma) != nil
    try parser.expect(word: "step", "and how far each descent goes")
    if parser.accept(word: "until") != nil {
      let test = try parser.expression()
      let most = parser.accept(word: "max") != nil ? try parser.expression() : nil
      return RunSweep(dimensions: dimensions, goal: .until(test, most: most))
    }
    return RunSweep(dimensions: dimensions, goal: .count(try parser.expression()))
  }

  private static func dimension(_ parser: inout Parser) throws(Diagnostic) -> Dimension {
    let (name, range) = try parser.name("what is to be varied: rate, rule, or a name")
    try parser.expect(word: "in", "and the values")
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
    let result = try sweep.run(isInterrupted: environment.isInterrupted)
    environment.emit(.table(result.table(style: session.style), session.style))
    for line in result.lines(style: session.style) { environment.emit(.line(line)) }
    return result.isWhole ? .proceed : .interrupted
  }
}
