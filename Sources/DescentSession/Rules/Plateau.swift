internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// `set plateau factor 0.5 patience 5`: the rate is multiplied by the factor each time the cost has
/// not improved for more than `patience` steps.
///
/// An improvement is a cost below the best so far by `threshold` of it. Each step feeds the cost at
/// the point it starts from, and what follows from it holds for the next step.
///
/// **Source** PyTorch 2.13 `ReduceLROnPlateau` with mode min and threshold mode rel. There any cost
/// is an improvement once the best is negative; here it is measured from the best downwards.
struct Plateau: Equatable, Sendable {
  var factor = 0.1
  var patience = 10.0
  var threshold = 1e-4
}

/// What a plateau keeps from step to step: the best cost, the steps since, what is left of the rate.
struct PlateauSymbols: Sendable {
  let best: Symbol
  let waited: Symbol
  let factor: Symbol

  init(in graph: Graph) {
    best = graph.makeSymbol("plateau.best", shape: .scalar)
    waited = graph.makeSymbol("plateau.waited", shape: .scalar)
    factor = graph.makeSymbol("plateau.factor", shape: .scalar)
  }

  var all: [Symbol] { [best, waited, factor] }
}

extension Session {
  /// What the plateau leaves of the rate here.
  var plateauFactor: Double { ruleState?.values[plateauSymbols.factor]?.first ?? 1 }

  /// The rate is whole again and the best cost is that of the next step.
  mutating func restartPlateau() {
    rateSettings += 1
    forgetPlateau()
  }

  mutating func forgetPlateau() {
    guard settings.plateau != nil else { return }
    for symbol in plateauSymbols.all { ruleState?.values[symbol] = nil }
    // What was compiled expects values.
    ruleState?.rateSetting = -1
  }

  func plateauRate(_ rate: NodeID) -> NodeID {
    scalar(Multiply.self, rate, graph.symbol(plateauSymbols.factor))
  }

  func plateauStates(_ plateau: Plateau, cost: NodeID) -> [RuleState] {
    let (best, waited, factor) = (
      graph.symbol(plateauSymbols.best), graph.symbol(plateauSymbols.waited),
      graph.symbol(plateauSymbols.factor)
    )
    let zero = graph.constant(0)
    let part = scalar(
      Conditional.self, scalar(Less.self, best, zero), graph.constant(1 + plateau.threshold),
      graph.constant(1 - plateau.threshold))
    let isBetter = scalar(Less.self, cost, scalar(Multiply.self, best, part))
    let waiting = scalar(
      Conditional.self, isBetter, zero, scalar(Add.self, waited, graph.constant(1)))
    let isOver = scalar(Greater.self, waiting, graph.constant(plateau.patience))
    func state(_ name: String, _ symbol: Symbol, from start: NodeID, next: NodeID) -> RuleState {
      RuleState(
        name: name, parameter: self.cost?.parameters.first ?? clock, symbol: symbol, start: start,
        next: next)
    }
    return [
      state(
        "best", plateauSymbols.best, from: cost,
        next: scalar(Conditional.self, isBetter, cost, best)),
      // The first cost is no improvement on itself.
      state(
        "waited", plateauSymbols.waited, from: graph.constant(-1),
        next: scalar(Conditional.self, isOver, zero, waiting)),
      state(
        "factor", plateauSymbols.factor, from: graph.constant(1),
        next: scalar(
          Conditional.self, isOver,
          scalar(Multiply.self, factor, graph.constant(plateau.factor)), factor)),
    ]
  }

  /// The operation as it stands; numbers always fit.
  private func scalar(_ type: any Primitive.Type, _ operands: NodeID...) -> NodeID {
    (try? graph.node(type, operands)) ?? operands[0]
  }

  /// `factor 0.5, patience 5, threshold 0.0001`, and how it stands.
  var plateauText: String? {
    guard let plateau = settings.plateau else { return nil }
    var text = "factor \(self.text(plateau.factor)) patience \(self.text(plateau.patience))"
    if plateau.threshold != Plateau().threshold {
      text += " threshold \(self.text(plateau.threshold))"
    }
    return text
  }

  /// The values that expressions see at a point of the descent: the rate and the seed as they were
  /// there, and the rate's plateau as it was kept with that point.
  ///
  /// - Parameter present: the values that they see at the present point.
  func environment(
    at point: Point, present: SymbolValues? = nil
  ) -> SymbolValues {
    var result = present ?? environmentValues
    guard point.step < descent.step else { return result }
    for input in descent.inputs(after: point.step) { result[input.symbol] = [input.value] }
    guard settings.plateau != nil else { return result }
    let place = descent.place(of: plateauSymbols.factor, after: point.step)
    result[plateauSymbols.factor] = [place.map { point.state[$0] } ?? 1]
    return result
  }
}

extension Plateau {
  /// What follows `set plateau`, in any order.
  struct Written {
    var parts: [(word: String, value: Expression)] = []
  }

  static let words = ["factor", "patience", "threshold"]
  static let form = "set plateau factor 0.5 patience 5 [threshold 1e-4], or: set plateau off"

  /// Nil stands for `off`.
  static func parse(_ parser: inout Parser) throws(Diagnostic) -> Written? {
    if parser.accept(word: "off") != nil { return nil }
    var written = Written()
    repeat {
      let range = parser.position
      guard let word = words.first(where: { parser.isWord($0) }) else {
        var problem = parser.unexpected(expected: "'factor', 'patience', 'threshold' or 'off'")
        let near =
          parser.peek.kind == .name
          ? suggestion(for: parser.text(of: parser.peek), among: words) : nil
        problem.code = "option.form"
        problem.help = near.map { ["did you mean '\($0)'?"] } ?? ["write: \(form)"]
        throw problem
      }
      guard !written.parts.contains(where: { $0.word == word }) else {
        throw Diagnostic(
          "option.twice", "the \(word) is given twice", at: Diagnostic.Label(parser.source, range))
      }
      parser.advance()
      written.parts.append((word, try parser.expression()))
    } while !parser.isAtEndOfCommand
    return written
  }

  init(_ written: Written, in session: Session) throws(Diagnostic) {
    self.init()
    for (word, expression) in written.parts {
      switch word {
      case "patience":
        patience = Double(
          try session.wholeNumber(expression, "a plateau's patience", in: 0...1_000_000_000))
      case "factor":
        factor = try session.number(of: expression, "a plateau's factor")
        guard 0 < factor, factor < 1 else {
          throw Diagnostic(
            "plateau.factor",
            "a plateau's factor is between 0 and 1, and this is \(session.text(factor))",
            at: Diagnostic.Label(expression.source, expression.range),
            help: ["0.5 halves the rate, 0.1 takes a tenth of it"])
        }
      default:
        threshold = try session.number(of: expression, "a plateau's threshold")
        guard 0 <= threshold, threshold < 1 else {
          throw Diagnostic(
            "plateau.threshold",
            "a plateau's threshold is from 0 to below 1, and this is \(session.text(threshold))",
            at: Diagnostic.Label(expression.source, expression.range),
            help: ["it is the part of the cost that counts as an improvement, such as 1e-4"])
        }
      }
    }
  }
}
