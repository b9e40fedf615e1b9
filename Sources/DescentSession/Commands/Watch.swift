internal import DescentElaboration
package import DescentGraph
package import DescentSource
package import DescentSyntax

/// `watch distance = norm(w - 3)`, `watch`, `watch off distance`.
package struct Watch: Command {
  package static let word = "watch"
  package static let help = CommandHelp(
    .define, ["watch NAME = EXPRESSION", "watch", "watch off [NAME]"],
    "One more column in the step table: any number, computed at each shown step. It goes on over new descents, and follows the definitions in it. Alone, lists what is watched; 'watch off' ends it.",
    ["cost w^2", "watch distance = abs(w)", "step 3", "watch", "watch off distance"])

  /// One more column of the step table.
  package struct Column {
    package var name: String
    package var expression: Expression
    package var node: NodeID
  }

  private enum Form {
    case list
    case off((text: String, range: SourceRange)?)
    case on(name: (text: String, range: SourceRange), Expression)
  }

  private let form: Form

  package var changesSession: Bool {
    if case .list = form { false } else { true }
  }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Watch {
    if parser.isAtEndOfCommand { return Watch(form: .list) }
    if parser.isWord("off"), parser.peek(1).kind != .punctuation(.equals) {
      parser.advance()
      return Watch(form: .off(parser.isAtEndOfCommand ? nil : try parser.name("what is watched")))
    }
    let name = try parser.name("a name for the column")
    try parser.expectEquals(as: "watch NAME = EXPRESSION")
    return Watch(form: .on(name: name, try parser.expressionWithBindings()))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .list:
      guard !session.watches.isEmpty else {
        environment.emit(.line("nothing is watched; to begin: watch NAME = EXPRESSION"))
        return .proceed
      }
      environment.emit(.equations(session.watches.map { Equation($0.name, $0.expression.text) }))
    case .off(nil):
      session.watches = []
    case .off(let name?):
      guard let index = session.watches.firstIndex(where: { $0.name == name.text }) else {
        let known = session.watches.map(\.name)
        let near = suggestion(for: name.text, among: known)
        throw Diagnostic(
          "watch.unknown", "nothing called '\(name.text)' is watched",
          at: Diagnostic.Label(place.source, name.range),
          help: near.map { ["did you mean '\($0)'?"] } ?? ["'watch' alone lists what is"])
      }
      session.watches.remove(at: index)
    case .on(let name, let expression):
      try session.watch(
        name.text, expression, at: Diagnostic.Label(place.source, name.range))
    }
    return .proceed
  }
}

extension Session {
  /// The columns of the step table beside the cost, its slopes and the rate: the cost on the rows
  /// that are kept to validate with, and what is watched.
  var reportedColumns: [(name: String, node: NodeID)] {
    let validation = validationCost.map { [("validation", $0)] } ?? []
    return validation + watches.map { ($0.name, $0.node) }
  }

  fileprivate mutating func watch(
    _ name: String, _ expression: Expression, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    try refuseDefinition(of: name, at: label)
    guard scope.parameter(name) == nil, name != cost?.name, name != "validation" else {
      throw Diagnostic(
        "watch.column", "the step table has a column '\(name)' already", at: label,
        help: ["take another name, such as \(name)1"])
    }
    draws["watch \(name)"] = nil
    let (node, nextDraw) = try watchedNode(of: expression, name: name)
    noteDraws(of: "watch \(name)", to: nextDraw)
    let column = Watch.Column(name: name, expression: closed(expression), node: node)
    if let index = watches.firstIndex(where: { $0.name == name }) {
      watches[index] = column
    } else {
      watches.append(column)
    }
  }

  private func watchedNode(
    of expression: Expression, name: String
  ) throws(Diagnostic) -> (NodeID, nextDraw: Int) {
    var elaborator = elaborator()
    elaborator.randomness = randomness(at: graph.symbol(clock))
    if let first = draws["watch \(name)"] { elaborator.scope.nextDraw = first }
    let node = try elaborator.elaborate(expression)
    guard graph.shape(node).isOneNumber else {
      throw Diagnostic(
        "shape.expected",
        "a column of the table shows one number, and this is \(graph.shape(node))",
        at: Diagnostic.Label(expression.source, expression.range),
        help: ["watch its norm(…), its mean(…), or one element"])
    }
    try refuseNoClasses(
      in: node, evaluate([node])[0], at: Diagnostic.Label(expression.source, expression.range))
    return (node, elaborator.scope.nextDraw)
  }

  /// What is watched follows what it is made of.
  mutating func refreshWatches() throws(Diagnostic) {
    for index in watches.indices {
      do {
        let watch = watches[index]
        watches[index].node = try watchedNode(of: watch.expression, name: watch.name).0
      } catch {
        var problem = error
        problem.help.append(
          "this is watched as '\(watches[index].name)'; to end that: watch off \(watches[index].name)"
        )
        throw problem
      }
    }
  }
}
