internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `rate 0.1`, `rate 0.1 * 0.95^t`; alone it looks.
package struct SetRate: Command {
  package static let word = "rate"
  package static let help = CommandHelp(
    .define, ["rate EXPRESSION", "rate"],
    "The learning rate: any expression, also of t, the steps taken so far (a schedule). Alone, prints the present one.",
    ["rate 0.1", "rate 0.1 * 0.95^t", "rate"])

  private let expression: Expression

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetRate {
    let expression = try parser.expression()
    guard !parser.isPunctuation(.comma) else {
      throw Diagnostic(
        "rate.several", "a rate is one number or one schedule",
        at: Diagnostic.Label(parser.source, parser.position),
        help: ["to compare several: sweep rate in 0.1, 0.2 step 50"])
    }
    return SetRate(expression: expression)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    var rate = try session.rate(of: expression)
    session.noteDraws(of: "rate", to: rate.nextDraw)
    rate.expression = session.closed(expression)
    session.rate = rate
    session.restartPlateau()
    session.refreshReadable()
    try session.redefine(dependentsOf: ["rate"])
    return .proceed
  }
}

extension Session {
  /// A learning rate as it is to be: one number, finite and not negative here.
  func rate(of expression: Expression, firstDraw: Int? = nil) throws(Diagnostic) -> Rate {
    var elaborator = elaborator()
    if let firstDraw { elaborator.scope.nextDraw = firstDraw }
    elaborator.scope.readable["rate"] = nil
    elaborator.randomness = randomness(at: graph.symbol(clock))
    elaborator.definesItself = "rate"
    let node = try elaborator.elaborate(expression)
    let label = Diagnostic.Label(expression.source, expression.range)
    guard !isMade(of: ["rate"], from: elaborator.usedNames) else {
      throw Diagnostic(
        "rate.recursive", "a rate is not made of itself", at: label,
        help: ["write the number itself", "to fall from step to step: rate 0.1*0.5^t"])
    }
    guard graph.shape(node).isOneNumber else {
      throw Diagnostic(
        "shape.expected", "a rate is one number, and this is \(graph.shape(node))", at: label)
    }
    let value = evaluate([node])[0][0]
    guard value.isFinite else {
      throw Diagnostic(
        "rate.notFinite",
        graph.depends(node, on: [clock])
          ? "a rate is a finite number, and this is \(text(value)) at t = \(descent.step)"
          : "a rate is a finite number, and this is \(text(value))", at: label)
    }
    guard value >= 0 else {
      throw Diagnostic(
        "rate.negative", "a rate is not negative: \(text(value)) would climb", at: label,
        help: ["to climb, descend the negative: cost -(…)"])
    }
    return Rate(
      expression: expression, node: node,
      constant: graph.symbols(in: [node]).isEmpty ? value : nil, places: elaborator.places,
      nextDraw: elaborator.scope.nextDraw)
  }
}
