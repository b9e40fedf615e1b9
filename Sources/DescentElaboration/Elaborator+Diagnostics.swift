internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Elaborator {
  func arguments(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }

  func notYet(_ what: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Diagnostic {
    Diagnostic("not.yet", "\(what): not in this version yet", at: label(index, tree))
  }

  /// A name that nothing is called, with what it may have been meant to be.
  mutating func unknown(_ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Diagnostic
  {
    if let problem = mistaken(name, index, tree) { return problem }
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
    if name == "rows" {
      return Diagnostic("not.yet", "rows of data: not in this version yet", at: label(index, tree))
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
    if let function = scope.functions[name] {
      return Diagnostic(
        "name.function", "'\(name)' is a function and needs arguments", at: label(index, tree),
        help: ["write: \(name)(\(function.arguments.joined(separator: ", ")))"])
    }
    if Elaborator.specialFunctions.contains(name) || Elaborator.functionsNotYet[name] != nil {
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
    if let what = Elaborator.functionsNotYet[name] {
      return Diagnostic(
        "not.yet", "\(name) needs \(what): not in this version yet", at: label(index, tree))
    }
    let range = tree[index].range
    let callee = SourceRange(range.lower, range.lower + name.utf8.count)
    let inside = SourceRange(callee.upper, range.upper)
    let isValue =
      scope.parameter(name) != nil || scope.definitions[name] != nil || arguments[name] != nil
      || Scope.constants.contains(name) || scope.readable[name] != nil
    if isValue {
      return Diagnostic(
        "call.notFunction", "'\(name)' is no function",
        at: Diagnostic.Label(tree.source, callee),
        help: ["to multiply, write: \(name)*\(tree.source.text(in: inside))"])
    }
    let functions = Catalogue.functions.keys.sorted() + scope.functions.keys.sorted()
    let near = suggestion(for: name, among: functions + Elaborator.specialFunctions)
    return Diagnostic(
      "call.unknown", "no function is called '\(name)'",
      at: Diagnostic.Label(tree.source, callee),
      help: near.map { ["did you mean '\($0)'?"] } ?? ["to define it: let \(name)(x) = …"])
  }

  func wrongCount(
    _ name: String, _ candidates: [any Primitive.Type], _ count: Int, _ index: SyntaxTree.Index,
    _ tree: SyntaxTree
  ) -> Diagnostic {
    let (least, most) = (
      candidates.map { $0.arity.lowerBound }.min() ?? 0,
      candidates.map { $0.arity.upperBound }.max() ?? 0
    )
    let takes = least == most ? arguments(least) : "\(least) to \(arguments(most))"
    return Diagnostic(
      "call.count", "\(name) takes \(takes), this gives \(count)", at: label(index, tree),
      help: ["write it as in \(candidates[0].help.example)"])
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
        secondary: [label(place(b), tree, "\(shape(b))")])
    case .expected(let what, let operand):
      return Diagnostic(
        "shape.expected", "this has to be \(what), and is \(shape(operand))",
        at: label(place(operand), tree))
    case .outOfBounds(let position, let count):
      return Diagnostic(
        "shape.subscript", "there is no element \(position): subscripts go from 1 to \(count)",
        at: label(index, tree))
    case .notConstant(let operand):
      return Diagnostic(
        "value.notConstant", "this has to be a number that is known beforehand",
        at: label(place(operand), tree))
    case .notYet(let what):
      return Diagnostic("not.yet", "\(what): not in this version yet", at: label(index, tree))
    }
  }
}
