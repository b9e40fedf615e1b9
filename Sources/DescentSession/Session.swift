package import DescentElaboration
package import DescentEngine
package import DescentGraph
package import DescentSource
package import DescentSyntax

/// A descent session: what is defined, what is descended, and where it stands.
///
/// A value: a command works on a copy, which takes the session's place when it succeeds, so that a
/// command that fails changes nothing. Only the graph, which does nothing but grow, is shared.
package struct Session {
  package let graph: Graph
  package var scope = Scope()
  package var settings = Settings()
  /// What takes the steps.
  var engine = Engine.automatic

  /// How many threads share what takes long.
  package var threads = 1

  /// What takes the steps from here on: `auto`, `machine` or `native`.
  package mutating func selectEngine(_ name: String) {
    engine = Engine(rawValue: name) ?? .automatic
  }

  /// The present point, one vector a parameter.
  package var values: SymbolValues = [:]
  /// Where this descent began.
  package var start: SymbolValues = [:]
  package var cost: Cost?
  package var rate: Rate?
  /// The rows that are learned from.
  var data: DataSet?
  /// How many rows a step looks at; nil for all.
  var batchSize: Int?
  /// Which part of the rows is learned from, where some are kept to validate with.
  var split: Split?
  /// The columns that are standardized.
  var scaledNames: [String] = []
  package var rule: UpdateRule
  /// The rules that were defined here.
  package var rules: [String: RuleDefinition] = [:]
  /// What the rule keeps from step to step, since it was set; nil before its first step.
  var ruleState: RuleRun?
  package var descent = Descent()

  /// `t`, the steps taken so far, as it stands in schedules.
  package let clock: Symbol
  /// `t` in a rule's body: the steps since the rule was set.
  let ruleClock: Symbol
  /// What a plateau keeps from step to step.
  let plateauSymbols: PlateauSymbols
  /// A rate that is one number, as it stands in compiled steps.
  let constantRate: Symbol
  /// The seed of random numbers, in two halves.
  private let seed: (low: Symbol, high: Symbol)
  /// How often a rule was set: what it keeps belongs to one setting of it.
  var ruleSettings = 0
  /// How often the rate or its plateau was set: what a plateau keeps belongs to one of these.
  var rateSettings = 0
  /// The compiled steps that were used last.
  var plans = PlanCache()
  let programs = ProgramCache()
  /// Texts and numbers that the command line gives to `input`.
  package var givenInputs: [String: String] = [:]
  /// Definitions that were made by `input`.
  var numericInputs: Set<String> = []
  /// Inputs that are texts: they are filled into strings.
  package var textInputs: [String: String] = [:]
  /// The names of the loops that are being run, with their values as texts.
  var loopValues: [String: String] = [:]
  /// More columns of the step table.
  package var watches: [Watch.Column] = []
  /// The first random draw of what was defined with any: a definition by its name, `cost`, `rate`,
  /// `rule`.
  var draws: [String: Int] = [:]
  /// Counts what was changed, to know whether an entry changed anything.
  package var revision = 0
  /// The files that are being read, outermost first.
  package var openFiles: [String] = []
  /// Whether commands are only checked and nothing moves.
  package var checksOnly = false

  package init() {
    graph = Graph()
    clock = graph.makeSymbol("t", shape: .scalar)
    ruleClock = graph.makeSymbol("t", shape: .scalar)
    seed = (
      graph.makeSymbol("seed.low", shape: .scalar), graph.makeSymbol("seed.high", shape: .scalar)
    )
    plateauSymbols = PlateauSymbols(in: graph)
    constantRate = graph.makeSymbol("rate", shape: .scalar)
    rule = UpdateRule.gradientDescent(in: graph)
    scope.library = { Prelude.function($0) }
    scope.libraryNames = Prelude.functionNames
    scope.readable["t"] = graph.symbol(clock)
    scope.readable["rate"] = graph.constant(rule.defaultRate)
  }

  /// What is descended.
  package struct Cost {
    /// `C` in `cost C(w) = …`, else `cost`.
    package var name: String
    package var expression: Expression
    package var node: NodeID
    /// The parameters it depends on, in the order they were made.
    package var parameters: [Symbol]
    /// One slope a parameter, in that order.
    package var gradient: [NodeID]
    package var places: Places
    /// Whether it was typed as a value for each row, and is the mean of these.
    package var isAveraged = false
  }

  package struct Rate {
    package var expression: Expression
    package var node: NodeID
    /// Its value, if it is one number that does not change from step to step.
    package var constant: Double?
    package var places: Places
    /// The number of the random draw after those it is made of.
    package var nextDraw = 0
  }

  package struct Settings {
    /// Significant digits that are shown.
    package var precision = 6
    package var seed: UInt64 = 42
    /// Whether each pass takes the rows in an order of its own.
    var isShuffled = true
    var clip: GradientClip?
    var plateau: Plateau?
  }

  // MARK: Values

  /// The values that expressions see: the present point, and `t`.
  package var environmentValues: SymbolValues {
    var result = values
    result[clock] = [Double(descent.step)]
    for input in stepInputs { result[input.symbol] = [input.value] }
    result[plateauSymbols.factor] = [plateauFactor]
    if let data {
      for rows in [RowSet.training, .validation, .all] {
        result[graph.rowCountSymbol(rows)] = [Double(data.count(of: rows))]
      }
    }
    return result
  }

  /// What commands change between steps that go on with the same program.
  var stepInputs: [Descent.Input] {
    [
      Descent.Input(symbol: constantRate, value: rate?.constant ?? rule.defaultRate),
      Descent.Input(symbol: seed.low, value: Double(settings.seed & 0xFFFF_FFFF)),
      Descent.Input(symbol: seed.high, value: Double(settings.seed >> 32)),
    ]
  }

  /// Where random numbers come from: definitions draw once, costs, rates and rules in each step.
  func randomness(at step: NodeID) -> Elaborator.Randomness {
    Elaborator.Randomness(
      seed: (graph.symbol(seed.low), graph.symbol(seed.high)), step: step)
  }

  package func evaluate(_ nodes: [NodeID]) -> [[Double]] {
    let constants = nodes.compactMap { graph.constantValue($0) }
    if constants.count == nodes.count { return constants.map { [$0] } }
    if let values = programs.constantValues(of: nodes) { return values }
    return programs.values(of: nodes, in: graph, at: environmentValues, rows: rowData)
  }

  /// The learning rate as it is now: as given, or the rule's own; what a plateau leaves of it.
  package var rateNode: NodeID {
    let given = rate?.node ?? graph.constant(rule.defaultRate)
    return settings.plateau == nil ? given : plateauRate(given)
  }

  /// The rate as steps are compiled with it: where it is one number, that is an input of theirs, so
  /// that another one needs no other program.
  var steppedRate: NodeID {
    let isConstant = rate == nil || rate?.constant != nil
    let given = isConstant ? graph.symbol(constantRate) : rate?.node ?? rateNode
    return settings.plateau == nil ? given : plateauRate(given)
  }

  package func elaborator(_ unknown: Elaborator.UnknownNames = .refuse) -> Elaborator {
    var elaborator = Elaborator(graph, scope: scope, unknownNames: unknown)
    elaborator.texts = Set(textInputs.keys)
    elaborator.randomness = randomness(at: graph.constant(0))
    return elaborator
  }

  /// A node of an expression, and its value here.
  package func value(
    of expression: Expression
  ) throws(Diagnostic) -> (node: NodeID, value: [Double]) {
    var elaborator = elaborator()
    let node = try elaborator.elaborate(expression)
    return (node, try value(of: node, expression))
  }

  /// The value of an expression here that is this node.
  func value(of node: NodeID, _ expression: Expression) throws(Diagnostic) -> [Double] {
    let value = evaluate([node])[0]
    try refuseNoClasses(
      in: node, value, at: Diagnostic.Label(expression.source, expression.range))
    return value
  }

  /// A value to keep: its random numbers are drawn once, for each element of a declared shape.
  mutating func drawnValue(
    of expression: Expression, shape: Shape
  ) throws(Diagnostic) -> (node: NodeID, value: [Double]) {
    var elaborator = elaborator()
    elaborator.randomness?.shape = shape
    let node = try elaborator.elaborate(expression)
    scope.nextDraw = elaborator.scope.nextDraw
    let value = evaluate([node])[0]
    try refuseNoClasses(
      in: node, value, at: Diagnostic.Label(expression.source, expression.range))
    return (node, value)
  }

  /// Something was defined whose random draws end before this one.
  mutating func noteDraws(of name: String, to nextDraw: Int) {
    draws[name] = nextDraw == scope.nextDraw ? nil : scope.nextDraw
    scope.nextDraw = nextDraw
  }

  /// A single number.
  package func number(
    of expression: Expression, _ what: String
  ) throws(Diagnostic) -> Double {
    if case .number(let number) = expression.tree[expression.root].kind { return number }
    let (node, value) = try value(of: expression)
    guard graph.shape(node).isOneNumber else {
      throw Diagnostic(
        "shape.expected", "\(what) is one number, and this is \(graph.shape(node))",
        at: Diagnostic.Label(expression.source, expression.range))
    }
    return value[0]
  }

  // MARK: Descents

  /// The present point becomes the start, no step taken.
  package mutating func beginDescent() {
    start = values
    descent = Descent()
    forgetRuleState()
  }

  /// Expressions that can be read follow what they stand for.
  mutating func refreshReadable() {
    scope.readable["rate"] = rateNode
    scope.readable["cost"] = cost?.node
    scope.readable["grad"] = cost.map { joined($0.gradient) }
  }

  /// Slopes in one vector; that of a single number is a number.
  func joined(_ slopes: [NodeID]) -> NodeID {
    if slopes.count == 1 { return slopes[0] }
    if slopes.allSatisfy({ graph.shape($0).isScalar }) {
      return graph.simplified(ListOfElements.self, slopes)
    }
    return graph.simplified(Joined.self, slopes)
  }
}
