internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `grad`, `grad w`.
package struct ShowGradient: Command {
  package static let word = "grad"
  package static let help = CommandHelp(
    .look, ["grad [NAME] [at NAME = VALUE, …]", "grad [NAME] on training|validation|all"],
    "The slope of the cost in each parameter, or in one, as an expression and its value here. Its sign says which way is up, its size how steeply.",
    ["cost (x - 2)^2 + y^2", "grad", "grad x", "grad at x = 0, y = 1"])

  private let name: (text: String, range: SourceRange)?
  private let elsewhere: Expression?

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> ShowGradient {
    if parser.isAtEndOfCommand { return ShowGradient(name: nil, elsewhere: nil) }
    guard parser.peek.kind == .name else {
      throw parser.unexpected(expected: "a parameter's name")
    }
    let name = (text: parser.text(of: parser.peek), range: parser.position)
    // Read as `w at w = 3`: what is bound is what counts.
    return ShowGradient(name: name, elsewhere: try parser.expressionWithBindings())
  }

  /// `grad at w = 3`, with the word itself.
  static func parseElsewhere(_ parser: inout Parser) throws(Diagnostic) -> ShowGradient {
    ShowGradient(name: nil, elsewhere: try parser.expressionWithBindings())
  }

  /// The rows of `grad on validation`.
  private static func rows(of expression: Expression) -> RowSet? {
    let tree = expression.tree
    guard case .on(let place) = tree[expression.root].kind,
      let child = tree.children(of: expression.root).first, tree[child].childCount == 0
    else { return nil }
    return RowSet(rawValue: tree.names[Int(place)])
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    var wanted = cost.parameters
    if let name {
      let label = Diagnostic.Label(place.source, name.range)
      guard let symbol = session.scope.parameter(name.text) else {
        throw session.scope.noParameter(name.text, at: label)
      }
      wanted = [symbol]
    }
    var slopes = wanted.map { symbol in
      zip(cost.parameters, cost.gradient).first { $0.0 == symbol }?.1
        ?? session.graph.zero(session.graph.shape(symbol))
    }
    var values: SymbolValues = session.environmentValues
    if let elsewhere, let rows = Self.rows(of: elsewhere) {
      let elaborator = session.elaborator()
      let label = Diagnostic.Label(place.source, elsewhere.range)
      slopes = try slopes.map { slope throws(Diagnostic) in
        try elaborator.moved(slope, to: rows, at: label)
      }
    } else if let elsewhere {
      for (symbol, value) in try session.bindings(of: elsewhere) { values[symbol] = value }
    }
    let numbers = session.graph.evaluate(slopes, at: values, rows: session.rowData)
    let parts = zip(wanted, slopes).prefix(40).map {
      (left: "d\(cost.name)/d\(session.graph.name($0))", node: $1)
    }
    var equations = session.equations(parts, environment.folding)
    // The last are the slopes; before them stand their shared parts.
    for (place, symbol) in wanted.prefix(40).enumerated() {
      let number = session.text(numbers[place], shape: session.graph.shape(symbol))
      let last = equations.count - parts.count + place
      if equations[last].right != number { equations[last].right += " = \(number)" }
    }
    if slopes.count > 40 {
      equations.append(Equation("…", "and \(slopes.count - 40) more slopes"))
    }
    environment.emit(.equations(equations))
    return .proceed
  }
}

extension Session {
  /// The values that the `at` of an expression gives to parameters.
  fileprivate func bindings(
    of expression: Expression
  ) throws(Diagnostic) -> [(Symbol, [Double])] {
    let tree = expression.tree
    let children = Array(tree.children(of: expression.root))
    guard case .at(let first) = tree[expression.root].kind else {
      guard tree[expression.root].childCount == 0 else {
        throw Diagnostic(
          "grad.name", "the gradient is shown for one parameter, by its name",
          at: Diagnostic.Label(expression.source, expression.range),
          help: ["for any expression: diff(…, w)"])
      }
      return []
    }
    var result: [(Symbol, [Double])] = []
    for (position, child) in children.dropFirst().enumerated() {
      let binding = tree.bindings[Int(first) + position]
      let label = Diagnostic.Label(expression.source, binding.range)
      guard let symbol = scope.parameter(binding.name) else {
        throw scope.noParameter(binding.name, at: label)
      }
      let (node, value) = try value(of: Expression(tree: tree, root: child))
      guard graph.shape(node) == graph.shape(symbol) else {
        throw Diagnostic(
          "shape.mismatch",
          "\(binding.name) is \(graph.shape(symbol)), and this is \(graph.shape(node))",
          at: Diagnostic.Label(expression.source, tree[child].range))
      }
      result.append((symbol, value))
    }
    return result
  }
}
