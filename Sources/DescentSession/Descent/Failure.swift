internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// Finds what made a number leave the finite ones, and says so in the person's own text.
struct FailureFinder {
  let session: Session
  let cost: Session.Cost

  /// The innermost part of an expression that is not finite although its operands are.
  private struct Culprit {
    var node: NodeID
    var value: Double
    var operands: [(text: String, value: Double)]
    /// The row, counted from 1, where it is a value for each row.
    var row: Int?
  }

  /// The cost is not finite at this point.
  func costFailure(at point: Point, what: String, stays: Point?) -> Diagnostic {
    diagnostic(root: cost.node, at: point, what: what, stays: stays)
  }

  /// The step from this point has no finite end, although the cost is finite here.
  func stepFailure(from point: Point) -> Diagnostic {
    let what = "step \(point.step + 1) is not taken"
    if let rate = session.rate, let failure = rateFailure(rate, from: point, what: what) {
      return failure
    }
    for slope in cost.gradient {
      if !isFinite(values(of: [slope], at: point)[0]) {
        return diagnostic(root: slope, at: point, what: what, stays: point)
      }
    }
    if let failure = ruleFailure(from: point, what: what) { return failure }
    // Both are finite: their product or difference is not.
    let rate = values(of: [session.rateNode], at: point)[0][0]
    let slopes = values(of: cost.gradient, at: point).flatMap { $0 }
    let largest = slopes.max { $0.magnitude < $1.magnitude } ?? 0
    return Diagnostic(
      "descent.notFinite",
      "\(what): it would overflow, the rate \(text(rate)) times the slope \(text(largest))",
      at: Diagnostic.Label(cost.expression.source, cost.expression.range), help: stayHelp(point))
  }

  /// What the rule makes of finite numbers is not finite.
  private func ruleFailure(from point: Point, what: String) -> Diagnostic? {
    guard let run = session.ruleState else { return nil }
    for root in run.states.map(\.next) + run.next {
      guard !isFinite(values(of: [root], at: point)[0]) else { continue }
      let culprit = culprit(under: root, at: point)
      // A product or difference that only became too large is told by the rate and the slope.
      guard let place = run.places[culprit.node], culprit.node != root else { continue }
      let typesetter = Typesetter(session.graph, limit: 80)
      var message =
        "\(what): in the rule, \(typesetter.text(culprit.node)) is \(text(culprit.value))"
      let operands = culprit.operands.map { "\($0.text) = \(text($0.value))" }
      if !operands.isEmpty { message += " at \(operands.joined(separator: ", "))" }
      return Diagnostic("descent.notFinite", message, at: place, help: stayHelp(point))
    }
    return nil
  }

  /// The rate has no value here that a step can be taken with.
  private func rateFailure(
    _ rate: Session.Rate, from point: Point, what: String
  ) -> Diagnostic? {
    let value = values(of: [rate.node], at: point)[0][0]
    let whole = Diagnostic.Label(rate.expression.source, rate.expression.range)
    if value < 0 {
      let written = rate.expression.source.text(in: rate.expression.range)
      let bounded = written.utf8.count > 60 ? "…" : written
      return Diagnostic(
        "rate.negative",
        "\(what): the rate is \(text(value)) at t = \(point.step), and would climb", at: whole,
        help: stayHelp(point) + ["to stop at 0, write: rate max(0, \(bounded))"])
    }
    guard !value.isFinite else { return nil }
    let culprit = culprit(under: rate.node, at: point)
    var message = "\(what): "
    if culprit.node == rate.node {
      message += "the rate is \(text(value))"
    } else {
      let subject = Typesetter(session.graph, limit: 80).text(culprit.node)
      message += "the rate's \(subject) is \(text(culprit.value))"
    }
    let operands = culprit.operands.map { "\($0.text) = \(text($0.value))" }
    message +=
      " at \((operands.isEmpty ? ["t = \(point.step)"] : operands).joined(separator: ", "))"
    if culprit.value.isNaN,
      let requirement = session.graph.primitive(culprit.node).domainGuard?.requirement
    {
      message += "; it needs \(requirement)"
    }
    return Diagnostic(
      "rate.notFinite", message, at: rate.places.byNode[culprit.node] ?? whole,
      help: stayHelp(point))
  }

  private func diagnostic(
    root: NodeID, at point: Point, what: String, stays: Point?
  ) -> Diagnostic {
    let culprit = culprit(under: root, at: point)
    let typesetter = Typesetter(session.graph, limit: 80)
    let isSlope = root != cost.node
    let place = self.place(of: culprit.node, isSlope: isSlope)
    let subject = typesetter.text(culprit.node)
    let requirement = session.graph.primitive(culprit.node).domainGuard?.requirement
    var message = "\(what): "
    message += isSlope ? "the slope " : ""
    message += "\(subject) is \(text(culprit.value))"
    let operands = culprit.operands.map { "\($0.text) = \(text($0.value))" }
    if let row = culprit.row {
      message += " in row \(session.data?.number(ofRow: row - 1, in: .training) ?? row)"
    }
    if !operands.isEmpty { message += " at \(operands.joined(separator: ", "))" }
    if culprit.value.isNaN, let requirement { message += "; it needs \(requirement)" }
    var help = stays.map { stayHelp($0) } ?? []
    let isOnTheWay = stays.map { !isSlope || $0.step > 0 } ?? false
    if isOnTheWay {
      help.append("a smaller rate takes smaller steps; 'show rate' tells the present one")
    } else if let symbol = cost.parameters.first {
      help.append("start elsewhere, as in: \(session.graph.name(symbol)) = …")
    }
    return Diagnostic("descent.notFinite", message, at: place, help: help)
  }

  private func stayHelp(_ point: Point) -> [String] {
    var first = 0
    var parts: [String] = []
    for symbol in cost.parameters {
      let shape = session.graph.shape(symbol)
      if shape.isScalar, parts.count < 4 {
        parts.append("\(session.graph.name(symbol)) = \(text(point.state[first]))")
      }
      first += shape.count
    }
    let at = parts.isEmpty ? "" : ": \(parts.joined(separator: ", "))"
    return ["the descent stays at step \(point.step), the last finite point\(at)"]
  }

  // MARK: Finding it

  private func culprit(under root: NodeID, at point: Point) -> Culprit {
    let graph = session.graph
    let order = graph.reachable(from: [root])
    let computed = values(of: order, at: point)
    let value = Dictionary(
      zip(order, computed).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
    var node = root
    descent: while true {
      var operands = Array(graph.operands(node))
      if graph.isA(node, Conditional.self), let condition = value[operands[0]]?.first {
        operands = [operands[0], condition != 0 ? operands[1] : operands[2]]
      }
      for operand in operands where !isFinite(value[operand] ?? []) {
        // A bare infinity that was typed is no result of anything.
        if graph.operandCount(operand) == 0 { continue }
        node = operand
        continue descent
      }
      break
    }
    let typesetter = Typesetter(graph, limit: 40)
    // What a person knows are the names: an operand that is an expression is told by its value,
    // followed by the names in it.
    var operands: [(text: String, value: Double)] = []
    var told: Set<NodeID> = []
    // Of a vector, the element that is at fault; of a value for each row, the row.
    let values = value[node] ?? []
    let fault = values.firstIndex { !$0.isFinite }
    let shape = graph.shape(node)
    let (row, element) =
      shape.isPerRow
      ? (fault ?? 0).quotientAndRemainder(dividingBy: max(1, shape.count)) : (0, fault ?? 0)
    /// An operand's number that made the one at fault, if there is one alone.
    func number(of operand: NodeID) -> (text: String, value: Double)? {
      let operandShape = graph.shape(operand)
      let first = operandShape.isPerRow ? row * operandShape.count : 0
      let isWhole = operandShape.count == shape.count && shape.count > 1
      guard let numbers = value[operand], fault != nil || numbers.count == 1,
        isWhole || operandShape.count == 1, numbers.indices.contains(first)
      else { return nil }
      let text = typesetter.text(operand)
      guard isWhole else { return (text, numbers[first]) }
      let name = session.elementName(text, element, of: Shape(operandShape.extents))
      return (name, numbers[first + element])
    }
    for operand in graph.operands(node) where graph.knownValue(operand) == nil {
      if let found = number(of: operand), told.insert(operand).inserted { operands.append(found) }
    }
    let names = graph.reachable(from: [node]).filter {
      graph.symbol(of: $0) != nil && !told.contains($0) && graph.shape($0).isScalar
    }
    for name in names.prefix(3) {
      if let found = number(of: name) { operands.append(found) }
    }
    let bad = fault.map { values[$0] } ?? .nan
    return Culprit(
      node: node, value: bad, operands: operands, row: shape.isPerRow ? row + 1 : nil)
  }

  /// Where a node was typed; for a slope, the largest typed part that it is made of.
  private func place(of node: NodeID, isSlope: Bool) -> Diagnostic.Label? {
    let places = cost.places.byNode
    if let place = places[node] { return place }
    let whole = Diagnostic.Label(cost.expression.source, cost.expression.range)
    guard isSlope else {
      // In the body of a function: the innermost part of the cost that contains it.
      var containing: Set<NodeID> = [node]
      for other in session.graph.reachable(from: [cost.node])
      where session.graph.operands(other).contains(where: { containing.contains($0) }) {
        containing.insert(other)
        if let place = places[other] { return place }
      }
      return whole
    }
    let typed = session.graph.reachable(from: [node]).last {
      places[$0] != nil && session.graph.operandCount($0) > 0
    }
    return typed.flatMap { places[$0] } ?? whole
  }

  private func values(of nodes: [NodeID], at point: Point) -> [[Double]] {
    var environment = session.environment(at: point)
    var first = 0
    for symbol in cost.parameters {
      let count = session.graph.shape(symbol).count
      environment[symbol] = Array(point.state[first..<(first + count)])
      first += count
    }
    environment[session.clock] = [Double(point.step)]
    environment[session.ruleClock] = [Double(point.step - (session.ruleState?.first ?? 0))]
    environment.merge(session.ruleState?.values ?? [:]) { _, kept in kept }
    return session.graph.evaluate(nodes, at: environment, rows: session.rowData)
  }

  private func isFinite(_ values: [Double]) -> Bool { values.allSatisfy(\.isFinite) }
  private func text(_ value: Double) -> String { session.text(value) }
}
