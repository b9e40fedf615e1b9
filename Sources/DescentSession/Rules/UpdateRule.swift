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
  var places: [NodeID: Diagnostic.Label] = [:]
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
    for (number, (parameter, slope)) in zip(parameters, slopes).enumerated() {
      let (next, states) = try step(parameter, slope, number: number, &result.places)
      result.next.append(next)
      result.states += states
    }
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

  private func step(
    _ parameter: Symbol, _ slope: NodeID, number: Int,
    _ places: inout [NodeID: Diagnostic.Label]
  ) throws(Diagnostic) -> (NodeID, [RuleState]) {
    let shape = graph.shape(parameter)
    var scope = Scope()
    // Apart from the draws of a session, which count from 0.
    scope.nextDraw = 1 << 31 | number << 16
    var elaborator = Elaborator(graph, scope: scope)
    elaborator.isElementwise = true
    elaborator.randomness = randomness
    elaborator.randomness?.shape = shape
    var names: [String: NodeID] = [
      "w": graph.symbol(parameter), "g": slope, "t": graph.symbol(clock), "rate": rate,
      "cost": cost, "grad": gradient,
    ]
    for (formal, value) in zip(rule.definition.parameters, rule.arguments) {
      names[formal.name] = value
    }
    let given = Set(["w", "g", "rate", "cost", "grad"].compactMap { names[$0] })
    var states: [RuleState] = []
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
      let node = graph.specialized(written, of: given)
      let isKept =
        assignment.kind == .state || assignment.name == "w"
        || states.contains { $0.name == assignment.name }
      let value = isKept ? try fitted(node, to: shape, assignment) : node
      if assignment.kind == .state {
        let symbol = graph.makeSymbol("\(graph.name(parameter)).\(assignment.name)", shape: shape)
        states.append(
          RuleState(
            name: assignment.name, parameter: parameter, symbol: symbol, start: value,
            next: graph.symbol(symbol)))
        names[assignment.name] = graph.symbol(symbol)
      } else {
        if let place = states.firstIndex(where: { $0.name == assignment.name }) {
          states[place].next = value
        }
        names[assignment.name] = value
      }
    }
    places.merge(elaborator.places.byNode) { first, _ in first }
    return (names["w"] ?? graph.symbol(parameter), states)
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
