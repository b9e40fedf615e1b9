internal import DescentElaboration
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// The names that a definition, a function, the cost or the rate is made of.
  private func namesUsed(by name: String) -> Set<String> {
    if let definition = scope.definitions[name] { return names(in: definition.expression) }
    if let function = scope.functions[name] {
      return names(in: function.body).subtracting(function.arguments)
    }
    switch name {
    case "cost", "grad": return cost.map { names(in: $0.expression) } ?? []
    case "rate": return rate.map { names(in: $0.expression) } ?? []
    default: return []
    }
  }

  private func names(in expression: Expression) -> Set<String> { Set(expression.tree.names) }

  /// These names, and all that they are made of.
  private func reached(from names: Set<String>) -> Set<String> {
    var reached = names
    var waiting = Array(names)
    while let next = waiting.popLast() {
      for more in namesUsed(by: next) where reached.insert(more).inserted { waiting.append(more) }
    }
    return reached
  }

  /// Refuses what would be made of itself through others, and so never end.
  ///
  /// - Parameter subject: what it is called in the message: "'p'", "the cost".
  func refuse(
    _ subject: String, madeOf used: Set<String>, reaching names: Set<String>,
    at label: Diagnostic.Label
  ) throws(Diagnostic) {
    guard !reached(from: used).isDisjoint(with: names) else { return }
    throw Diagnostic(
      "name.recursive", "\(subject) would be defined by itself", at: label,
      help: ["to use its present value, take another name for the new one"])
  }

  /// Gives everything that is made of these names its meaning anew, each after what it is made of;
  /// says what that was.
  @discardableResult
  mutating func redefine(dependentsOf names: String...) throws(Diagnostic) -> [String] {
    var waiting = (scope.definedNames + ["rate", "cost"]).filter { name in
      !names.contains(name) && !reached(from: namesUsed(by: name)).isDisjoint(with: names)
    }
    var told: [String] = []
    while !waiting.isEmpty {
      let pending = Set(waiting + (waiting.contains("cost") ? ["grad"] : []))
      let place = waiting.firstIndex { namesUsed(by: $0).isDisjoint(with: pending) } ?? 0
      let name = waiting.remove(at: place)
      // A function has no meaning of its own until it is called.
      if scope.functions[name] != nil { continue }
      if let definition = scope.definitions[name] {
        var elaborator = elaborator()
        scope.update(name, to: try elaborator.elaborate(definition.expression))
      } else if name == "rate", let rate {
        var elaborator = elaborator()
        self.rate?.node = try elaborator.elaborate(rate.expression)
      } else if let cost {
        try setCost(cost.expression, name: cost.name, unknownNames: .refuse)
        beginDescent()
      }
      refreshReadable()
      told.append(name)
    }
    refreshReadable()
    return told
  }
}
