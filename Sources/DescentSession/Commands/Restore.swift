internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// What `save` writes and no other command says: `restore step 12 { w = 3; state v of w = 0.5 }`.
package struct Restore: Command {
  package static let word = "restore"
  package static let help = CommandHelp(
    .script,
    [
      "restore step N { NAME = NUMBERS; rule N; state NAME of NAME = NUMBERS }",
      "restore start { NAME = NUMBERS }", "restore draw N", "restore order NAME, …",
    ],
    "Written by 'save' for what no other command says: where the descent stands, after how many steps, when its rule was set and what that keeps; its start; the number of the next random draw; the order of definitions.",
    [
      "cost w^2", "rule momentum", "restore step 12 { w = 3; rule 10; state v of w = 0.5 }",
      "step",
    ])

  private struct Item {
    var name: (text: String, range: SourceRange)
    /// `w` in `state v of w`.
    var owner: (text: String, range: SourceRange)?
    var numbers: [Double]
    var range: SourceRange
  }

  private enum Form {
    case step(Expression, ruleStep: Expression?, [Item])
    case start([Item])
    case draw(Expression)
    case order([String], SourceRange)
  }

  private let form: Form

  // MARK: Reading

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Restore {
    if parser.accept(word: "step") != nil {
      let step = try parser.expression()
      var ruleStep: Expression?
      let items = try items(&parser, ruleStep: &ruleStep)
      return Restore(form: .step(step, ruleStep: ruleStep, items))
    }
    if parser.accept(word: "start") != nil {
      var ruleStep: Expression?
      return Restore(form: .start(try items(&parser, ruleStep: &ruleStep)))
    }
    if parser.accept(word: "draw") != nil { return Restore(form: .draw(try parser.expression())) }
    guard parser.accept(word: "order") != nil else {
      var problem = parser.unexpected(expected: "'step', 'start', 'draw' or 'order'")
      problem.help = ["write: \(help.syntax.joined(separator: ", or: "))"]
      throw problem
    }
    let start = parser.position
    var names: [String] = []
    repeat {
      names.append(try parser.name("a definition's name").text)
    } while parser.accept(.comma)
      != nil
    return Restore(form: .order(names, SourceRange(start.lower, parser.previousEnd)))
  }

  private static func items(
    _ parser: inout Parser, ruleStep: inout Expression?
  ) throws(Diagnostic) -> [Item] {
    try parser.beginBlock()
    var items: [Item] = []
    while !parser.isAtBlockEnd {
      if parser.isWord("rule"), parser.peek(1).kind != .punctuation(.equals) {
        parser.advance()
        ruleStep = try parser.expression()
      } else {
        items.append(try item(&parser))
      }
      try parser.endCommand()
      parser.skipSeparators()
    }
    try parser.endBlock()
    return items
  }

  private static func item(_ parser: inout Parser) throws(Diagnostic) -> Item {
    let isState = parser.accept(word: "state") != nil
    let name = try parser.name("a parameter's name")
    var owner: (text: String, range: SourceRange)?
    if isState {
      try parser.expect(word: "of", "before the parameter")
      owner = try parser.name("a parameter's name")
    }
    try parser.expect(.equals)
    let value = try parser.expression()
    guard let numbers = numbers(in: value) else {
      throw Diagnostic(
        "restore.number", "only numbers are restored, or lists of them",
        at: Diagnostic.Label(value.source, value.range))
    }
    return Item(name: name, owner: owner, numbers: numbers, range: value.range)
  }

  /// The numbers that are written out, read without computing anything, so that each keeps its
  /// bits.
  private static func numbers(in expression: Expression) -> [Double]? {
    let tree = expression.tree
    func number(_ index: SyntaxTree.Index) -> Double? {
      switch tree[index].kind {
      case .number(let number): return number
      case .name(let place):
        return ["inf": Double.infinity, "nan": Double.nan][tree.names[Int(place)]]
      case .prefix(.negate):
        return tree.children(of: index).first.flatMap { child -> Double? in
          if case .prefix = tree[child].kind { return nil }
          return number(child).map { -$0 }
        }
      default: return nil
      }
    }
    // Rows of a matrix come one after the other.
    func list(_ index: SyntaxTree.Index, depth: Int) -> [Double]? {
      guard case .list = tree[index].kind, depth > 0 else { return number(index).map { [$0] } }
      var numbers: [Double] = []
      for child in tree.children(of: index) {
        guard let part = list(child, depth: depth - 1) else { return nil }
        numbers += part
      }
      return numbers
    }
    return list(expression.root, depth: 2)
  }

  // MARK: Running

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let most = 1_000_000_000_000_000
    switch form {
    case .draw(let number):
      session.scope.nextDraw = try session.wholeNumber(number, "a draw", in: 0...1 << 30)
    case .order(let names, let range):
      guard Set(names) == Set(session.scope.definedNames), Set(names).count == names.count else {
        throw Diagnostic(
          "restore.order", "these are not the names that are defined",
          at: Diagnostic.Label(place.source, range))
      }
      session.scope.reorderDefinitions(names)
    case .start(let items):
      try restore(items, &session, place.source)
      session.beginDescent()
    case .step(let step, let ruleStep, let items):
      let count = try session.wholeNumber(step, "a number of steps", in: 0...most)
      let first = try ruleStep.map { expression throws(Diagnostic) in
        try session.wholeNumber(expression, "the step in which the rule began", in: 0...count)
      }
      try restore(items.filter { $0.owner == nil }, &session, place.source)
      session.descent = Descent(first: count)
      session.forgetRuleState()
      try restore(items.filter { $0.owner != nil }, ruleStep: first, &session, place)
    }
    return .proceed
  }

  private func restore(
    _ items: [Item], _ session: inout Session, _ source: SourceText
  ) throws(Diagnostic) {
    for item in items {
      let label = Diagnostic.Label(source, item.name.range)
      guard let symbol = session.scope.parameter(item.name.text) else {
        throw session.scope.noParameter(item.name.text, at: label)
      }
      try check(item, session.graph.shape(symbol), source)
      guard item.numbers.allSatisfy(\.isFinite) else {
        throw Diagnostic(
          "value.notFinite", "a parameter is made of finite numbers",
          at: Diagnostic.Label(source, item.range))
      }
      session.values[symbol] = item.numbers
    }
  }

  private func restore(
    _ items: [Item], ruleStep: Int?, _ session: inout Session, _ place: Diagnostic.Label
  ) throws(Diagnostic) {
    guard let ruleStep else {
      guard let item = items.first else { return }
      throw Diagnostic(
        "restore.rule", "what a rule keeps is restored with the step in which it began",
        at: Diagnostic.Label(place.source, item.name.range), help: ["add a line: rule 0"])
    }
    var run = try session.ruleRun(try session.requiredCost())
    run.first = ruleStep
    var missing = Set(run.states.map(\.symbol))
    for item in items {
      let state = run.states.first {
        // A rule may keep something under a name of the plateau's: then the rule's comes first.
        $0.name == item.name.text && session.graph.name($0.parameter) == item.owner?.text
          && missing.contains($0.symbol)
      }
      guard let state else {
        throw Diagnostic(
          "restore.state",
          "the rule '\(session.rule.name)' keeps no '\(item.name.text)' of '\(item.owner?.text ?? "")'",
          at: Diagnostic.Label(place.source, item.name.range))
      }
      try check(item, session.graph.shape(state.symbol), place.source)
      run.values[state.symbol] = item.numbers
      missing.remove(state.symbol)
    }
    if let state = run.states.first(where: { missing.contains($0.symbol) }) {
      let owner = session.graph.name(state.parameter)
      throw Diagnostic(
        "restore.state",
        "the rule '\(session.rule.name)' keeps '\(state.name)' of '\(owner)', which is not given",
        at: place, help: ["add a line: state \(state.name) of \(owner) = …"])
    }
    session.ruleState = run
  }

  private func check(_ item: Item, _ shape: Shape, _ source: SourceText) throws(Diagnostic) {
    guard item.numbers.count == shape.count else {
      let count = item.numbers.count
      throw Diagnostic(
        "shape.mismatch",
        "\(item.owner?.text ?? item.name.text) is \(shape), and this is \(count == 1 ? "1 number" : "\(count) numbers")",
        at: Diagnostic.Label(source, item.range))
    }
  }
}
