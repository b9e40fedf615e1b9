internal import DescentGraph

/// The rows of a step table, and what a run's last steps show.
struct StepReport {
  struct Row {
    var point: Point
    var observation: Observer.Observation
  }

  private let session: Session
  private let cost: Session.Cost
  private let observer: Observer

  init(session: Session, cost: Session.Cost, observer: Observer) {
    self.session = session
    self.cost = cost
    self.observer = observer
  }

  /// The shown steps from `first` to `last`, each found again by recomputation where it was not
  /// kept; those that were made when `isInterrupted` says to stop.
  ///
  /// - Parameter met: points of these steps that are there already.
  func rows(
    from first: Int, to last: Int, _ shown: StepRunner.Shown, met: [Int: Point] = [:],
    isInterrupted: () -> Bool = { false }
  ) -> [Row] {
    let steps = shown.steps(from: first, to: last)
    if met.isEmpty { return rows(steps, isInterrupted: isInterrupted) }
    let others = rows(steps.filter { met[$0] == nil }, isInterrupted: isInterrupted)
    let present = session.environmentValues
    let known = steps.compactMap { met[$0] }.map { point in
      let fixed = session.environment(at: point, present: present)
      return Row(point: point, observation: observer.observe(point, fixed: fixed))
    }
    return (others + known).sorted { $0.point.step < $1.point.step }
  }

  private func rows(_ steps: [Int], isInterrupted: () -> Bool = { false }) -> [Row] {
    var rows: [Row] = []
    let present = session.environmentValues
    session.descent.visit(steps, fixed: present) { point in
      let fixed = session.environment(at: point, present: present)
      rows.append(Row(point: point, observation: observer.observe(point, fixed: fixed)))
      return rows.count % 4096 != 0 || !isInterrupted()
    }
    return rows
  }

  // MARK: The table

  ///
  /// - Parameter width: the columns a line has, or nil where there is room for everything.
  func table(_ rows: [Row], width: Int?) -> Table {
    var columns = [Table.Column("step", .steps(rows.map(\.point.step)))]
    let costColumn = Table.Column(cost.name, .numbers(rows.map(\.observation.cost)))
    let slope = slopeColumn(rows)
    let rates = rows.map(\.observation.rate)
    let rateColumn =
      session.graph.symbols(in: [session.rateNode]).isEmpty && Set(rates).count <= 1
      ? [] : [Table.Column("rate", .numbers(rates))]
    let style = NumberStyle(significantDigits: session.settings.precision)
    let watched = session.reportedColumns.enumerated().map { place, column in
      Table.Column(column.name, .numbers(rows.map { $0.observation.watched[place] }))
    }
    let fixed = [costColumn, slope] + rateColumn + watched

    // As many parameters as fit stand one by one; else their norms stand for them.
    let single = parameterColumns(rows, most: width == nil ? .max : 20)
    let whole = Table(columns: columns + (single ?? []) + fixed)
    if let single, width.map({ whole.width(style: style) <= $0 }) ?? true {
      columns += single
    } else {
      columns += normColumns(rows)
    }
    return Table(columns: columns + fixed)
  }

  /// A column for each number of each parameter, if there are few enough.
  private func parameterColumns(_ rows: [Row], most: Int) -> [Table.Column]? {
    let total = cost.parameters.reduce(0) { $0 + session.graph.shape($1).count }
    guard total <= most else { return nil }
    var columns: [Table.Column] = []
    var first = 0
    for symbol in cost.parameters {
      let (name, shape) = (session.graph.name(symbol), session.graph.shape(symbol))
      for k in 0..<shape.count {
        let title = session.elementName(name, k, of: shape)
        columns.append(
          Table.Column(title, .numbers(rows.map { $0.point.state[first + k] })))
      }
      first += shape.count
    }
    return columns
  }

  private func normColumns(_ rows: [Row]) -> [Table.Column] {
    var columns: [Table.Column] = []
    var first = 0
    for symbol in cost.parameters.prefix(4) {
      let (name, shape) = (session.graph.name(symbol), session.graph.shape(symbol))
      let count = shape.count
      let part = first..<(first + count)
      // The norm of a number would hide its sign and save no space.
      columns.append(
        Table.Column(
          shape.isScalar ? name : "|\(name)|",
          .numbers(
            rows.map {
              shape.isScalar ? $0.point.state[part.lowerBound] : norm(Array($0.point.state[part]))
            })))
      first += count
    }
    if cost.parameters.count > 4 {
      columns = [Table.Column("|parameters|", .numbers(rows.map { norm(parameters(of: $0)) }))]
    }
    return columns
  }

  private func slopeColumn(_ rows: [Row]) -> Table.Column {
    if cost.parameters.count == 1, session.graph.shape(cost.parameters[0]).isScalar {
      let title = "d\(cost.name)/d\(session.graph.name(cost.parameters[0]))"
      return Table.Column(title, .numbers(rows.map { $0.observation.gradient[0][0] }))
    }
    return Table.Column(
      "|grad|", .numbers(rows.map { norm($0.observation.gradient.flatMap { $0 }) }))
  }

  /// The parameters' numbers, without what the rule keeps.
  private func parameters(of row: Row) -> [Double] {
    Array(row.point.state.prefix(row.observation.gradient.reduce(0) { $0 + $1.count }))
  }

  private func norm(_ values: [Double]) -> Double { RunSummary.Point.norm(values) }

  // MARK: The closing lines

  /// What was done to the gradient and the rate on the way.
  func notes(from first: Int) -> [String] {
    let last = session.descent.step
    guard last > first else { return [] }
    var notes: [String] = []
    if let clip = session.settings.clip, let text = session.clipText {
      let steps = Array(max(first, last - RunSummary.pointCount)..<last)
      let bounded = rows(steps).filter { row in
        let slopes = row.observation.gradient.flatMap { $0 }
        return clip.bounds(slopes, norm: norm(slopes))
      }.count
      let all = steps.count == last - first
      let which =
        steps.count == 1
        ? "this step" : all ? "\(steps.count) steps" : "the last \(steps.count) steps"
      notes.append(
        bounded == 0
          ? "clip \(text) changed nothing in \(which)"
          : steps.count == 1
            ? "clip \(text) shortened the gradient"
            : "clip \(text) shortened the gradient in \(bounded) of \(which)")
    }
    if session.settings.plateau != nil, let begin = rows([first]).first,
      let end = rows([last]).first,
      let factors = factors(begin, end), factors.1 < factors.0
    {
      notes.append(
        "the cost stood still: the plateau leaves \(session.text(factors.1)) of the rate")
    }
    return notes
  }

  private func factors(_ begin: Row, _ end: Row) -> (Double, Double)? {
    let symbol = session.plateauSymbols.factor
    guard let first = session.environment(at: begin.point)[symbol]?.first,
      let last = session.environment(at: end.point)[symbol]?.first
    else { return nil }
    return (first, last)
  }

  /// What is said when a rule finds no lower point.
  func exhaustion(after taken: Int) -> String {
    let slopes = rows([session.descent.step]).first?.observation.gradient.flatMap { $0 } ?? []
    let length = NumberStyle(significantDigits: 3).text(of: norm(slopes))
    let after = taken == 0 ? "" : " after \(taken == 1 ? "1 step" : "\(taken) steps")"
    let slope = slopes.count == 1 ? "the slope's size is" : "the gradient's length is"
    return "no step lowers the cost any more\(after); \(slope) \(length)"
  }

  func closingLine(from first: Int) -> String? {
    let last = session.descent.step
    let steps = Array(max(first, last - RunSummary.pointCount + 1)...last)
    guard last > first, let begin = rows([first]).first else { return nil }
    return RunSummary(
      first: summaryPoint(begin), points: rows(steps).map(summaryPoint), curvature: curvature,
      style: NumberStyle(significantDigits: session.settings.precision)
    ).line
  }

  private func summaryPoint(_ row: Row) -> RunSummary.Point {
    let slopes = row.observation.gradient.flatMap { $0 }
    guard slopes.count <= 1000 else {
      return RunSummary.Point(
        step: row.point.step, cost: row.observation.cost, gradientNorm: norm(slopes))
    }
    return RunSummary.Point(
      step: row.point.step, cost: row.observation.cost, parameters: parameters(of: row),
      gradient: slopes)
  }

  private var curvature: ClosedRange<Double>? { session.curvature(of: cost) }
}

extension Session {
  /// The second derivative here, where there is one parameter and it costs no more than a step or
  /// two: it tells a minimum from a maximum.
  func curvature(of cost: Cost) -> ClosedRange<Double>? {
    guard cost.parameters.count == 1, graph.shape(cost.parameters[0]).isScalar,
      graph.reachable(from: cost.gradient).count < 1000
    else { return nil }
    let second = graph.gradient(of: cost.gradient[0], withRespectTo: cost.parameters)[0]
    let value = evaluate([second])[0][0]
    return value.isFinite ? value...value : nil
  }
}
