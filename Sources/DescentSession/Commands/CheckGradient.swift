internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `check`: the gradient against finite differences.
package struct CheckGradient: Command {
  package static let word = "check"
  package static let help = CommandHelp(
    .look, ["check"],
    "Compares the gradient with finite differences of the cost, in every parameter.",
    ["cost sin(w)*exp(-w)", "check"])

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> CheckGradient {
    CheckGradient()
  }

  /// More elements than this are sampled evenly.
  private static let most = 1000

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    let observer = session.observer(cost)
    let point = Point(step: session.descent.step, state: session.state(of: cost))
    let slopes = observer.observe(point, fixed: session.environmentValues).gradient.flatMap { $0 }
    let titles = cost.parameters.flatMap { symbol in
      let shape = session.graph.shape(symbol)
      let name = session.graph.name(symbol)
      return (0..<shape.count).map { session.elementName(name, $0, of: shape) }
    }
    let stride = max(1, slopes.count / Self.most)
    var names: [String] = []
    var exact: [Double] = []
    var estimated: [Double] = []
    var differences: [Double] = []
    for place in Swift.stride(from: 0, to: slopes.count, by: stride) {
      if environment.isInterrupted() { return .interrupted }
      let (estimate, error) = difference(at: place, point, observer, session.environmentValues)
      names.append(titles[place])
      exact.append(slopes[place])
      estimated.append(estimate)
      // What the differences cannot tell apart is no disagreement.
      let scale = max(slopes[place].magnitude, estimate.magnitude, 1e-300)
      differences.append(max(0, (slopes[place] - estimate).magnitude - error) / scale)
    }
    let order = names.indices.sorted { differences[$0] > differences[$1] }.prefix(20).sorted()
    environment.emit(
      .table(
        Table(columns: [
          Table.Column("parameter", .text(order.map { names[$0] })),
          Table.Column("gradient", .numbers(order.map { exact[$0] })),
          Table.Column("difference", .numbers(order.map { estimated[$0] })),
        ]), session.style))
    let worst = differences.max() ?? 0
    let isRight = worst < 1e-5 && exact.allSatisfy(\.isFinite)
    let checked = stride == 1 ? "" : " (every \(stride)th of \(slopes.count) checked)"
    if isRight {
      environment.emit(.line("the gradient agrees with finite differences\(checked)"))
    } else {
      let bad = names[differences.firstIndex(of: worst) ?? 0]
      environment.emit(
        .line(
          "the gradient and finite differences differ by \(session.text(worst)) in \(bad)\(checked): a kink or a jump is near, or the cost is too rough here"
        ))
    }
    return .proceed
  }

  /// A central difference with two steps of Richardson's extrapolation, and how far it may be off.
  ///
  /// **Source** Ridders, Accurate computation of F'(x) and F'(x)F''(x), 1982.
  private func difference(
    at place: Int, _ point: Point, _ observer: Observer, _ fixed: SymbolValues
  ) -> (Double, Double) {
    func cost(_ offset: Double) -> Double {
      var moved = point
      moved.state[place] += offset
      return observer.observe(moved, fixed: fixed).cost
    }
    let x = point.state[place]
    let scale = max(x.magnitude, 1e-3)
    var best = (value: Double.nan, error: Double.infinity)
    var previous: [Double] = []
    for level in 0..<10 {
      // A step that is exact as a difference of two doubles near x.
      let wanted = scale * 0.1 / Double(1 << (2 * level))
      let h = (x + wanted) - x
      guard h > 0 else { break }
      let (above, below) = (cost(h), cost(-h))
      var row = [(above - below) / (2 * h)]
      let rounding = max(above.magnitude, below.magnitude) * 2.3e-16 / h
      for (order, old) in previous.enumerated() {
        let factor = Double(1 << (4 * (order + 1)))
        row.append((factor * row[order] - old) / (factor - 1))
      }
      for k in row.indices where k > 0 {
        let error = max(
          (row[k] - row[k - 1]).magnitude, (row[k] - previous[k - 1]).magnitude, rounding)
        if error < best.error { best = (row[k], error) }
      }
      if previous.isEmpty, row[0].isFinite, best.value.isNaN { best.value = row[0] }
      previous = row
    }
    return best
  }
}
