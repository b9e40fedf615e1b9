internal import DescentGraph

/// What is fed back from step to step, as it stands in memory: matrices that a step multiplies
/// sooner so stand there as their transposes.
///
/// `W @ x` for many rows of `x` is a product of these rows and the transpose of `W`, which takes a
/// BLAS longer than one with a matrix as it stands. A matrix can be kept as its transpose where no
/// step has to transpose anything for that: where its next value is made element by element of
/// itself, of others that are kept so (a rule's momentum), and of sums of outer products; and where
/// everything else that a step needs takes it as a factor of such products alone.
struct StoredFeedback {
  private let graph: Graph
  private(set) var feedback: [Compiler.Feedback]
  /// The tests before a step: they follow, and may transpose.
  private(set) var sections: [[NodeID]]
  /// Which of what is fed back stands transposed.
  private(set) var transposed: Set<Int> = []

  private var places: [Symbol: Int] = [:]
  /// What is computed as its transpose.
  private var turned: Set<NodeID> = []

  init(_ graph: Graph, _ feedback: [Compiler.Feedback], sections: [[NodeID]]) {
    self.graph = graph
    self.feedback = feedback
    self.sections = sections
    guard feedback.contains(where: { graph.shape($0.symbol).extents.isMatrix }) else { return }
    for (place, item) in feedback.enumerated() { places[item.symbol] = place }
    for candidate in candidates {
      guard let found = closure(of: candidate) else { continue }
      transposed.formUnion(found.symbols)
      turned.formUnion(found.nodes)
    }
    if !transposed.isEmpty { rebuild() }
  }

  /// Matrices that more products meet as their transposes than as they stand.
  private var candidates: [Int] {
    var gains: [Int: Int] = [:]
    for node in graph.reachable(from: feedback.map(\.next)) {
      guard let factor = MatrixProduct.factorOfRows(Application(node, in: graph)),
        let place = graph.symbol(of: factor.matrix).flatMap({ places[$0] })
      else { continue }
      gains[place, default: 0] += factor.isTransposed ? 1 : -1
    }
    return gains.filter { $0.value > 0 }.map(\.key).sorted()
  }

  /// What has to stand transposed if this does, and what is then computed as its transpose; nil
  /// where something would have to be transposed in each step.
  private func closure(of first: Int) -> (symbols: Set<Int>, nodes: Set<NodeID>)? {
    var symbols: Set<Int> = []
    var turned: Set<NodeID> = []
    var plain: [NodeID] = []
    var waiting = [graph.symbol(feedback[first].symbol)]
    while let node = waiting.popLast() {
      guard turned.insert(node).inserted else { continue }
      if let symbol = graph.symbol(of: node) {
        guard let place = places[symbol] else { return nil }
        if symbols.insert(place).inserted { waiting.append(feedback[place].next) }
      } else if let parts = elementwiseParts(node) {
        waiting += parts.matrices
        plain += parts.numbers
      } else {
        let transpose = graph.simplified(Transpose.self, [node])
        guard !graph.isA(transpose, Transpose.self) else { return nil }
        plain.append(transpose)
      }
    }
    plain += feedback.indices.filter { !symbols.contains($0) }.map { feedback[$0].next }
    var seen: Set<NodeID> = []
    while let node = plain.popLast() {
      guard seen.insert(node).inserted else { continue }
      if turned.contains(node) { return nil }
      var skipped: NodeID?
      if let factor = MatrixProduct.factorOfRows(Application(node, in: graph)),
        let place = graph.symbol(of: factor.matrix).flatMap({ places[$0] }),
        symbols.contains(place)
      {
        skipped = factor.operand
      }
      plain += graph.operands(node).filter { $0 != skipped }
    }
    return (symbols, turned)
  }

  /// The operands of a matrix that is made element by element; nil where it is not, or where one of
  /// them stretches along an axis.
  private func elementwiseParts(_ node: NodeID) -> (matrices: [NodeID], numbers: [NodeID])? {
    guard graph.isElementwise(node) else { return nil }
    var (matrices, numbers): ([NodeID], [NodeID]) = ([], [])
    for operand in graph.operands(node) {
      let shape = graph.shape(operand)
      if graph.isPlainNumber(operand) {
        numbers.append(operand)
      } else if shape == graph.shape(node), !shape.isPerRow {
        matrices.append(operand)
      } else {
        return nil
      }
    }
    return (matrices, numbers)
  }

  /// The same with what stands transposed in the place of what did not.
  private mutating func rebuild() {
    var plain: [NodeID: NodeID] = [:]
    var transposes: [NodeID: NodeID] = [:]
    for place in transposed {
      let symbol = feedback[place].symbol
      let transpose = graph.transposedSymbol(symbol)
      transposes[graph.symbol(symbol)] = graph.symbol(transpose)
      plain[graph.symbol(symbol)] = graph.simplified(
        Transpose.self, [graph.symbol(transpose)])
    }
    for node in graph.reachable(from: feedback.map(\.next) + sections.joined())
    where plain[node] == nil {
      let old = Array(graph.operands(node))
      let new = old.map { plain[$0] ?? $0 }
      let isTranspose = graph.isA(node, Transpose.self)
      let form =
        new == old
        ? node
        : isTranspose
          ? graph.simplified(Transpose.self, new) : (try? graph.rebuilt(node, on: new)) ?? node
      plain[node] = form
      guard turned.contains(node) else { continue }
      if elementwiseParts(node) != nil {
        let operands = zip(old, new).map { transposes[$0] ?? $1 }
        transposes[node] = try? graph.rebuilt(node, on: operands)
      } else {
        transposes[node] = graph.simplified(Transpose.self, [form])
      }
    }
    for place in feedback.indices {
      let (symbol, next) = (feedback[place].symbol, feedback[place].next)
      feedback[place] =
        transposed.contains(place)
        ? Compiler.Feedback(graph.transposedSymbol(symbol), next: transposes[next] ?? next)
        : Compiler.Feedback(symbol, next: plain[next] ?? next)
    }
    sections = sections.map { $0.map { plain[$0] ?? $0 } }
  }
}
