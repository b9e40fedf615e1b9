internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `for k in 1..5 { … }`, `for k in 0.1, 0.5, 1 { … }`.
package struct For: BlockCommand {
  package static let word = "for"
  package static let help = CommandHelp(
    .script, ["for NAME in VALUE, … { COMMANDS }"],
    "Runs the commands once for each number: those of a range, of a vector, or of a list of them. The name can be read in the block, and means nothing after it.",
    [
      "cost w^2", "for k in 0.1, 0.5, 1 { rate k; reset; step 3 }",
      "for k in 1..3 { print \"{k} squared is {k^2}\" }",
    ])

  private let name: (text: String, range: SourceRange)
  private let values: [Expression]
  private let body: Script

  package var blocks: [Script] { [body] }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> For {
    let name = try parser.name("a name for the values")
    guard parser.accept(word: "in") != nil else { throw expected("'in'", parser) }
    var values: [Expression] = []
    repeat {
      guard parser.peek.kind != .string else {
        throw Diagnostic(
          "for.text", "the values of a loop are numbers, and this is a text",
          at: Diagnostic.Label(parser.source, parser.position))
      }
      values.append(try parser.expression())
    } while parser.accept(.comma) != nil
    return For(name: name, values: values, body: try block(&parser))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, name.range)
    try session.refuseLoopName(name.text, at: label)
    // All are known before the first is used: the block may change what they are made of.
    var numbers: [Double] = []
    for expression in values {
      let (node, value) = try session.value(of: expression)
      let shape = session.graph.shape(node)
      if shape.extents.isMatrix {
        throw Diagnostic(
          "shape.expected", "a loop takes numbers, or vectors of them, and this is \(shape)",
          at: Diagnostic.Label(expression.source, expression.range),
          help: ["for its numbers: reshape(…, \(shape.count))"])
      }
      numbers += value
      if let hint = session.hint(onRange: expression) { environment.emit(.line(hint)) }
    }
    if session.checksOnly { numbers = Array(numbers.prefix(1)) }
    defer { session.leaveLoop(name.text) }
    for number in numbers {
      session.enterLoop(name.text, value: number)
      let ending = try session.run(body, environment)
      if ending != .proceed { return ending }
    }
    return .proceed
  }
}

extension Session {
  fileprivate func refuseLoopName(
    _ name: String, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    try refuseDefinition(of: name, at: label)
    try refuseCostName(name, at: label)
    let isDefined =
      scope.parameter(name) != nil || scope.isDefined(name) || textInputs[name] != nil
    guard !isDefined else {
      throw Diagnostic(
        "name.defined", "'\(name)' means something already, and a loop gives its name new values",
        at: label, help: ["take another name, such as \(name)1"])
    }
  }

  /// The name stands for this number until the next one, or until the loop is left.
  fileprivate mutating func enterLoop(_ name: String, value: Double) {
    let text = NumberStyle.exact.text(of: value)
    let source = SourceText(name: "<\(name)>", text: text)
    guard var parser = try? Parser(source, origin: .prompt),
      let expression = try? parser.expression()
    else { return }
    loopValues[name] = text
    scope.setDefinition(
      Scope.Definition(name: name, expression: expression, node: graph.constant(value)))
  }

  fileprivate mutating func leaveLoop(_ name: String) {
    guard loopValues.removeValue(forKey: name) != nil else { return }
    scope.removeDefinition(name)
  }
}
