internal import DescentElaboration
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// The names that something is made of: a definition, a function, `rate`, `cost` or `grad`.
  func namesUsed(by name: String) -> Set<String> {
    if let definition = scope.definition(name) { return names(in: definition.expression) }
    if let function = scope.definedFunction(name) {
      return names(in: function.body).subtracting(function.arguments)
    }
    switch name {
    case "rate": return rate.map { names(in: $0.expression) } ?? []
    case "cost", "grad": return cost.map { names(in: $0.expression) } ?? []
    default: return []
    }
  }

  private func names(in expression: Expression) -> Set<String> { Set(expression.tree.names) }

  /// Whether what is made of these names is made of one of the others, through whatever they use.
  func isMade(of names: Set<String>, from used: Set<String>) -> Bool {
    var reached = used
    var waiting = Array(used)
    while let next = waiting.popLast() {
      if names.contains(next) { return true }
      for more in namesUsed(by: next) where reached.insert(more).inserted { waiting.append(more) }
    }
    return false
  }

  /// Gives everything that is made of these names its meaning anew, what it is made of first; says
  /// what that was.
  @discardableResult
  mutating func redefine(dependentsOf changed: Set<String>) throws(Diagnostic) -> [String] {
    var told: [String] = []
    for name in dependents(of: changed) {
      do {
        if let definition = scope.definition(name) {
          var elaborator = elaborator()
          elaborator.scope.nextDraw = draws[name] ?? scope.nextDraw
          scope.update(name, to: try elaborator.elaborate(definition.expression))
        } else if name == "rate", let rate {
          self.rate = try self.rate(of: rate.expression, firstDraw: draws["rate"])
        } else if name == "cost", let cost {
          try setCost(cost.expression, name: cost.name, unknownNames: .refuse)
          beginDescent()
        } else {
          continue
        }
      } catch {
        var problem = error
        let source = changed.sorted().first { $0 != "grad" && $0 != "rows" } ?? ""
        problem.help.append("this stands in '\(name)', which would change with '\(source)'")
        throw problem
      }
      told.append(name)
      refreshReadable()
    }
    refreshReadable()
    try refreshWatches()
    return told
  }

  /// What is made of these names, through whatever stands between, in an order in which each comes
  /// after all that it is made of.
  private func dependents(of changed: Set<String>) -> [String] {
    let all = scope.definedNames + ["rate", "cost"]
    // What nothing else is made of is of no interest: a cost has many names of parameters.
    let links = changed.union(all)
    var users: [String: [String]] = [:]
    for name in all {
      for used in namesUsed(by: name) {
        let used = used == "grad" ? "cost" : used
        if links.contains(used) { users[used, default: []].append(name) }
      }
    }
    // Depth first from what changed: a name is finished after all its users are.
    var finished: [String] = []
    var visited: Set<String> = []
    var stack = changed.sorted().map { (name: $0, isDone: false) }
    while let (name, isDone) = stack.popLast() {
      if isDone {
        finished.append(name)
      } else if visited.insert(name).inserted {
        stack.append((name, true))
        for user in users[name] ?? [] where !visited.contains(user) { stack.append((user, false)) }
      }
    }
    return finished.reversed().filter { !changed.contains($0) }
  }
}
