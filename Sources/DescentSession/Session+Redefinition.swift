internal import DescentElaboration
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// The names of the scope that a definition or function is made of.
  func namesUsed(by name: String) -> Set<String> {
    if let definition = scope.definitions[name] { return names(in: definition.expression) }
    if let function = scope.functions[name] { return names(in: function.body) }
    return []
  }

  private func names(in expression: Expression) -> Set<String> { Set(expression.tree.names) }

  /// Gives everything that is made of a name its meaning anew, in the order it was defined; says
  /// what that was.
  @discardableResult
  mutating func redefine(dependentsOf name: String) throws(Diagnostic) -> [String] {
    var changed: Set<String> = [name]
    var told: [String] = []
    for other in scope.definedNames where other != name {
      guard !namesUsed(by: other).isDisjoint(with: changed) else { continue }
      changed.insert(other)
      if let definition = scope.definitions[other] {
        var elaborator = elaborator()
        scope.update(other, to: try elaborator.elaborate(definition.expression))
        told.append(other)
      }
    }
    if let rate, !names(in: rate.expression).isDisjoint(with: changed) {
      var elaborator = elaborator()
      self.rate?.node = try elaborator.elaborate(rate.expression)
      told.append("rate")
    }
    if let cost, !names(in: cost.expression).isDisjoint(with: changed) {
      try setCost(cost.expression, name: cost.name, unknownNames: .refuse)
      beginDescent()
      told.append("cost")
    }
    refreshReadable()
    return told
  }
}
