internal import DescentEngine
internal import DescentGraph

/// Finds the innermost part of an expression that is not finite although its operands are.
///
/// Of what has a value for each row, first the row is found that is at fault, then its parts, of that
/// row alone: a network's values for all rows may need more memory than there is.
struct CulpritSearch {
  struct Culprit {
    var node: NodeID
    var value: Double
    var operands: [(node: NodeID, text: String, value: Double)]
    /// The row's number among all, counted from 1, where it is a value for each row.
    var row: Int?
  }

  private let session: Session
  private let graph: Graph
  private let environment: SymbolValues
  private let rows: RowData

  /// - Parameter values: the place where it is not finite.
  init(session: Session, values: SymbolValues) {
    self.session = session
    graph = session.graph
    environment = values
    rows = session.rowData
  }

  func culprit(under root: NodeID) -> Culprit {
    let totals = graph.reachable(from: [root]).filter { !graph.shape($0).isPerRow }
    var values = Dictionary(
      zip(totals, graph.evaluate(totals, at: environment, rows: rows)).map { ($0, $1) },
      uniquingKeysWith: { first, _ in first })
    var row: Int?
    /// Whether an operand is at fault; of one for each row, the row is chosen here.
    func isAtFault(_ operand: NodeID) -> Bool {
      if row == nil, graph.shape(operand).isPerRow {
        guard let first = firstRow(of: operand) else { return false }
        row = first
        values.merge(parts(of: operand, inRow: first, values)) { value, _ in value }
      }
      return !(values[operand] ?? []).allSatisfy(\.isFinite)
    }
    var node = root
    descent: while true {
      var operands = Array(graph.operands(node))
      if graph.isA(node, Conditional.self), let condition = values[operands[0]]?.first {
        operands = [operands[0], condition != 0 ? operands[1] : operands[2]]
      }
      // A bare infinity that was typed is no result of anything.
      for operand in operands where graph.operandCount(operand) > 0 && isAtFault(operand) {
        node = operand
        continue descent
      }
      break
    }
    return told(node, values, row: graph.shape(node).isPerRow ? row : nil)
  }

  /// The first row in which a value for each row is not finite.
  private func firstRow(of node: NodeID) -> Int? {
    let count = graph.shape(node).count
    var wanted = node
    // x - x is 0 where x is finite, so that one number a row tells of all of its elements.
    if count > 1, let difference = try? graph.node(Subtract.self, node, node),
      let sum = try? graph.node(SumOfElements.self, difference)
    {
      wanted = sum
    }
    let values = graph.evaluate([wanted], at: environment, rows: rows)[0]
    return values.firstIndex { !$0.isFinite }
  }

  /// The values of one row of all that a value for each row is made of.
  ///
  /// - Parameter known: the values of what is the same for all rows.
  private func parts(
    of root: NodeID, inRow row: Int, _ known: [NodeID: [Double]]
  ) -> [NodeID: [Double]] {
    var environment = environment
    /// Stands for numbers that are known.
    func symbol(_ node: NodeID, _ numbers: [Double]) -> NodeID {
      let symbol = graph.makeSymbol("", shape: Shape(graph.shape(node).extents))
      environment[symbol] = numbers
      return graph.symbol(symbol)
    }
    var replaced: [NodeID: NodeID] = [:]
    var order: [NodeID] = []
    for node in graph.reachable(from: [root]) {
      let old = Array(graph.operands(node))
      if graph.shape(node).isPerRow {
        order.append(node)
        if let column = graph.symbol(of: node) {
          replaced[node] = symbol(node, rows.columns[column]?.row(row) ?? [])
          continue
        }
      } else if old.contains(where: { graph.shape($0).isPerRow }) {
        replaced[node] = symbol(node, known[node] ?? [])
        continue
      }
      let new = old.map { replaced[$0] ?? $0 }
      if new != old { replaced[node] = try? graph.rebuilt(node, on: new) }
    }
    let nodes = order.map { replaced[$0] ?? $0 }
    return Dictionary(
      zip(order, graph.evaluate(nodes, at: environment)).map { ($0, $1) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The culprit with what a person knows, the names: an operand that is an expression is told by its
  /// value, followed by the names in it.
  private func told(_ node: NodeID, _ values: [NodeID: [Double]], row: Int?) -> Culprit {
    let typesetter = Typesetter(graph, limit: 40)
    var operands: [(node: NodeID, text: String, value: Double)] = []
    let shape = graph.shape(node)
    // Of a vector, the element that is at fault.
    let numbers = values[node] ?? []
    let fault = numbers.firstIndex { !$0.isFinite }
    /// An operand's number that made the one at fault, if there is one alone.
    func add(_ operand: NodeID) {
      let operandShape = graph.shape(operand)
      let isWhole = operandShape.count == shape.count && shape.count > 1
      guard !operands.contains(where: { $0.node == operand }), let numbers = values[operand],
        isWhole || operandShape.count == 1
      else { return }
      var (text, place) = (typesetter.text(operand), 0)
      if isWhole, let fault {
        text = session.elementName(text, fault, of: Shape(operandShape.extents))
        place = fault
      }
      if numbers.indices.contains(place) { operands.append((operand, text, numbers[place])) }
    }
    for operand in graph.operands(node) where graph.knownValue(operand) == nil { add(operand) }
    let told = Set(operands.map(\.node))
    let names = graph.reachable(from: [node]).filter {
      graph.symbol(of: $0) != nil && !told.contains($0) && graph.shape($0).isScalar
    }
    for name in names.prefix(3) { add(name) }
    return Culprit(
      node: node, value: fault.map { numbers[$0] } ?? .nan, operands: operands,
      row: row.map { session.data?.number(ofRow: $0, in: .training) ?? $0 + 1 })
  }
}
