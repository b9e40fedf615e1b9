internal import DescentGraph
package import DescentSource
internal import DescentSyntax

extension Elaborator {
  func arguments(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }

  func notYet(_ what: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Diagnostic {
    Diagnostic(
      "not.yet", "this needs \(what), not in this version yet", at: label(index, tree))
  }

  /// What is wrong with a class that is known and is none.
  func noClass(
    _ node: NodeID, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> Diagnostic? {
    guard let (label, count) = graph.classes(of: node), let value = known(label),
      !Graph.isClass(value, of: count)
    else { return nil }
    return Diagnostic(
      "class.range",
      "there is no class \(Typesetter.text(value)): classes go from 1 to \(count) here",
      at: self.label(index, tree))
  }

  /// The most elements that a vector or a matrix may have: 800 megabytes of numbers.
  package static let mostElements = 100_000_000

  func refuseTooLong(
    _ node: NodeID, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) {
    let count = graph.shape(node).count
    guard count > Self.mostElements else { return }
    throw Self.tooLong(Double(count), "a \(kind(node))", at: label(index, tree))
  }

  private func kind(_ node: NodeID) -> String {
    graph.shape(node).extents.isMatrix ? "matrix" : "vector"
  }

  package static func tooLong(
    _ count: Double, _ what: String = "a vector", at place: Diagnostic.Label
  ) -> Diagnostic {
    Diagnostic(
      "shape.size",
      "\(what) has at most \(mostElements) elements, and this has \(Typesetter.text(count))",
      at: place)
  }

  /// What is wrong with the bounds of a range, if they are known numbers.
  func emptyRange(
    _ bounds: [NodeID], _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> Diagnostic? {
    let numbers = bounds.compactMap { known($0) }
    guard numbers.count == bounds.count, numbers.count >= 2 else { return nil }
    let (from, to, by) = (numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 1)
    func text(_ value: Double) -> String { Typesetter.text(value) }
    guard numbers.allSatisfy(\.isFinite) else {
      return Diagnostic(
        "range.notFinite", "a range goes from one finite number to another",
        at: label(index, tree))
    }
    if by == 0 {
      return Diagnostic(
        "range.empty", "a range by 0 never ends", at: label(index, tree),
        help: ["write: \(text(from))..\(text(to)) by \(to < from ? "-1" : "1")"])
    }
    let count = ((to - from) / by + 1e-9).rounded(.down) + 1
    guard count < 1 else { return Self.tooLong(count, at: label(index, tree)) }
    return Diagnostic(
      "range.empty", "there are no values from \(text(from)) to \(text(to)) by \(text(by))",
      at: label(index, tree), help: ["write: \(text(from))..\(text(to)) by \(text(-by))"])
  }

  /// A name that nothing is called, with what it may have been meant to be.
  mutating func unknown(_ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Diagnostic
  {
    if let problem = mistaken(name, index, tree) { return problem }
    if texts.contains(name) {
      return Diagnostic(
        "name.text", "'\(name)' is a text and no number", at: label(index, tree),
        help: ["fill it into a string: \"{\(name)}\""])
    }
    return Diagnostic(
      "name.unknown", "nothing is called '\(name)'", at: label(index, tree),
      help: helpForUnknown(name) + ["to make it a parameter: \(name) = 1"])
  }

  private func helpForUnknown(_ name: String) -> [String] {
    suggestion(for: name, among: scope.names + Array(arguments.keys).sorted()).map {
      ["did you mean '\($0)'?"]
    } ?? []
  }

  /// What is wrong with a name that was never seen, even where it could become a parameter.
  mutating func mistaken(
    _ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> Diagnostic? {
    if name == "rows" { return noRows(label(index, tree)) }
    if let definesItself, name == definesItself || (definesItself == "cost" && name == "grad") {
      return Diagnostic(
        "\(definesItself).recursive", "a \(definesItself) is not made of itself",
        at: label(index, tree),
        help: [
          definesItself == "cost"
            ? "write its expression out, with diff(E, w) for slopes" : "write the number itself"
        ])
    }
    if name == "cost" || name == "grad" {
      return Diagnostic(
        "cost.none",
        "there is no cost whose \(name == "cost" ? "value" : "gradient") this could be",
        at: label(index, tree), help: ["write: cost w^2"])
    }
    if let function = Catalogue.functions[name]?.first {
      let example = function.help.example
      return Diagnostic(
        "name.function", "'\(name)' is a function and needs arguments", at: label(index, tree),
        help: ["write it as in \(example)"])
    }
    if let function = scope.function(name) {
      return Diagnostic(
        "name.function", "'\(name)' is a function and needs arguments", at: label(index, tree),
        help: ["write: \(name)(\(function.arguments.joined(separator: ", ")))"])
    }
    if Elaborator.specialFunctions.contains(name) {
      return Diagnostic(
        "name.function", "'\(name)' is a function and needs arguments", at: label(index, tree))
    }
    // One edit from a known name of four letters or more is a slip, not a new parameter; digits do
    // not count, so that x1 and x2 are two names.
    let known = nearNames ?? NearNames(scope.names)
    nearNames = known
    return known.nearest(to: name).map {
      Diagnostic(
        "name.unknown", "nothing is called '\(name)'", at: label(index, tree),
        help: ["did you mean '\($0)'?", "to make it a parameter all the same: \(name) = 1"])
    }
  }

  func notFunction(_ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Diagnostic {
    let range = tree[index].range
    // The name may be encoded otherwise here than where it stood first: its end is at the bracket.
    let bracket =
      tree.source.bytes[range.lower..<range.upper].firstIndex(of: UInt8(ascii: "(")) ?? range.upper
    let callee = SourceRange(range.lower, bracket)
    let inside = SourceRange(bracket, range.upper)
    let factor = range.upper - bracket > 60 ? "(…)" : tree.source.text(in: inside)
    let isValue =
      scope.parameter(name) != nil || scope.definition(name) != nil || arguments[name] != nil
      || Scope.constants.contains(name) || scope.readable[name] != nil
    if isValue {
      return Diagnostic(
        "call.notFunction", "'\(name)' is no function",
        at: Diagnostic.Label(tree.source, callee),
        help: [elementHelp(name, index, tree) ?? "to multiply, write: \(name)*\(factor)"])
    }
    let functions = Catalogue.functions.keys.sorted() + scope.definedFunctionNames.sorted()
    let near = suggestion(
      for: name, among: functions + scope.libraryNames + Elaborator.specialFunctions)
    return Diagnostic(
      "call.unknown", "no function is called '\(name)'",
      at: Diagnostic.Label(tree.source, callee),
      help: near.map { ["did you mean '\($0)'?"] } ?? [
        "to define it: let \(name)(x) = …", "to multiply, write: \(name)*\(factor)",
      ])
  }

  /// `W(1, 2)` and `v(2)`, as other languages write an element, in this one's brackets.
  private func elementHelp(
    _ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> String? {
    let node =
      arguments[name] ?? scope.definition(name)?.node
      ?? scope.parameter(name).map { graph.symbol($0) }
    let places = tree.children(of: index).map { child -> String? in
      guard case .number = tree[child].kind else { return nil }
      return tree.source.text(in: tree[child].range)
    }
    guard let node, !places.isEmpty, !places.contains(nil),
      graph.shape(node).extents.lengths.count >= places.count
    else { return nil }
    let text = places.compactMap(\.self).joined(separator: ", ")
    return "for an element, write: \(name)[\(text)]"
  }

  func wrongCount(
    _ name: String, _ candidates: [any Primitive.Type], _ count: Int, _ index: SyntaxTree.Index,
    _ tree: SyntaxTree
  ) -> Diagnostic {
    let (least, most) = (
      candidates.map { $0.arity.lowerBound }.min() ?? 0,
      candidates.map { $0.arity.upperBound }.max() ?? 0
    )
    let takes =
      candidates.contains { $0.isAssociative }
      ? "\(arguments(least)) or more"
      : least == most ? arguments(least) : "\(least) to \(arguments(most))"
    return Diagnostic(
      "call.count", "\(name) takes \(takes), and this gives \(count)", at: label(index, tree),
      help: ["write it as in \(candidates[0].help.example)"])
  }

  /// What would multiply two operands whose inner dimensions are not equal.
  private func productHelp(
    _ left: Shape.Extents, _ right: Shape.Extents, _ texts: (String, String)
  ) -> [String] {
    /// Twice transposed is as it was.
    func transposed(_ text: String) -> String {
      text.hasSuffix("'") ? String(text.dropLast()) : text + "'"
    }
    let inner = right.isMatrix ? right.height : right.width
    var help: [String] = []
    if left.isMatrix, left.height == inner {
      help.append("with the first transposed: \(transposed(texts.0)) @ \(texts.1)")
    }
    if right.isMatrix, left.width == right.width {
      help.append("with the second transposed: \(texts.0) @ \(transposed(texts.1))")
    }
    if left == right { help.append("element by element: \(texts.0)*\(texts.1)") }
    return help
  }

  /// How a vector that is as long as a matrix is high would go together with it.
  private func columnHelp(
    _ left: Shape.Extents, _ right: Shape.Extents, _ texts: (String, String)
  ) -> [String] {
    for (matrix, vector, text) in [(left, right, texts.1), (right, left, texts.0)] {
      guard matrix.isMatrix, case .vector(matrix.height) = vector else { continue }
      return ["a vector counts as a row; as a column: reshape(\(text), \(matrix.height), 1)"]
    }
    return []
  }

  /// An operand as it was typed, ready to stand beside an operator.
  func text(_ index: SyntaxTree.Index, _ tree: SyntaxTree) -> String {
    let text = tree.source.text(in: tree[index].range)
    if text.count > 30 { return "(…)" }
    switch tree[index].kind {
    case .name, .number, .list, .index, .call, .transpose: return text
    default: return text.hasPrefix("(") && text.hasSuffix(")") ? text : "(\(text))"
    }
  }

  /// A shape error with its places: both shapes, both operands.
  func diagnostic(
    for error: ShapeError, _ operands: [NodeID], _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) -> Diagnostic {
    func place(_ operand: Int) -> SyntaxTree.Index {
      children.indices.contains(operand) ? children[operand] : index
    }
    func shape(_ operand: Int) -> Shape {
      operands.indices.contains(operand) ? graph.shape(operands[operand]) : .scalar
    }
    switch error {
    case .mismatch(let a, let b):
      return Diagnostic(
        "shape.mismatch", "\(shape(a)) and \(shape(b)) do not go together",
        at: label(place(a), tree, "\(shape(a))"),
        secondary: [label(place(b), tree, "\(shape(b))")],
        help: columnHelp(
          shape(a).extents, shape(b).extents, (text(place(a), tree), text(place(b), tree))))
    case .differentRows(let a, let b):
      func rows(_ operand: Int) -> String { shape(operand).rows?.rawValue ?? "" }
      return Diagnostic(
        "shape.rows", "values of the \(rows(a)) rows and of the \(rows(b)) rows do not go together",
        at: label(place(a), tree, "\(rows(a)) rows"),
        secondary: [label(place(b), tree, "\(rows(b)) rows")])
    case .expected(let what, let operand):
      let value = operands.indices.contains(operand) ? known(operands[operand]) : nil
      // A number that will not do is told by its value, not by its shape.
      guard let value, !what.contains("vector"), !what.contains("matrix") else {
        return Diagnostic(
          "shape.expected", "this has to be \(what), and is \(shape(operand))",
          at: label(place(operand), tree))
      }
      if what.hasPrefix("a whole number"), value == value.rounded(), value > 1 {
        return Elaborator.tooLong(value, at: label(place(operand), tree))
      }
      let wanted = what == "a range with at least one value" ? "a number from 1" : what
      return Diagnostic(
        "number.range", "this has to be \(wanted), and is \(Typesetter.text(value))",
        at: label(place(operand), tree))
    case .outOfBounds(let position, let count):
      return Diagnostic(
        "shape.subscript", "there is no element \(position): subscripts go from 1 to \(count)",
        at: label(index, tree))
    case .innerDimensions(let a, let b):
      let (left, right) = (shape(a).extents, shape(b).extents)
      let inner = right.isMatrix ? right.height : right.width
      return Diagnostic(
        "shape.product",
        "\(shape(a)) @ \(shape(b)): the inner dimensions, \(left.width) and \(inner), are not equal",
        at: label(place(a), tree, "\(shape(a))"),
        secondary: [label(place(b), tree, "\(shape(b))")],
        help: productHelp(left, right, (text(place(a), tree), text(place(b), tree))))
    case .count(let count, let operand):
      return Diagnostic(
        "shape.count",
        "this has \(shape(operand).count) elements (\(shape(operand))), and \(count) are asked for",
        at: label(place(operand), tree, "\(shape(operand))"))
    case .notConstant(let operand):
      guard shape(operand).isScalar else {
        return Diagnostic(
          "shape.expected", "this has to be one number, and is \(shape(operand))",
          at: label(place(operand), tree))
      }
      return Diagnostic(
        "value.notConstant",
        "this has to be a number that is known beforehand, and depends on a parameter",
        at: label(place(operand), tree),
        help: ["write the number itself, or a name from: let n = 3"])
    case .notYet(let what):
      // Why it is needed stands after the colon.
      return notYet(String(what.prefix { $0 != ":" }), index, tree)
    }
  }
}
