internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// Finds what made a number leave the finite ones, and says so in the person's own text.
struct FailureFinder {
  let session: Session
  let cost: Session.Cost

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
      guard culprit.node != root, let place = run.places?.label(of: culprit.node) else { continue }
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
    var requirement = session.graph.primitive(culprit.node).domainGuard?.requirement
    let classProblem = classProblem(culprit)
    if let classProblem { requirement = "a class from 1 to \(classProblem.count)" }
    var message = "\(what): "
    message += isSlope ? "the slope " : ""
    message += "\(subject) is \(text(culprit.value))"
    let operands = culprit.operands.map { "\($0.text) = \(text($0.value))" }
    if let row = culprit.row { message += " in row \(row)" }
    if !operands.isEmpty { message += " at \(operands.joined(separator: ", "))" }
    if culprit.value.isNaN, let requirement { message += "; it needs \(requirement)" }
    var help = stays.map { stayHelp($0) } ?? []
    let isOnTheWay = stays.map { !isSlope || $0.step > 0 } ?? false
    if let classProblem {
      help += session.classHelp(classProblem)
    } else if isOnTheWay {
      help.append("a smaller rate takes smaller steps; 'show rate' tells the present one")
    } else if let symbol = cost.parameters.first {
      help.append("start elsewhere, as in: \(session.graph.name(symbol)) = …")
    }
    return Diagnostic("descent.notFinite", message, at: place, help: help)
  }

  /// What is no class among what the culprit is made of: no other start would change it.
  private func classProblem(_ culprit: CulpritSearch.Culprit) -> Session.ClassProblem? {
    guard let (label, count) = session.graph.classes(of: culprit.node),
      let value = culprit.operands.first(where: { $0.node == label })?.value,
      !Graph.isClass(value, of: count)
    else { return nil }
    return Session.ClassProblem(label: label, value: value, count: count, row: culprit.row)
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

  private func culprit(under root: NodeID, at point: Point) -> CulpritSearch.Culprit {
    CulpritSearch(session: session, values: environment(at: point)).culprit(under: root)
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
    session.graph.evaluate(nodes, at: environment(at: point), rows: session.rowData)
  }

  private func environment(at point: Point) -> SymbolValues {
    var environment = session.environment(at: point)
    var first = 0
    for symbol in cost.parameters {
      let count = session.graph.shape(symbol).count
      environment[symbol] = Array(point.state[first..<(first + count)])
      first += count
    }
    environment[session.clock] = [Double(point.step)]
    environment[session.ruleClock] = [Double(point.step - (session.ruleState?.first ?? 0))]
    for (symbol, numbers) in session.ruleState?.values ?? [:] { environment[symbol] = numbers }
    return environment
  }

  private func isFinite(_ values: [Double]) -> Bool { values.allSatisfy(\.isFinite) }
  private func text(_ value: Double) -> String { session.text(value) }
}
