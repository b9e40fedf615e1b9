internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `cost w^2 + 3*w`, `cost C(w) = w^2`; alone, or before `at`, it looks.
package struct SetCost: Command {
  package static let word = "cost"
  package static let help = CommandHelp(
    .define,
    ["cost EXPRESSION", "cost NAME(PARAMETERS) = EXPRESSION", "cost [at NAME = VALUE, …]"],
    "Sets what is descended, and prints it with its gradient. A name never seen becomes a parameter that starts at 1. Alone, prints the present value.",
    ["cost w^2 + 3*w", "w = 10", "cost", "cost at w = 3"])

  private enum Form {
    case set(Expression)
    case named(String, arguments: [(text: String, range: SourceRange)], Expression)
  }

  private let form: Form

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetCost {
    if let named = try parseNamed(&parser) { return named }
    let expression = try parser.expression()
    return SetCost(form: .set(expression))
  }

  /// `C(w) = …`: a name, names in parentheses, `=`.
  private static func parseNamed(_ parser: inout Parser) throws(Diagnostic) -> SetCost? {
    guard parser.peek.kind == .name, parser.peek(1).kind == .punctuation(.leftParenthesis) else {
      return nil
    }
    var ahead = parser
    ahead.advance()
    guard (try? ahead.argumentNames()) != nil, ahead.isPunctuation(.equals) else { return nil }
    let (name, _) = try parser.name("the cost's name")
    let arguments = try parser.argumentNames() ?? []
    try parser.expect(.equals)
    return SetCost(form: .named(name, arguments: arguments, try parser.expression()))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .set(let expression):
      try set(expression, name: "cost", &session, environment)
    case .named(let name, let arguments, let expression):
      for argument in arguments {
        let label = Diagnostic.Label(place.source, argument.range)
        try session.refuseDefinition(of: argument.text, at: label)
        if session.scope.definitions[argument.text] != nil
          || session.scope.functions[argument.text] != nil
        {
          throw Diagnostic(
            "name.defined", "'\(argument.text)' is defined by 'let' already", at: label)
        }
      }
      try session.refuseDefinition(of: name, at: place)
      if session.scope.parameter(name) != nil {
        throw Diagnostic("name.defined", "'\(name)' is a parameter already", at: place)
      }
      var added: [String] = []
      for argument in arguments where session.scope.parameter(argument.text) == nil {
        session.addParameter(argument.text)
        added.append(argument.text)
      }
      session.scope.setFunction(
        Scope.Function(name: name, arguments: arguments.map(\.text), body: expression))
      try set(expression, name: name, &session, environment, alsoNew: added)
    }
    return .proceed
  }

  private func set(
    _ expression: Expression, name: String, _ session: inout Session,
    _ environment: Environment, alsoNew: [String] = []
  ) throws(Diagnostic) {
    let new = try session.setCost(expression, name: name, unknownNames: .makeParameters)
    try session.redefine(dependentsOf: "cost", "grad")
    session.beginDescent()
    guard let cost = session.cost else { return }
    environment.emit(.equations(session.equations(of: cost)))
    for name in alsoNew + new {
      environment.emit(
        .line("\(name) is new: a parameter that starts at 1 (set it with: \(name) = 10)"))
    }
  }
}

extension Session {
  mutating func addParameter(_ name: String) {
    let symbol = graph.makeSymbol(name, shape: .scalar)
    scope.setParameter(name, symbol: symbol)
    values[symbol] = [1]
  }

  /// Makes an expression the cost; the names of the parameters that it made.
  @discardableResult
  mutating func setCost(
    _ expression: Expression, name: String, unknownNames: Elaborator.UnknownNames
  ) throws(Diagnostic) -> [String] {
    var elaborator = elaborator(unknownNames)
    // A cost is not made of itself.
    elaborator.scope.readable["cost"] = nil
    elaborator.scope.readable["grad"] = nil
    let node = try elaborator.elaborate(expression)
    let label = Diagnostic.Label(expression.source, expression.range)
    try refuse(
      "the cost", madeOf: elaborator.usedNames, reaching: ["cost", "grad"], at: label)
    let shape = graph.shape(node)
    guard shape.isScalar else {
      throw Diagnostic(
        "cost.shape", "a cost is one number, and this is \(shape)", at: label,
        help: ["write sum(…) or mean(…) of it"])
    }
    guard !elaborator.usedNames.contains("t") || scope.parameter("t") != nil else {
      throw Diagnostic(
        "cost.clock", "a cost does not depend on t, the number of steps taken", at: label,
        help: ["schedules do: rate 0.1 * 0.95^t"])
    }
    let known = Set(graph.symbols(in: [node]))
    let parameters = elaborator.scope.parameters.map(\.symbol).filter { known.contains($0) }
    guard !parameters.isEmpty else {
      throw Diagnostic(
        "cost.constant", "this cost depends on no parameter: there is nothing to descend on",
        at: label)
    }
    scope = elaborator.scope
    for new in elaborator.newParameters { values[new.symbol] = [1] }
    cost = Cost(
      name: name, expression: expression, node: node, parameters: parameters,
      gradient: graph.gradient(of: node, withRespectTo: parameters),
      places: elaborator.places, usedNames: elaborator.usedNames)
    refreshReadable()
    return elaborator.newParameters.map(\.name)
  }

  /// The cost and its slopes, as they are shown.
  func equations(of cost: Cost) -> [Equation] {
    let names = cost.parameters.map { graph.name($0) }
    let arguments = names.count <= 6 ? names : Array(names.prefix(5)) + ["…"]
    var equations = [
      Equation("\(cost.name)(\(arguments.joined(separator: ", ")))", text(of: cost.node))
    ]
    for (name, slope) in zip(names, cost.gradient).prefix(12) {
      equations.append(Equation("d\(cost.name)/d\(name)", text(of: slope)))
    }
    if names.count > 12 {
      equations.append(Equation("…", "and \(names.count - 12) more slopes"))
    }
    return equations
  }
}
