internal import DescentElaboration
package import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// A rule that was selected: its definition, and the values of its arguments.
package struct UpdateRule: Sendable {
  package var definition: RuleDefinition
  /// One value for each parameter of the definition.
  package var arguments: [NodeID]
  /// Each argument as it was written, to write the selection again; nil where it is the default.
  package var written: [String?]
  /// The rate that is used until one is given.
  package var defaultRate: Double

  package var name: String { definition.name }

  /// `momentum(0.9)`.
  package var text: String {
    let given = zip(definition.parameters, written).compactMap { parameter, text in
      text.map { "\(parameter.name) = \($0)" }
    }
    return given.isEmpty ? name : "\(name)(\(given.joined(separator: ", ")))"
  }
}

extension UpdateRule {
  /// What a session begins with: `gd`, as the prelude has it.
  static func gradientDescent(in graph: Graph) -> UpdateRule {
    let definition =
      Prelude.rule("gd")
      ?? RuleDefinition(
        name: "gd", parameters: [], rate: nil, body: [], source: Prelude.source,
        range: SourceRange(0, 0), about: "")
    return UpdateRule(
      definition: definition, arguments: definition.parameters.map { _ in graph.constant(0) },
      written: definition.parameters.map { _ in nil }, defaultRate: 0.1)
  }
}

extension RuleDefinition.Assignment {
  /// Whether it is the same text, at the same place of it.
  fileprivate func isWritten(as other: Self) -> Bool {
    kind == other.kind && name == other.name && value.range == other.value.range
      && value.source.bytes == other.value.source.bytes
  }
}

/// A number that a rule keeps from step to step for one parameter.
package struct RuleState {
  package var name: String
  /// Whose it is.
  package var parameter: Symbol
  package var symbol: Symbol
  package var start: NodeID
  package var next: NodeID
}

/// What a rule makes of the parameters in one step.
struct RuleStep {
  /// The next value of each parameter.
  var next: [NodeID]
  var states: [RuleState]
  /// Where the parts of these were written.
  var places: RulePlaces?
}

/// Reads a rule's body for parameters and their slopes.
struct RuleReader {
  let graph: Graph
  let rule: UpdateRule
  let rate: NodeID
  let cost: NodeID
  let gradient: NodeID
  /// `t` in the body: the steps since the rule was selected.
  let clock: Symbol
  let randomness: Elaborator.Randomness

  /// What a step is made of: where none of it differs, the step is the same.
  struct Key: Equatable {
    private let body: [RuleDefinition.Assignment]
    private let names: [String]
    private let nodes: [NodeID]
    private let parameters: [Symbol]
    private let slopes: [NodeID]

    fileprivate init(_ reader: RuleReader, _ parameters: [Symbol], _ slopes: [NodeID]) {
      body = reader.rule.definition.body
      names = reader.rule.definition.parameters.map(\.name)
      // Clocks and seeds are always the same symbols.
      nodes = [reader.rate, reader.cost, reader.gradient] + reader.rule.arguments
      self.parameters = parameters
      self.slopes = slopes
    }

    static func == (a: Key, b: Key) -> Bool {
      a.nodes == b.nodes && a.slopes == b.slopes && a.parameters == b.parameters
        && a.names == b.names && a.body.count == b.body.count
        && zip(a.body, b.body).allSatisfy { $0.isWritten(as: $1) }
    }
  }

  func key(_ parameters: [Symbol], slopes: [NodeID]) -> Key { Key(self, parameters, slopes) }

  /// The body, applied to every parameter at once from the same slopes.
  func step(_ parameters: [Symbol], slopes: [NodeID]) throws(Diagnostic) -> RuleStep {
    var result = RuleStep(next: [], states: [])
    var places = RulePlaces(graph: graph)
    var shared: [Shape: Int] = [:]
    for (number, (parameter, slope)) in zip(parameters, slopes).enumerated() {
      let shape = graph.shape(parameter)
      let place = shared[shape] ?? places.forms.count
      if place == places.forms.count {
        places.forms.append((try read(shape, number: number), []))
        if places.forms[place].form.isShared { shared[shape] = place }
      }
      let form = places.forms[place].form
      let states = form.states.map { state in
        graph.makeSymbol("\(graph.name(parameter)).\(state.name)", shape: shape)
      }
      let use = RuleForm.Use(parameter: parameter, slope: slope, states: states)
      places.forms[place].uses.append(use)
      var values = form.standIns(for: use, in: graph)
      result.next.append(graph.specialized(form.next, &values))
      for (state, symbol) in zip(form.states, states) {
        result.states.append(
          RuleState(
            name: state.name, parameter: parameter, symbol: symbol,
            start: graph.specialized(state.start, &values),
            next: graph.specialized(state.next, &values)))
      }
    }
    result.places = places
    if result.states.isEmpty { return result }
    // A state that no parameter's next value is made of is not computed.
    var live = Set(graph.symbols(in: result.next))
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for state in result.states where live.contains(state.symbol) {
        for symbol in graph.symbols(in: [state.next]) where live.insert(symbol).inserted {
          isGrowing = true
        }
      }
    }
    result.states.removeAll { !live.contains($0.symbol) }
    return result
  }

  /// The body for any parameter of a shape.
  ///
  /// - Parameter number: the parameter's, for its draws.
  private func read(_ shape: Shape, number: Int) throws(Diagnostic) -> RuleForm {
    let parameter = graph.symbol(graph.makeSymbol("w", shape: shape))
    let slope = graph.symbol(graph.makeSymbol("g", shape: shape))
    var scope = Scope()
    // Apart from the draws of a session, which count from 0.
    let firstDraw = 1 << 31 | number << 16
    scope.nextDraw = firstDraw
    var elaborator = Elaborator(graph, scope: scope)
    elaborator.isElementwise = true
    elaborator.randomness = randomness
    elaborator.randomness?.shape = shape
    var names: [String: NodeID] = [
      "w": parameter, "g": slope, "t": graph.symbol(clock), "rate": rate, "cost": cost,
      "grad": gradient,
    ]
    for (formal, value) in zip(rule.definition.parameters, rule.arguments) {
      names[formal.name] = value
    }
    let given = ["w", "g", "rate", "cost", "grad"].compactMap { names[$0] }
    var values = Dictionary(zip(given, given)) { first, _ in first }
    var form = RuleForm(
      parameter: parameter, slope: slope, given: [rate, cost, gradient], states: [],
      next: parameter)
    for assignment in rule.definition.body {
      elaborator.arguments = names
      let written: NodeID
      do { written = try elaborator.elaborate(assignment.value) } catch {
        var problem = error
        if problem.code == "name.unknown" {
          problem.help.removeAll { $0.hasPrefix("to make it a parameter") }
          problem.help.append("a rule knows w, g, t, rate, cost, grad, its arguments and states")
        }
        throw problem
      }
      let node = graph.specialized(written, &values)
      let state = form.states.firstIndex { $0.name == assignment.name }
      let isKept = assignment.kind == .state || assignment.name == "w" || state != nil
      let value = isKept ? try fitted(node, to: shape, assignment) : node
      if assignment.kind == .state {
        let symbol = graph.symbol(graph.makeSymbol(assignment.name, shape: shape))
        form.states.append(
          RuleForm.State(name: assignment.name, standIn: symbol, start: value, next: symbol))
        names[assignment.name] = symbol
      } else {
        if let state { form.states[state].next = value }
        names[assignment.name] = value
      }
    }
    form.next = names["w"] ?? parameter
    form.places = elaborator.places
    form.isShared = elaborator.scope.nextDraw == firstDraw
    return form
  }

  /// A value in the shape of the parameter: a scalar stands for all elements.
  private func fitted(
    _ node: NodeID, to shape: Shape, _ assignment: RuleDefinition.Assignment
  ) throws(Diagnostic) -> NodeID {
    if graph.shape(node) == shape { return node }
    if graph.shape(node).isScalar {
      let ones = graph.simplified(Ones.self, [], graph.lengths(shape.extents))
      if let node = try? graph.node(Multiply.self, [node, ones]) { return node }
    }
    throw Diagnostic(
      "rule.shape",
      "'\(assignment.name)' is kept in the parameter's shape, \(shape), and this is \(graph.shape(node))",
      at: Diagnostic.Label(assignment.value.source, assignment.value.range))
  }
}
