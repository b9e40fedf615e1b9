internal import DescentGraph
internal import DescentSource

/// An update rule that needs all parameters at once: a Hessian, a history of gradients, residuals.
///
/// Each is one file in this folder and one line in ``WholeSpaceRules``. A rule keeps its memory in
/// numbers that belong to the point, so that going back and going on are exact.
protocol WholeSpaceRule: AnyObject, SendableMetatype {
  static var name: String { get }
  /// Its name and its arguments' defaults: `lbfgs(memory = 10)`.
  static var signature: String { get }
  /// What it does, in words, and where it comes from.
  static var about: String { get }
  /// The most parameters' numbers that it takes, where it keeps a matrix of them.
  static var mostNumbers: Int? { get }
  /// What it keeps from step to step, all 0 at first: names, and how many numbers each.
  static func kept(_ space: Space, arguments: [Double]) -> [(name: String, count: Int)]
  /// Refuses arguments that it cannot work with.
  static func checkArguments(_ arguments: [Double]) throws(WholeSpaceProblem)
  /// Refuses a cost that it cannot descend.
  static func checkCost(_ space: Space) throws(Diagnostic)

  init(_ space: Space, arguments: [NodeID]) throws(Diagnostic)

  /// Takes one step; false where no step lowers the cost.
  ///
  /// - Parameters:
  ///   - point: where it stands, with the cost and the gradient there; replaced by the next.
  ///   - kept: what the rule keeps; replaced by what it keeps then.
  ///   - function: evaluates the cost and its gradient elsewhere.
  func step(
    from point: inout SpacePoint, keeping kept: inout [Double], rate: Double,
    of function: SpaceFunction
  ) -> Bool

  /// Whether the step that was just taken was not the one the rule takes where all goes well.
  var wasDamped: Bool { get }
  /// Whether the step that was just taken went where only the curvature leads down.
  var leftSaddle: Bool { get }
}

/// Why a rule does not take an argument, in words.
struct WholeSpaceProblem: Error {
  var message: String
  var help: String
}

extension WholeSpaceRule {
  static var signature: String { name }
  static var mostNumbers: Int? { nil }
  static func checkArguments(_ arguments: [Double]) throws(WholeSpaceProblem) {}
  static func checkCost(_ space: Space) throws(Diagnostic) {}
  var wasDamped: Bool { false }
  var leftSaddle: Bool { false }

  /// What `show rule` prints below the description.
  static var shown: String {
    "# built in, as it sees all parameters at once; to select it: rule \(signature)"
  }

  /// Refuses arguments, or the present cost; arguments are numbers from here on.
  static func check(
    _ rule: inout UpdateRule, _ session: Session, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    let values = session.evaluate(rule.arguments).map { $0[0] }
    do { try checkArguments(values) } catch {
      throw Diagnostic("rule.argument", error.message, at: label, help: [error.help])
    }
    rule.arguments = values.map { session.graph.constant($0) }
    if let cost = session.cost { try check(Space(session, cost)) }
  }

  private static func check(_ space: Space) throws(Diagnostic) {
    if let most = mostNumbers, space.count > most {
      throw Diagnostic(
        "rule.tooLarge",
        "'\(name)' keeps a matrix of all parameters and takes at most \(most) numbers; this cost has \(space.count)",
        at: space.place, help: ["use: rule lbfgs"])
    }
    try checkCost(space)
  }

  /// What the rule keeps, beside parameters that it moves by itself.
  static func ruleStep(
    _ space: Space, arguments: [NodeID]
  ) throws(Diagnostic) -> RuleStep {
    try check(space)
    let graph = space.graph
    let values = arguments.map { graph.constantValue($0) ?? 0 }
    let states = kept(space, arguments: values).map { name, count in
      let symbol = graph.makeSymbol("\(Self.name).\(name)", shape: .vector(count))
      return RuleState(
        name: name, parameter: space.parameters[0], symbol: symbol,
        start: graph.zero(.vector(count)), next: graph.symbol(symbol))
    }
    return RuleStep(next: space.parameters.map { graph.symbol($0) }, states: states)
  }
}
