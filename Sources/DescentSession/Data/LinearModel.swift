internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// The part of a cost that is linear in the columns of the data: the model, written for one row.
struct LinearModel {
  /// Why there are no weights to tell, in words that go after "the weights cannot be told: ".
  struct Obstacle: Error {
    var reason: String
  }

  /// A number, or a vector with a number for each class.
  let node: NodeID
  let columns: [DataSet.Column]
  /// By column: the slope of each element of the model, the same for all rows.
  private(set) var slopes: [[NodeID]] = []
  private let graph: Graph
  private let parameters: Set<Symbol>

  /// Takes the largest parts that are linear in the columns; there has to be just one, and nothing
  /// with parameters may follow after it, as another layer does.
  init(_ cost: Session.Cost, _ data: DataSet, in graph: Graph) throws(Obstacle) {
    self.graph = graph
    if graph.usesRowNumbers,
      graph.symbols(in: [cost.node]).contains(graph.rowNumberSymbol(.training))
    {
      throw Obstacle(reason: "the cost has random numbers for each row")
    }
    parameters = Set(cost.parameters)
    let symbols = Dictionary(
      data.columns.compactMap { column in column.symbols[.training].map { ($0, column) } },
      uniquingKeysWith: { first, _ in first })
    var reads: [NodeID: Reading] = [:]
    for node in graph.reachable(from: [cost.node]) {
      var reading = Reading()
      if let symbol = graph.symbol(of: node) {
        reading.parameters = parameters.contains(symbol)
        reading.columns = symbols[symbol] != nil
      }
      for operand in graph.operands(node) {
        reading.parameters = reading.parameters || reads[operand]?.parameters ?? false
        reading.columns = reading.columns || reads[operand]?.columns ?? false
      }
      reads[node] = reading
    }
    var found: [(node: NodeID, columns: [DataSet.Column], slopes: [[NodeID]])] = []
    var visited: Set<NodeID> = []
    var waiting = [cost.node]
    while let node = waiting.popLast() {
      guard visited.insert(node).inserted, let reading = reads[node], reading.parameters,
        reading.columns
      else { continue }
      guard visited.count < 1000 else { throw Obstacle(reason: "the cost is too large") }
      guard graph.shape(node).isPerRow else {
        waiting += graph.operands(node)
        continue
      }
      if let model = Self.slopes(of: node, by: symbols, in: graph) {
        found.append((node, model.columns, model.slopes))
        continue
      }
      for operand in graph.operands(node) {
        let reading = reads[operand] ?? Reading()
        if reading.parameters, !reading.columns {
          throw Obstacle(reason: "the model is not linear in its columns")
        }
        waiting.append(operand)
      }
    }
    guard let model = found.first else {
      throw Obstacle(reason: "no part of the cost is linear in the columns")
    }
    guard found.count == 1 else {
      throw Obstacle(reason: "the cost has \(found.count) parts that are linear in the columns")
    }
    (node, columns, slopes) = (model.node, model.columns, model.slopes)
  }

  private struct Reading {
    var parameters = false
    var columns = false
  }

  /// The slopes of a value by the columns it reads, if no row has others than another.
  private static func slopes(
    of node: NodeID, by symbols: [Symbol: DataSet.Column], in graph: Graph
  ) -> (columns: [DataSet.Column], slopes: [[NodeID]])? {
    let shape = graph.shape(node)
    let below = graph.reachable(from: [node])
    let read = below.compactMap { graph.symbol(of: $0) }.filter { symbols[$0] != nil }
    let hasTotals = below.contains { part in
      !graph.shape(part).isPerRow && graph.operands(part).contains { graph.shape($0).isPerRow }
    }
    guard !shape.extents.isMatrix, shape.count <= 100, !hasTotals else { return nil }
    var slopes = read.map { _ in [NodeID]() }
    for k in 1...max(1, shape.count) {
      let element =
        shape.isScalar
        ? node : graph.simplified(Element.self, [node], graph.integerAttribute([k]))
      for (place, slope) in graph.gradient(of: element, withRespectTo: read).enumerated() {
        guard !graph.symbols(in: [slope]).contains(where: { graph.shape($0).isPerRow }) else {
          return nil
        }
        slopes[place].append(slope)
      }
    }
    return (read.compactMap { symbols[$0] }, slopes)
  }

  /// The model where every column is 0.
  func atZero() throws(Obstacle) -> NodeID {
    var zeros: [Symbol: NodeID] = [:]
    for column in columns {
      guard let symbol = column.symbols[.training] else { continue }
      let zero = graph.constant(0)
      zeros[symbol] =
        column.original.width == 1
        ? zero
        : graph.simplified(
          ListOfElements.self, Array(repeating: zero, count: column.original.width))
    }
    do { return try graph.substitute(zeros, in: node) } catch {
      throw Obstacle(reason: "the model has no value where its columns are 0")
    }
  }

  /// Whether the model's slopes by a column are numbers that no parameter changes: it is what the
  /// model is to meet.
  func isTarget(_ place: Int) -> Bool {
    columns[place].original.width == 1
      && slopes[place].allSatisfy { slope in
        !graph.symbols(in: [slope]).contains { parameters.contains($0) }
      }
  }
}

extension Session {
  /// What `show weights` tells: the weight of each column, in its original units.
  ///
  /// ```
  /// Σ c·(x - m)/s + b  =  Σ (c/s)·x + b - Σ c·m/s
  /// ```
  func weights(at place: Diagnostic.Label) throws(Diagnostic) -> [Equation] {
    let cost = try requiredCost()
    let data = try requiredData(at: place)
    do throws(LinearModel.Obstacle) {
      let model = try LinearModel(cost, data, in: graph)
      let outputs = graph.shape(model.node).count
      let zero = evaluate([try model.atZero()])[0]
      let targets = model.columns.indices.filter(model.isTarget)
      guard targets.count <= 1, targets.isEmpty || outputs == 1 else {
        throw LinearModel.Obstacle(reason: "the cost has several columns without a weight")
      }
      var result: [Equation] = []
      for k in 0..<outputs {
        result += weights(of: model, k, zero: zero[k], target: targets.first, isOne: outputs == 1)
      }
      return result
    } catch {
      throw Diagnostic(
        "weights.none", "the weights cannot be told: \(error.reason)",
        at: Diagnostic.Label(cost.expression.source, cost.expression.range),
        help: ["for the parameters themselves, write: show"])
    }
  }

  private func weights(
    of model: LinearModel, _ output: Int, zero: Double, target: Int?, isOne: Bool
  ) -> [Equation] {
    func figures(_ column: DataSet.Column) -> (mean: [Double], deviation: [Double]) {
      let width = column.original.width
      return column.scaling.map { ($0.mean, $0.deviation) }
        ?? (Array(repeating: 0, count: width), Array(repeating: 1, count: width))
    }
    var factor = 1.0
    var intercept = zero
    if let target {
      // The model is what makes the residual 0: t·(y - m)/s + M = 0.
      let (mean, deviation) = figures(model.columns[target])
      let slope = evaluate([model.slopes[target][output]])[0][0]
      factor = -deviation[0] / slope
      intercept = mean[0] + factor * zero
    }
    var equations: [Equation] = []
    for (place, column) in model.columns.enumerated() where place != target {
      let (mean, deviation) = figures(column)
      let slopes = evaluate([model.slopes[place][output]])[0].prefix(column.original.width)
      var weights: [Double] = []
      for (k, slope) in slopes.enumerated() {
        weights.append(factor * slope / deviation[k])
        intercept -= factor * slope * mean[k] / deviation[k]
      }
      let shape = column.original.width == 1 ? Shape.scalar : .vector(weights.count)
      equations.append(Equation(column.name, text(weights, shape: shape)))
    }
    equations.insert(Equation("intercept", text(intercept)), at: 0)
    return isOne
      ? equations : equations.map { Equation("\(output + 1): \($0.left)", $0.right) }
  }
}
