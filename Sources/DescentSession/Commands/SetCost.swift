internal import DescentElaboration
internal import DescentEngine
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
    case named(
      String, SourceRange, arguments: [(text: String, range: SourceRange)], Expression)
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
    var depth = 0
    repeat {
      switch ahead.peek.kind {
      case .punctuation(.leftParenthesis): depth += 1
      case .punctuation(.rightParenthesis): depth -= 1
      case .invalid: return nil
      default: if ahead.isAtEndOfCommand { return nil }
      }
      ahead.advance()
    } while depth > 0
    guard ahead.isPunctuation(.equals) else { return nil }
    let (name, range) = try parser.name("the cost's name")
    let arguments = try parser.argumentNames() ?? []
    try parser.expect(.equals)
    return SetCost(form: .named(name, range, arguments: arguments, try parser.expression()))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .set(let expression):
      try set(expression, name: "cost", &session, environment)
    case .named(let name, let range, let arguments, let expression):
      let place = Diagnostic.Label(place.source, range)
      try Let.refuseTwice(arguments, in: place.source)
      for argument in arguments {
        let label = Diagnostic.Label(place.source, argument.range)
        try session.refuseDefinition(of: argument.text, at: label)
        try session.refuseColumnName(argument.text, at: label)
        if session.scope.isDefined(argument.text) {
          throw Diagnostic(
            "name.defined", "'\(argument.text)' is defined by 'let' and is no parameter",
            at: label, help: ["take another name"])
        }
      }
      try session.refuseDefinition(of: name, at: place)
      try session.refuseColumnName(name, at: place)
      if session.scope.parameter(name) != nil {
        throw Diagnostic(
          "name.defined", "'\(name)' is a parameter already", at: place,
          help: ["take another name for the cost"])
      }
      var added: [String] = []
      for argument in arguments where session.scope.parameter(argument.text) == nil {
        session.addParameter(argument.text)
        added.append(argument.text)
      }
      session.scope.setFunction(
        session.closed(
          Scope.Function(name: name, arguments: arguments.map(\.text), body: expression)))
      try set(expression, name: name, &session, environment, alsoNew: added)
    }
    return .proceed
  }

  private func set(
    _ expression: Expression, name: String, _ session: inout Session,
    _ environment: Environment, alsoNew: [String] = []
  ) throws(Diagnostic) {
    let new = try session.setCost(expression, name: name, unknownNames: .makeParameters)
    session.beginDescent()
    try session.redefine(dependentsOf: ["cost", "grad", name])
    guard let cost = session.cost else { return }
    // To write out a long cost takes longer than to read it.
    if !environment.isQuiet {
      environment.emit(.equations(session.equations(of: cost, environment.folding)))
    }
    if cost.isAveraged {
      environment.emit(.line("it is a value for each row: the cost is their mean"))
    }
    let added = alsoNew + new
    for name in added.prefix(12) {
      environment.emit(
        .line("\(name) is new: a parameter that starts at 1 (set it with: \(name) = 10)"))
    }
    for hint in session.offsetHints(added.prefix(12)) { environment.emit(.line(hint)) }
    if added.count > 12 {
      environment.emit(.line("and \(added.count - 12) more are new and start at 1"))
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
    elaborator.definesItself = "cost"
    elaborator.scope.readable["cost"] = nil
    elaborator.scope.readable["grad"] = nil
    elaborator.randomness = randomness(at: graph.symbol(clock))
    // What is only given its meaning anew keeps its random numbers.
    if unknownNames == .refuse, let first = draws["cost"] { elaborator.scope.nextDraw = first }
    var node = try elaborator.elaborate(expression)
    let isAveraged = graph.shape(node).isPerRow && graph.shape(node).isScalar
    if isAveraged { node = graph.simplified(MeanOverRows.self, [node]) }
    let label = Diagnostic.Label(expression.source, expression.range)
    guard !isMade(of: ["cost", "grad"], from: elaborator.usedNames) else {
      throw Diagnostic(
        "cost.recursive", "a cost is not made of itself", at: label,
        help: ["write its expression out, with diff(E, w) for slopes"])
    }
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
        at: label, help: ["write a name that is to change, as in: cost (w - 3)^2"])
    }
    let nextDraw = scope.nextDraw
    if unknownNames == .makeParameters { noteDraws(of: "cost", to: elaborator.scope.nextDraw) }
    scope = elaborator.scope
    scope.nextDraw = max(nextDraw, scope.nextDraw)
    for new in elaborator.newParameters { values[new.symbol] = [1] }
    cost = Cost(
      name: name, expression: closed(expression), node: node, parameters: parameters,
      gradient: graph.gradient(of: node, withRespectTo: parameters),
      places: elaborator.places, isAveraged: isAveraged)
    refreshReadable()
    return elaborator.newParameters.map(\.name)
  }

  /// What to say of new numbers that are added to every logit, and so change no chances.
  fileprivate func offsetHints(_ names: some Sequence<String>) -> [String] {
    guard let cost else { return [] }
    let logits = graph.reachable(from: [cost.node]).filter { use in
      graph.isA(use, CrossEntropy.self) || graph.isA(use, Softmax.self)
        || graph.isA(use, LogSoftmax.self)
    }.map { graph.operand($0, 0) }.filter { graph.shape($0).count > 1 }
    return names.compactMap { name in
      guard let node = scope.parameter(name).map({ graph.symbol($0) }),
        let use = logits.first(where: { isAdded(node, to: $0) })
      else { return nil }
      return
        "\(name) is one number, added to every class alike, which changes nothing; for one a class: \(name)[\(graph.shape(use).count)] = 0"
    }
  }

  private func isAdded(_ node: NodeID, to sum: NodeID) -> Bool {
    var waiting = [sum]
    while let part = waiting.popLast() {
      if part == node { return true }
      if graph.isA(part, Add.self) || graph.isA(part, Subtract.self) {
        waiting += graph.operands(part)
      }
    }
    return false
  }

  /// The cost and its slopes, as they are shown.
  func equations(of cost: Cost, _ folding: Folding = .folded) -> [Equation] {
    let names = cost.parameters.map { graph.name($0) }
    let arguments = names.count <= 6 ? names : Array(names.prefix(5)) + ["…"]
    var parts = [("\(cost.name)(\(arguments.joined(separator: ", ")))", cost.node)]
    for (name, slope) in zip(names, cost.gradient).prefix(12) {
      parts.append(("d\(cost.name)/d\(name)", slope))
    }
    var equations = equations(parts, folding)
    if names.count > 12 {
      equations.append(Equation("…", "and \(names.count - 12) more slopes"))
    }
    return equations
  }
}
