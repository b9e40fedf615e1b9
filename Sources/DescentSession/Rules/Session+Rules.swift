internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// A rule with its arguments, given by place or by name.
  func rule(
    _ definition: RuleDefinition, _ given: [SetRule.Argument], at label: Diagnostic.Label
  ) throws(Diagnostic) -> UpdateRule {
    var values: [(Expression, isGiven: Bool)?] = definition.parameters.map { parameter in
      parameter.value.map { ($0, false) }
    }
    var nextPlace = 0
    for argument in given {
      var place = nextPlace
      if let name = argument.name {
        guard let found = definition.parameters.firstIndex(where: { $0.name == name.text }) else {
          let names = definition.parameters.map(\.name)
          throw Diagnostic(
            "rule.argument", "the rule '\(definition.name)' has no parameter '\(name.text)'",
            at: Diagnostic.Label(argument.value.source, name.range),
            help: [
              names.isEmpty ? "it has none" : "its parameters: \(names.joined(separator: ", "))"
            ])
        }
        place = found
      }
      guard place < values.count else {
        throw Diagnostic(
          "rule.argument",
          "the rule '\(definition.name)' takes \(values.count == 1 ? "1 argument" : "\(values.count) arguments"), this gives \(given.count)",
          at: Diagnostic.Label(argument.value.source, argument.value.range))
      }
      values[place] = (argument.value, true)
      nextPlace = place + 1
    }
    var rule = UpdateRule(
      definition: definition, arguments: [], written: [], defaultRate: 0.1)
    for (parameter, value) in zip(definition.parameters, values) {
      guard let value else {
        throw Diagnostic(
          "rule.argument", "the rule '\(definition.name)' needs a value for '\(parameter.name)'",
          at: label, help: ["write: rule \(definition.name)(\(parameter.name) = …)"])
      }
      var elaborator = value.isGiven ? elaborator() : Elaborator(graph, scope: Scope())
      let node = try elaborator.elaborate(value.0)
      guard graph.shape(node).isOneNumber else {
        throw Diagnostic(
          "shape.expected", "a rule's argument is one number, and this is \(graph.shape(node))",
          at: Diagnostic.Label(value.0.source, value.0.range))
      }
      if value.isGiven, graph.symbols(in: [node]).isEmpty,
        let number = evaluate([node])[0].first, !number.isFinite
      {
        throw Diagnostic(
          "rule.argument", "a rule's argument is a finite number, and this is \(text(number))",
          at: Diagnostic.Label(value.0.source, value.0.range))
      }
      rule.arguments.append(node)
      rule.written.append(value.isGiven ? closed(value.0).text : nil)
    }
    try definition.wholeSpace?.check(&rule, self, at: label)
    if let rate = definition.rate {
      var elaborator = Elaborator(graph, scope: Scope())
      rule.defaultRate = graph.evaluate([try elaborator.elaborate(rate)], at: [:])[0][0]
    }
    return rule
  }

  /// The rule that a selection names.
  func rule(
    selectedBy selection: SetRule, in source: SourceText
  ) throws(Diagnostic) -> UpdateRule {
    guard case .selection(let name, let arguments) = selection.form else { return rule }
    let label = Diagnostic.Label(source, name.range)
    return try rule(SetRule.definition(name.text, self, label), arguments, at: label)
  }

  /// From here on, steps are made by this rule, with fresh state.
  mutating func select(_ rule: UpdateRule) {
    self.rule = rule
    draws["rule"] = graph.symbols(in: rule.arguments).isEmpty ? nil : scope.nextDraw
    ruleSettings += 1
    forgetRuleState()
  }

  /// Makes sure that a rule can be read, for a number, a vector and a matrix.
  func check(_ definition: RuleDefinition) throws(Diagnostic) {
    func label(_ range: SourceRange) -> Diagnostic.Label {
      Diagnostic.Label(definition.source, range)
    }
    guard definition.body.contains(where: { $0.kind == .value && $0.name == "w" }) else {
      throw Diagnostic(
        "rule.idle", "the rule '\(definition.name)' never sets w, so nothing would move",
        at: label(definition.range), help: ["end it with: w = w - rate*g"])
    }
    var states: Set<String> = []
    for assignment in definition.body {
      let isFixed = ["t", "rate", "cost", "grad"].contains(assignment.name)
      let isReserved = Scope.reservation(of: assignment.name) != nil
      if isFixed || isReserved {
        throw Diagnostic(
          "rule.assignment", "'\(assignment.name)' cannot be set in a rule",
          at: label(assignment.range), help: ["take another name"])
      }
      if assignment.kind == .state {
        guard states.insert(assignment.name).inserted, !["w", "g"].contains(assignment.name) else {
          throw Diagnostic(
            "rule.state", "'\(assignment.name)' is there already", at: label(assignment.range))
        }
      }
    }
    var rule = UpdateRule(definition: definition, arguments: [], written: [], defaultRate: 0.1)
    for parameter in definition.parameters {
      var elaborator = Elaborator(graph, scope: Scope())
      rule.arguments.append(
        try parameter.value.map { value throws(Diagnostic) in try elaborator.elaborate(value) }
          ?? graph.constant(0.5))
    }
    if let rate = definition.rate {
      var elaborator = Elaborator(graph, scope: Scope())
      _ = try elaborator.elaborate(rate)
    }
    for shape in [Shape.scalar, .vector(3), .matrix(2, 3)] {
      let parameter = graph.makeSymbol("w", shape: shape)
      let slope = graph.symbol(graph.makeSymbol("g", shape: shape))
      let reader = RuleReader(
        graph: graph, rule: rule, rate: graph.constant(0.1), cost: graph.constant(1),
        gradient: slope, clock: ruleClock, randomness: randomness(at: graph.symbol(clock)))
      _ = try reader.step([parameter], slopes: [slope])
    }
  }
}
