internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `w = 10`, `x = [1, 2]`, `b[10] = 0`, `W[16, 784] = normal(0, 0.1)`.
package struct SetParameter: Command {
  package static let word = "parameter"
  package static let help = CommandHelp(
    .define, ["NAME = VALUE", "NAME[N] = VALUE", "NAME[M, N] = VALUE"],
    "A parameter and where it starts: a number, a vector of N numbers, a matrix of M rows and N columns. The value is computed once, random numbers for each element; a new descent begins from it.",
    ["w = 10", "x = [1, 2]", "b[10] = 0", "W = [[1, 2], [3, 4]]", "V[2, 3] = normal(0, 0.1)"])

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
    let declared = try declaredShape(session, label)
    var (node, value) = try session.drawnValue(of: self.value, shape: declared ?? .scalar)
    var shape = session.graph.shape(node)
    guard !shape.isPerRow else {
      throw Diagnostic(
        "shape.perRow", "a parameter is the same for all rows, and this is \(shape)",
        at: Diagnostic.Label(self.value.source, self.value.range),
        help: ["for a name for it: let \(name) = …", "for a column: data \(name) = …"])
    }
    if let declared {
      if let known = session.scope.parameter(name).map(session.graph.shape), known != declared {
        throw redeclared(known, as: declared)
      }
      if shape.isScalar {
        value = Array(repeating: value[0], count: declared.count)
        shape = declared
      }
      guard shape == declared else {
        let lengths = declared.extents.lengths
        throw Diagnostic(
          "shape.mismatch", "\(name) is to be \(declared), and this is \(shape)",
          at: Diagnostic.Label(self.value.source, self.value.range),
          secondary: [
            Diagnostic.Label(
              self.lengths[0].source, lengthsRange,
              lengths.count == 1 ? "\(lengths[0]) elements" : "\(declared)")
          ])
      }
    }
    guard value.allSatisfy(\.isFinite) else {
      throw Diagnostic(
        "value.notFinite",
        "a parameter starts at a finite number, and this is \(session.text(value, shape: shape))",
        at: Diagnostic.Label(self.value.source, self.value.range),
        help: shape.isScalar ? ["write a number: \(name) = 1"] : [])
    }
    let old = session.scope.parameter(name).map(session.graph.shape)
    try session.setParameter(name, to: value, shape: shape, at: label)
    if let old, old != shape {
      environment.emit(.line(reshaped(from: old, to: shape, session.text(value[0]))))
    }
    return .proceed
  }

  /// Says that a parameter has another shape from now on.
  private func reshaped(from old: Shape, to new: Shape, _ number: String) -> String {
    let lengths = old.extents.lengths.map { "\($0)" }.joined(separator: ", ")
    let filling =
      new.isScalar ? "; for each of its elements, write: \(name) = \(number)*ones(\(lengths))" : ""
    return "\(name) was \(old) and is \(new) now\(filling)"
  }

  /// What stands in the brackets.
  private var lengthsRange: SourceRange {
    lengths.dropFirst().reduce(lengths[0].range) { $0.union($1.range) }
  }

  /// The shape of `NAME[N] = …` or `NAME[M, N] = …`.
  private func declaredShape(
    _ session: Session, _ label: Diagnostic.Label
  ) throws(Diagnostic) -> Shape? {
    guard !lengths.isEmpty else { return nil }
    guard lengths.count <= 2 else {
      throw Diagnostic(
        "shape.dimensions", "\(name) has \(lengths.count) lengths here, and a matrix has two",
        at: Diagnostic.Label(label.source, lengthsRange),
        help: ["write \(name)[n] for a vector, \(name)[m, n] for a matrix"])
    }
    let most = Elaborator.mostElements
    var counts: [Int] = []
    for length in lengths {
      counts.append(try session.wholeNumber(length, "a length", in: 1...most))
    }
    if counts.count == 1 { return .vector(counts[0]) }
    let shape = Shape.matrix(counts[0], counts[1])
    guard shape.count <= most else {
      throw Elaborator.tooLong(
        Double(shape.count), "a matrix", at: Diagnostic.Label(label.source, lengthsRange))
    }
    return shape
  }

  /// What is wrong with brackets that do not tell the shape that is there.
  private func redeclared(_ known: Shape, as declared: Shape) -> Diagnostic {
    let lengths = declared.extents.lengths
    let text = lengths.map { "\($0)" }.joined(separator: ", ")
    let isPlace =
      lengths.count == known.extents.lengths.count
      && zip(lengths, known.extents.lengths).allSatisfy { $0 <= $1 }
    return Diagnostic(
      "shape.declared",
      known.isScalar
        ? "\(name) is a scalar already: it has no elements" : "\(name) is \(known) already",
      at: Diagnostic.Label(self.lengths[0].source, lengthsRange),
      help: [
        isPlace
          ? "to set one element, write: set \(name)[\(text)] = …"
          : "to give it another shape: \(name) = zeros(\(text))"
      ])
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

  /// Refuses a name that a column of the data has.
  func refuseColumnName(_ name: String, at label: Diagnostic.Label) throws(Diagnostic) {
    guard scope.column(name) != nil else { return }
    throw Diagnostic(
      "name.column", "'\(name)' is a column of the data", at: label,
      help: [
        "take another name, such as \(name)1",
        "or give the column another: data \"FILE\" as \(name)_ = \(name)",
      ])
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
    try refuseColumnName(name, at: label)
    if scope.isDefined(name) {
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
