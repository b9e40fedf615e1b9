internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `set precision 6`, `set seed 42`, `set threads 2`, `set clip norm 1`, `set plateau factor 0.5`,
/// `set w[2] = 5`, `set W[1, 2] = 5`.
package struct SetOption: Command {
  package static let word = "set"
  package static let help = CommandHelp(
    .define,
    [
      "set precision N", "set seed N", "set shuffle on|off", "set threads N",
      "set clip norm|value LIMIT", "set clip off",
      "set plateau [factor F] [patience N] [threshold T]", "set plateau off",
      "set NAME[I] = VALUE", "set NAME[I, J] = VALUE",
    ],
    "Options: how many significant digits are shown (1 to 17), the seed of random numbers, whether each pass over the rows takes them in an order of its own, which the seed decides, and how many threads share long work, which changes no result. 'clip' bounds the gradient before the rule sees it: its norm, all slopes together, or each slope. 'plateau' multiplies the rate by F (0.1 unless given) each time the cost has not improved by the part T (1e-4) for more than N (10) steps, and begins anew when the rate or the rule is set, as does a new descent. Also sets one element of a vector or a matrix.",
    [
      "set precision 3", "1/3", "x = [1, 2]", "set x[2] = 5", "x", "W[2, 2] = 0",
      "set W[1, 2] = 5", "cost sum(x^2)",
      "set clip norm 1", "set plateau factor 0.5 patience 5", "step 3", "show options",
      "set shuffle off", "set threads 2",
    ])

  private enum Form {
    case option(String, SourceRange, Expression)
    case element(String, SourceRange, [Expression], Expression)
    case clip(GradientClip.Written?)
    case plateau(Plateau.Written?)
    case shuffle(isOn: Bool)
  }

  private let form: Form

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetOption {
    let (name, range) = try parser.name("an option's name")
    if parser.accept(.leftBracket) != nil {
      var places = [try parser.expression()]
      while parser.accept(.comma) != nil { places.append(try parser.expression()) }
      try parser.expect(.rightBracket)
      try parser.expectEquals(as: "set \(name)[I] = VALUE")
      return SetOption(form: .element(name, range, places, try parser.expressionWithBindings()))
    }
    guard Self.options.contains(name) else {
      let label = Diagnostic.Label(parser.source, range)
      let near = suggestion(for: name, among: Self.options)
      if near == nil, Vocabulary.words[name] != nil {
        throw Diagnostic(
          "option.unknown", "'\(name)' is a command of its own", at: label,
          help: ["write it without 'set': \(name) …"])
      }
      if near == nil, Prelude.ruleNames.contains(name) {
        throw Diagnostic(
          "option.unknown", "'\(name)' is an update rule and no option", at: label,
          help: ["write: rule \(name)(…), with its arguments; 'help \(name)' tells them"])
      }
      throw Diagnostic(
        "option.unknown", "no option is called '\(name)'", at: label,
        help: near.map { ["did you mean '\($0)'?"] }
          ?? [
            "options: \(Self.options.joined(separator: ", "))", "to set a parameter: \(name) = …",
          ])
    }
    if name == "clip" { return SetOption(form: .clip(try GradientClip.parse(&parser))) }
    if name == "plateau" { return SetOption(form: .plateau(try Plateau.parse(&parser))) }
    if name == "shuffle" {
      let isOn = parser.accept(word: "on") != nil
      if !isOn, parser.accept(word: "off") == nil {
        throw parser.unexpected(expected: "'on' or 'off'")
      }
      return SetOption(form: .shuffle(isOn: isOn))
    }
    parser.accept(.equals)
    return SetOption(form: .option(name, range, try parser.expression()))
  }

  package static let options = ["precision", "seed", "shuffle", "threads", "clip", "plateau"]

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    switch form {
    case .option("precision", _, let value):
      session.settings.precision = try session.wholeNumber(value, "the precision", in: 1...17)
    case .option("threads", _, let value):
      session.threads = try session.wholeNumber(value, "the number of threads", in: 1...256)
      session.forgetPlans()
    case .option(_, _, let value):
      session.settings.seed = try seed(value, session)
      if session.batchSize != nil { session.forgetPlans() }
    case .shuffle(let isOn):
      session.settings.isShuffled = isOn
      session.forgetPlans()
    case .clip(let written):
      session.settings.clip = try written.map { written throws(Diagnostic) in
        try GradientClip(written, in: session)
      }
    case .plateau(let written):
      session.settings.plateau = try written.map { written throws(Diagnostic) in
        try Plateau(written, in: session)
      }
      session.restartPlateau()
      session.refreshReadable()
      try session.redefine(dependentsOf: ["rate"])
    case .element(let name, let range, let places, let value):
      let label = Diagnostic.Label(place.source, range)
      guard let symbol = session.scope.parameter(name) else {
        throw session.scope.noParameter(name, at: label)
      }
      let position = try Self.position(
        places, of: name, session.graph.shape(symbol), session, label)
      let number = try session.number(of: value, "an element")
      guard number.isFinite else {
        throw Diagnostic(
          "value.notFinite", "an element is a finite number, and this is \(session.text(number))",
          at: Diagnostic.Label(value.source, value.range))
      }
      var numbers = session.values[symbol] ?? []
      numbers[position] = number
      session.values[symbol] = numbers
      session.beginDescent()
    }
    return .proceed
  }

  /// Where an element stands among a parameter's numbers.
  private static func position(
    _ places: [Expression], of name: String, _ shape: Shape, _ session: Session,
    _ label: Diagnostic.Label
  ) throws(Diagnostic) -> Int {
    let lengths = shape.extents.lengths
    guard !lengths.isEmpty else {
      throw Diagnostic(
        "shape.expected", "\(name) is \(shape) and has no elements", at: label,
        help: ["write: \(name) = …"])
    }
    guard places.count == lengths.count else {
      throw Diagnostic(
        "shape.subscript",
        "\(name) is \(shape): an element of it takes \(lengths.count == 1 ? "one subscript" : "two subscripts")",
        at: label, help: ["write: set \(name)\(lengths.count == 1 ? "[i]" : "[i, j]") = …"])
    }
    var position = 0
    for (place, length) in zip(places, lengths) {
      position =
        position * length + (try session.wholeNumber(place, "a subscript", in: 1...length)) - 1
    }
    return position
  }

  /// A seed that is written out keeps all its 64 bits, of which a number holds 53.
  private func seed(_ value: Expression, _ session: Session) throws(Diagnostic) -> UInt64 {
    let digits = value.text.filter { $0 != "_" }
    if case .number = value.tree[value.root].kind, digits.allSatisfy(\.isWholeNumber) {
      if let seed = UInt64(digits) { return seed }
      throw Diagnostic(
        "number.range", "the seed is a whole number up to \(UInt64.max), and this is larger",
        at: Diagnostic.Label(value.source, value.range))
    }
    return UInt64(try session.wholeNumber(value, "the seed", in: 0...9_007_199_254_740_992))
  }
}
