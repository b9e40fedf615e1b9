internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// The same descent from its start for each combination of values.
///
/// What varies as a number (a constant rate, a start, a definition) is an input of one compiled
/// program, so that a combination costs its steps and little else; rules and schedules are compiled
/// one by one.
struct Sweep {
  /// What a dimension varies.
  private enum Subject {
    case rule([UpdateRule])
    case schedule([Session.Rate])
    /// A rate, a start or a definition: the numbers of all values, of each so many.
    case numbers([Double], width: Int, Symbol)

    var count: Int {
      switch self {
      case .rule(let rules): rules.count
      case .schedule(let rates): rates.count
      case .numbers(let numbers, let width, _): numbers.count / max(1, width)
      }
    }

    /// Whether each value needs a program of its own.
    var isStructural: Bool {
      switch self {
      case .rule, .schedule: true
      default: false
      }
    }
  }

  private struct Dimension {
    var name: String
    var subject: Subject
    /// Each value as it is shown, if it is not made of numbers.
    var texts: [String] = []
  }

  private let session: Session
  private let dimensions: [Dimension]
  private let steps: Int
  private let test: Expression?

  /// The most combinations of one sweep.
  static let mostCombinations = 10_000_000

  init(
    _ session: Session, _ given: [RunSweep.Dimension], in source: SourceText, steps: Int,
    until test: Expression?
  ) throws(Diagnostic) {
    var session = session
    session.values = session.start
    session.beginDescent()
    var dimensions: [Dimension] = []
    for dimension in given {
      let label = Diagnostic.Label(source, dimension.range)
      if dimensions.contains(where: { $0.name == dimension.name }) {
        throw Diagnostic("name.twice", "'\(dimension.name)' is varied twice", at: label)
      }
      dimensions.append(try Self.read(dimension, &session, label))
    }
    var combinations = 1
    for dimension in dimensions {
      let (product, overflow) = combinations.multipliedReportingOverflow(
        by: dimension.subject.count)
      guard !overflow, product <= Self.mostCombinations else {
        throw Diagnostic(
          "sweep.size", "this sweep has more than \(Self.mostCombinations) combinations",
          at: Diagnostic.Label(source, given[0].range))
      }
      combinations = product
    }
    session.refreshReadable()
    self.session = session
    self.dimensions = dimensions
    self.steps = steps
    self.test = test
  }

  // MARK: Reading

  private static func read(
    _ given: RunSweep.Dimension, _ session: inout Session, _ label: Diagnostic.Label
  ) throws(Diagnostic) -> Dimension {
    if given.name == "rule" {
      var rules: [UpdateRule] = []
      for selection in given.rules {
        rules.append(try session.rule(selectedBy: selection, in: label.source))
      }
      return Dimension(name: "rule", subject: .rule(rules), texts: rules.map(\.text))
    }
    if given.name == "rate" { return try readRate(given, &session) }
    if let symbol = session.scope.parameter(given.name) {
      let shape = session.graph.shape(symbol)
      var values: [[Double]] = []
      for expression in given.values {
        let (node, value) = try session.value(of: expression)
        if let bad = value.first(where: { !$0.isFinite }) {
          throw Diagnostic(
            "value.notFinite", "a start is a finite number, and this is \(session.text(bad))",
            at: Diagnostic.Label(expression.source, expression.range))
        }
        if session.graph.shape(node) == shape {
          values.append(value)
        } else if shape.isScalar, !session.graph.shape(node).extents.isMatrix {
          values += value.map { [$0] }
        } else {
          throw Diagnostic(
            "shape.mismatch",
            "\(given.name) is \(shape), and this is \(session.graph.shape(node))",
            at: Diagnostic.Label(expression.source, expression.range),
            help: shape.isScalar || shape.count > 8
              ? []
              : [
                "each start is a whole vector: \(given.name) in "
                  + session.text(Array(repeating: 0, count: shape.count), shape: shape) + ", "
                  + session.text(Array(repeating: 1, count: shape.count), shape: shape)
              ])
        }
      }
      return Dimension(
        name: given.name,
        subject: .numbers(values.flatMap(\.self), width: shape.count, symbol))
    }
    guard let definition = session.scope.definition(given.name) else {
      let known =
        ["rate", "rule"] + session.scope.parameters.map(\.name)
        + session.scope.definedNames
      let near = suggestion(for: given.name, among: known)
      throw Diagnostic(
        "sweep.name", "'\(given.name)' cannot be varied", at: label,
        help: near.map { ["did you mean '\($0)'?"] }
          ?? ["what can: rate, rule, parameters, definitions and inputs"])
    }
    guard session.graph.shape(definition.node).isOneNumber else {
      throw Diagnostic(
        "sweep.shape", "'\(given.name)' is no single number and cannot be varied", at: label)
    }
    let values = try numbers(given.values, session)
    let symbol = session.programs.sweptSymbol(named: given.name, in: session.graph)
    session.scope.setDefinition(
      Scope.Definition(
        name: given.name, expression: definition.expression, node: session.graph.symbol(symbol)))
    session.values[symbol] = [values.first ?? 0]
    try session.redefine(dependentsOf: [given.name])
    return Dimension(name: given.name, subject: .numbers(values, width: 1, symbol))
  }

  private static func readRate(
    _ given: RunSweep.Dimension, _ session: inout Session
  ) throws(Diagnostic) -> Dimension {
    var rates: [Session.Rate] = []
    var nodes: [NodeID?] = []
    for expression in given.values {
      var elaborator = session.elaborator()
      let node = try? elaborator.elaborate(expression)
      nodes.append(node)
      if let node, !session.graph.shape(node).isOneNumber { continue }
      rates.append(try session.rate(of: expression))
    }
    let isConstant = rates.allSatisfy { session.graph.symbols(in: [$0.node]).isEmpty }
    if !isConstant, rates.count == given.values.count {
      return Dimension(
        name: "rate", subject: .schedule(rates),
        texts: rates.map { $0.expression.source.text(in: $0.expression.range) })
    }
    var values: [Double] = []
    for (expression, node) in zip(given.values, nodes) {
      if let node {
        values += try session.value(of: node, expression)
      } else {
        values += try session.value(of: expression).value
      }
    }
    if let bad = values.first(where: { !($0 >= 0 && $0 < .infinity) }) {
      throw Diagnostic(
        "rate.negative", "a rate is finite and not negative, and this has \(session.text(bad))",
        at: Diagnostic.Label(given.values[0].source, given.values[0].range))
    }
    // What stands for a rate that is one number in all compiled steps.
    let symbol = session.constantRate
    if let expression = given.values.first {
      session.rate = Session.Rate(
        expression: expression, node: session.graph.symbol(symbol), constant: values.first,
        places: Places())
    }
    session.refreshReadable()
    return Dimension(name: "rate", subject: .numbers(values, width: 1, symbol))
  }

  /// Numbers, ranges and lists in one list.
  private static func numbers(
    _ expressions: [Expression], _ session: Session
  ) throws(Diagnostic) -> [Double] {
    var numbers: [Double] = []
    for expression in expressions { numbers += try session.value(of: expression).value }
    return numbers
  }

  // MARK: Running

  func run(
    verdicts: SweepResult.Verdicts, isInterrupted: () -> Bool
  ) throws(Diagnostic) -> SweepResult {
    var result = SweepResult(dimensions: dimensions.map(resultDimension))
    let verdicts = result.isShownWhole ? .all : verdicts
    let structural = dimensions.indices.filter { dimensions[$0].subject.isStructural }
    let numeric = dimensions.indices.filter { !dimensions[$0].subject.isStructural }
    let inputs = numeric.compactMap { place -> SweepRunner.Input? in
      guard case .numbers(let numbers, let width, let symbol) = dimensions[place].subject else {
        return nil
      }
      return SweepRunner.Input(
        symbol: symbol, numbers: numbers, width: width, count: dimensions[place].subject.count,
        stride: result.stride(of: place))
    }
    var combination = Array(repeating: 0, count: dimensions.count)
    // Those whose rows have no verdicts yet.
    var unjudged: [(SweepRunner, SweepCombinations)] = []
    var room = LaneSweep.Kept.most
    repeat {
      let runner = try prepared(combination, structural, inputs)
      let first = structural.reduce(0) { $0 + combination[$1] * result.stride(of: $1) }
      let combinations = SweepCombinations(
        first: first, dimensions: inputs.map { ($0.count, $0.stride) })
      result.isWhole = try runner.run(
        combinations, steps: steps, verdicts: verdicts, keeping: &room, into: &result,
        isInterrupted)
      if verdicts == .shown { unjudged.append((runner, combinations)) }
    } while result.isWhole && advance(&combination, structural)
    result.chooseShown()
    for (runner, combinations) in unjudged {
      let shown = result.shown.filter {
        combinations.contains($0) && !result.isJudged($0)
      }
      if shown.isEmpty { continue }
      _ = try runner.run(
        SweepCombinations(shown), steps: steps, verdicts: .all, keeping: &room, into: &result,
        isInterrupted)
    }
    return result
  }

  private func resultDimension(_ dimension: Dimension) -> SweepResult.Dimension {
    let texts = dimension.texts
    guard case .numbers(let numbers, let width, let symbol) = dimension.subject else {
      return SweepResult.Dimension(
        name: dimension.name, values: .texts(texts), count: texts.count, text: { texts[$0] })
    }
    let (session, shape) = (session, session.graph.shape(symbol))
    return SweepResult.Dimension(
      name: dimension.name, values: .numbers(numbers, width: width),
      count: dimension.subject.count,
      text: { session.text(Array(numbers[($0 * width)..<(($0 + 1) * width)]), shape: shape) })
  }

  /// The next combination of some dimensions, the last one fastest; false after the last.
  private func advance(_ combination: inout [Int], _ places: [Int]) -> Bool {
    for place in places.reversed() {
      combination[place] += 1
      if combination[place] < dimensions[place].subject.count { return true }
      combination[place] = 0
    }
    return false
  }

  private func prepared(
    _ combination: [Int], _ structural: [Int], _ inputs: [SweepRunner.Input]
  ) throws(Diagnostic) -> SweepRunner {
    if structural.isEmpty { return try SweepRunner(session, inputs, until: test) }
    var session = session
    for place in structural {
      switch dimensions[place].subject {
      case .rule(let rules): session.select(rules[combination[place]])
      case .schedule(let rates): session.rate = rates[combination[place]]
      case .numbers: break
      }
    }
    session.refreshReadable()
    return try SweepRunner(session, inputs, until: test)
  }
}
