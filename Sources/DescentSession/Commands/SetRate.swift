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
    SetRate(expression: try parser.expression())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    var elaborator = session.elaborator()
    elaborator.scope.readable["rate"] = nil
    let node = try elaborator.elaborate(expression)
    let label = Diagnostic.Label(expression.source, expression.range)
    guard session.graph.shape(node).isScalar else {
      throw Diagnostic(
        "shape.expected", "a rate is one number, and this is \(session.graph.shape(node))",
        at: label)
    }
    try session.refuse(
      "the rate", madeOf: elaborator.usedNames, reaching: ["rate"], at: label)
    let value = session.evaluate([node])[0][0]
    guard value.isFinite else {
      throw Diagnostic(
        "rate.notFinite", "a rate is a finite number, and this is \(session.text(value))",
        at: label)
    }
    guard value >= 0 else {
      throw Diagnostic(
        "rate.negative", "a rate is not negative: \(session.text(value)) would climb", at: label,
        help: ["to climb, descend the negative: cost -(…)"])
    }
    session.rate = Session.Rate(
      expression: expression, node: node, usedNames: elaborator.usedNames)
    session.refreshReadable()
    try session.redefine(dependentsOf: "rate")
    return .proceed
  }
}
