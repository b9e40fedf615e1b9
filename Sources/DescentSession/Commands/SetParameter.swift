internal import DescentElaboration
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `w = 10`, `x = [1, 2]`, `b[10] = 0`.
package struct SetParameter: Command {
  package static let word = "parameter"
  package static let help = CommandHelp(
    .define, ["NAME = VALUE", "NAME[N] = VALUE"],
    "A parameter and where it starts. The value is computed once; a new descent begins from it.",
    ["w = 10", "x = [1, 2]", "b[10] = 0"])

  private let name: String
  private let range: SourceRange
  private let lengths: [Expression]
  private let value: Expression

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> SetParameter {
    let (name, range) = try parser.name("a parameter's name")
    var lengths: [Expression] = []
    if parser.accept(.leftBracket) != nil {
      lengths.append(try parser.expression())
      while parser.accept(.comma) != nil { lengths.append(try parser.expression()) }
      try parser.expect(.rightBracket)
    }
    try parser.expect(.equals)
    if parser.isAtEndOfCommand { throw parser.unexpected(expected: "a value") }
    return SetParameter(
      name: name, range: range, lengths: lengths, value: try parser.expressionWithBindings())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let label = Diagnostic.Label(place.source, range)
    try session.refuseDefinition(of: name, at: label)
    let length = try declaredLength(session, label)
    var (node, value) = try session.drawnValue(
      of: self.value, shape: length.map { .vector($0) } ?? .scalar)
    var shape = session.graph.shape(node)
    if let first = lengths.first, let length {
      if let known = session.scope.parameter(name).map(session.graph.shape), known.isScalar {
        throw Diagnostic(
          "shape.declared", "\(name) is a scalar already: it has no elements",
          at: Diagnostic.Label(first.source, first.range),
          help: ["to give it another shape: \(name) = zeros(\(length))"])
      }
      if case .vector(let count) = session.scope.parameter(name).map(session.graph.shape)?.extents,
        count != length
      {
        throw Diagnostic(
          "shape.declared", "\(name) is a vector [\(count)] already",
          at: Diagnostic.Label(first.source, first.range),
          help: [
            length <= count
              ? "to set one element, write: set \(name)[\(length)] = …"
              : "to give it another shape: \(name) = zeros(\(length))"
          ])
      }
      if shape.isScalar {
        value = Array(repeating: value[0], count: length)
        shape = .vector(length)
      }
      guard shape == .vector(length) else {
        throw Diagnostic(
          "shape.mismatch", "\(name) is to be a vector [\(length)], and this is \(shape)",
          at: Diagnostic.Label(self.value.source, self.value.range),
          secondary: [Diagnostic.Label(first.source, first.range, "\(length) elements")])
      }
    }
    guard value.allSatisfy(\.isFinite) else {
      throw Diagnostic(
        "value.notFinite",
        "a parameter starts at a finite number, and this is \(session.text(value, shape: shape))",
        at: Diagnostic.Label(self.value.source, self.value.range),
        help: shape.isScalar ? ["write a number: \(name) = 1"] : [])
    }
    try session.setParameter(name, to: value, shape: shape, at: label)
    return .proceed
  }

  /// N of `NAME[N] = …`.
  private func declaredLength(
    _ session: Session, _ label: Diagnostic.Label
  ) throws(Diagnostic) -> Int? {
    guard let first = lengths.first else { return nil }
    guard lengths.count == 1 else {
      throw Diagnostic("not.yet", "this needs matrices, not in this version yet", at: label)
    }
    return try session.wholeNumber(first, "a length", in: 1...Elaborator.mostElements)
  }
}

extension Session {
  /// Refuses a name that means something already and cannot be taken.
  func refuseDefinition(of name: String, at label: Diagnostic.Label) throws(Diagnostic) {
    if let what = Scope.reservation(of: name) {
      throw Diagnostic(
        "name.reserved", "'\(name)' is \(what) and cannot be given another meaning", at: label,
        help: ["take another name, such as \(name)1"])
    }
    if loopValues[name] != nil {
      throw Diagnostic(
        "name.loop", "'\(name)' is the name of the loop around, which gives it its values",
        at: label, help: ["take another name, such as \(name)1"])
    }
    if Vocabulary.words[name] != nil || Vocabulary.wordsNotYet.contains(name) {
      throw Diagnostic(
        "name.command", "'\(name)' is a command and cannot be given another meaning", at: label,
        help: ["take another name, such as \(name)1"])
    }
  }

  /// Refuses to define the name of the cost by anything but a cost.
  func refuseCostName(_ name: String, at label: Diagnostic.Label) throws(Diagnostic) {
    guard let cost, cost.name == name else { return }
    throw Diagnostic(
      "name.defined", "'\(name)' is the name of the cost", at: label,
      help: ["to change the cost, write: cost \(name)(…) = …"])
  }

  /// Gives a parameter its value; a new descent begins.
  mutating func setParameter(
    _ name: String, to value: [Double], shape: Shape, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    try refuseCostName(name, at: label)
    if scope.definitions[name] != nil || scope.functions[name] != nil {
      throw Diagnostic(
        "name.defined", "'\(name)' is defined by 'let' already", at: label,
        help: ["to change the definition: let \(name) = …"])
    }
    textInputs[name] = nil
    if let known = scope.parameter(name), graph.shape(known) == shape {
      values[known] = value
    } else {
      let old = scope.parameter(name)
      let symbol = graph.makeSymbol(name, shape: shape)
      scope.setParameter(name, symbol: symbol)
      values[symbol] = value
      if let old {
        values[old] = nil
        try redefine(dependentsOf: [name])
      }
    }
    beginDescent()
  }

  /// A whole number that is known.
  func wholeNumber(
    _ expression: Expression, _ what: String, in range: ClosedRange<Int>
  ) throws(Diagnostic) -> Int {
    let number = try number(of: expression, what)
    let (least, most) = (Double(range.lowerBound), Double(range.upperBound))
    if number == number.rounded(), number >= least, number <= most { return Int(number) }
    // One bound is told, the one that is missed; both where they are near.
    let bounds =
      range.count <= 1000
      ? "from \(range.lowerBound) to \(range.upperBound)"
      : number > most ? "up to \(text(most))" : "from \(range.lowerBound) on"
    let isBetween = number > least && number < most
    throw Diagnostic(
      "number.range", "\(what) is a whole number \(bounds), and this is \(text(number))",
      at: Diagnostic.Label(expression.source, expression.range),
      help: isBetween
        ? ["write \(text(number.rounded(.down))) or \(text(number.rounded(.up)))"] : [])
  }
}
