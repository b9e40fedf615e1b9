package import DescentGraph
package import DescentSource
internal import DescentSyntax

/// `E at w = 3`, `E at row 7`, `E on validation`: values of an expression elsewhere.
extension Elaborator {
  mutating func at(
    _ operands: [NodeID], from first: Int, _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    var values: [Symbol: NodeID] = [:]
    for position in 1..<operands.count {
      let binding = tree.bindings[first + position - 1]
      let label = Diagnostic.Label(tree.source, binding.range)
      let column = arguments[binding.name] == nil ? scope.column(binding.name) : nil
      let symbol = try bindable(binding.name, label)
      var wanted = graph.shape(symbol)
      wanted.rows = nil
      let given = graph.shape(operands[position])
      guard wanted == given else {
        throw Diagnostic(
          "shape.mismatch", "\(binding.name) is \(wanted), and this is \(given)",
          at: self.label(children[position], tree),
          secondary: [Diagnostic.Label(tree.source, binding.range, "\(wanted)")])
      }
      values[symbol] = column.map { scaled(operands[position], as: $0) } ?? operands[position]
    }
    let node = try drawn(operands[0], children[0], tree)
    // Where no column is left that has a number for each row, random numbers are those of no row.
    if graph.usesRowNumbers {
      let noRow = [graph.rowNumberSymbol(.training): graph.constant(0)]
      let all = values.merging(noRow) { value, _ in value }
      if let result = try? replacing(all, in: node, index, children, tree),
        !graph.shape(result).isPerRow
      {
        return result
      }
    }
    return try replacing(values, in: node, index, children, tree)
  }

  /// A column's value as a person knows it, as the number that the column has for it.
  private func scaled(_ value: NodeID, as column: Scope.Column) -> NodeID {
    guard let scaling = column.scaling else { return value }
    let x = Expr(graph, value)
    func node(_ numbers: [Double]) -> Expr {
      if x.shape.isScalar { return x.constant(numbers[0]) }
      return Expr(
        graph, graph.simplified(ListOfElements.self, numbers.map { graph.constant($0) }))
    }
    return x.applying(Subtract.self, node(scaling.mean)).applying(
      Divide.self, node(scaling.deviation)
    ).node
  }

  private func bindable(
    _ name: String, _ place: Diagnostic.Label
  ) throws(Diagnostic) -> Symbol {
    if let symbol = scope.parameter(name) { return symbol }
    if let symbol = scope.column(name)?.symbols[.training] { return symbol }
    if let node = arguments[name], let symbol = graph.symbol(of: node) { return symbol }
    if name == "t", let node = scope.readable["t"], let symbol = graph.symbol(of: node) {
      return symbol
    }
    throw scope.noParameter(name, at: place)
  }

  /// The expression where each column has its numbers of one row.
  mutating func atRow(
    _ operands: [NodeID], _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index],
    _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    guard let number = known(operands[1]), number == number.rounded(), number >= 1,
      number < 1e15
    else {
      throw Diagnostic(
        "rows.number", "the number of a row is a whole number from 1", at: label(children[1], tree))
    }
    guard !scope.columns.isEmpty else { throw noRows(label(index, tree)) }
    var values: [Symbol: NodeID] = [:]
    for column in scope.columns {
      guard let symbol = column.symbols[.training] else { continue }
      guard let numbers = column.row(Int(number)) else {
        throw Diagnostic(
          "rows.number", "there is no row \(Int(number))", at: label(children[1], tree),
          help: ["rows go from 1 to \(column.rowCount)"])
      }
      let nodes = numbers.map { graph.constant($0) }
      values[symbol] =
        graph.shape(symbol).isScalar
        ? nodes[0] : graph.simplified(ListOfElements.self, nodes)
    }
    let node = try drawn(operands[0], children[0], tree)
    if graph.usesRowNumbers {
      values[graph.rowNumberSymbol(.training)] = graph.constant(number)
    }
    return try replacing(values, in: node, index, children, tree)
  }

  /// `E on validation`.
  mutating func on(
    _ word: String, _ node: NodeID, _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index],
    _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    guard let rows = RowSet(rawValue: word) else { return node }
    return try moved(
      try drawn(node, children[0], tree), to: rows, at: label(index, tree))
  }

  /// The expression on other rows than those that are learned from.
  package func moved(
    _ node: NodeID, to rows: RowSet, at place: Diagnostic.Label
  ) throws(Diagnostic) -> NodeID {
    guard !scope.columns.isEmpty else { throw noRows(place) }
    guard scope.columns.allSatisfy({ $0.symbols[rows] != nil }) else {
      throw Diagnostic(
        "rows.validation", "there are no \(rows.rawValue) rows", at: place,
        help: ["to keep a fifth of the rows for validation, write: split 0.8"])
    }
    var values = [graph.rowCountSymbol(.training): graph.rowCount(rows)]
    for column in scope.columns {
      guard let from = column.symbols[.training], let to = column.symbols[rows] else { continue }
      values[from] = graph.symbol(to)
    }
    for (from, to) in graph.rowNumbers(.training, as: rows) { values[from] = graph.symbol(to) }
    let parameters = Set(scope.parameters.map(\.symbol))
    do {
      return try graph.substitute(
        values, in: node, keeping: graph.settledTotals(in: node, parameters: parameters))
    } catch {
      throw Diagnostic(
        "shape.rows", "values of other rows than the \(rows.rawValue) rows are in this", at: place)
    }
  }

  private func replacing(
    _ values: [Symbol: NodeID], in node: NodeID, _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    let parameters = Set(scope.parameters.map(\.symbol))
    do {
      return try graph.substitute(
        values, in: node, keeping: graph.settledTotals(in: node, parameters: parameters))
    } catch {
      throw diagnostic(for: error, [node], index, children, tree)
    }
  }

  func noRows(_ place: Diagnostic.Label) -> Diagnostic {
    Diagnostic(
      "rows.none", "there are no rows of data", at: place,
      help: ["to load some, write: data \"file.csv\""])
  }
}
