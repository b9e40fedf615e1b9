package import DescentSource
package import DescentSyntax

/// `repeat 3 { … }`.
package struct Repeat: BlockCommand {
  package static let word = "repeat"
  package static let help = CommandHelp(
    .script, ["repeat N { COMMANDS }"],
    "Runs the commands N times. Each counts by itself: an error or Ctrl-C stops there and keeps what was done before.",
    ["cost w^2", "repeat 3 { step; print \"now at {w}\" }"])

  private let count: Expression
  private let body: Script

  package var blocks: [Script] { [body] }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Repeat {
    guard !parser.isPunctuation(.leftBrace) else { throw expected("how often", parser) }
    guard !parser.isWord("until") else {
      var problem = expected("how often", parser)
      problem.help = [
        "to take steps until a test holds: step until TEST max N",
        "for other commands: repeat N { if TEST { … } }",
      ]
      throw problem
    }
    return Repeat(count: try parser.expression(), body: try block(&parser))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let count = try session.wholeNumber(
      count, "the number of repetitions", in: 0...1_000_000_000_000_000)
    for _ in 0..<(session.checksOnly ? 1 : count) {
      let ending = try session.run(body, environment)
      if ending != .proceed { return ending }
    }
    return .proceed
  }
}
