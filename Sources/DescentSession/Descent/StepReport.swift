internal import DescentEngine
internal import DescentGraph

/// The rows of a step table, and what a run's last steps show.
struct StepReport {
  struct Row {
    private(set) var point: Point
    private(set) var observation: Observer.Observation
    /// The length of each parameter; of a number, the number itself.
    let parameterNorms: [Double]
    let gradientNorm: Double
    var step: Int { point.step }

    init(point: Point, observation: Observer.Observation) {
      self.point = point
      self.observation = observation
      var first = 0
      parameterNorms = observation.gradient.map { slope in
        defer { first += slope.count }
        if slope.count == 1 { return point.state[first] }
        return RunSummary.Point.norm(Array(point.state[first..<(first + slope.count)]))
      }
      gradientNorm = RunSummary.Point.norm(observation.gradient.flatMap { $0 })
    }

    /// From so many numbers on, a row that is only shown keeps their lengths instead.
    private static let mostNumbers = 1000

    /// The row as a table on a screen needs it.
    var asShown: Row {
      guard point.state.count > Self.mostNumbers else { return self }
      var row = self
      row.point.state = []
      row.observation.gradient = []
      return row
    }
  }

  /// What rows keep: what a screen shows, or all numbers of each point.
  enum Detail { case asShown, whole }

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
    from first: Int, to last: Int, _ shown: StepRunner.Shown, _ detail: Detail = .asShown,
    met: [Int: Point] = [:], isInterrupted: () -> Bool = { false }
  ) -> [Row] {
    func kept(_ row: Row) -> Row { detail == .whole ? row : row.asShown }
    let steps = shown.steps(from: first, to: last)
    let others = map(steps.filter { met[$0] == nil }, isInterrupted: isInterrupted, kept)
    if met.isEmpty { return others }
    let present = session.environmentValues
    let known = steps.compactMap { met[$0] }.map { point in
      let fixed = session.environment(at: point, present: present)
      return kept(Row(point: point, observation: observer.observe(point, fixed: fixed)))
    }
    return (others + known).sorted { $0.step < $1.step }
  }

  /// What is made of the points after these steps, one at a time.
  private func map<T>(
    _ steps: [Int], isInterrupted: () -> Bool = { false }, _ transform: (Row) -> T
  ) -> [T] {
    var rows: [T] = []
    let present = session.environmentValues
    session.descent.visit(steps, fixed: present) { point in
      let fixed = session.environment(at: point, present: present)
      rows.append(
        transform(Row(point: point, observation: observer.observe(point, fixed: fixed))))
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
    if cost.parameters.count > 4 {
      return [Table.Column("|parameters|", .numbers(rows.map { norm($0.parameterNorms) }))]
    }
    return cost.parameters.enumerated().map { place, symbol in
      let (name, shape) = (session.graph.name(symbol), session.graph.shape(symbol))
      // The norm of a number would hide its sign and save no space.
      return Table.Column(
        shape.isScalar ? name : "|\(name)|", .numbers(rows.map { $0.parameterNorms[place] }))
    }
  }

  private func slopeColumn(_ rows: [Row]) -> Table.Column {
    if cost.parameters.count == 1, session.graph.shape(cost.parameters[0]).isScalar {
      let title = "d\(cost.name)/d\(session.graph.name(cost.parameters[0]))"
      return Table.Column(title, .numbers(rows.map { $0.observation.gradient[0][0] }))
    }
    return Table.Column("|grad|", .numbers(rows.map(\.gradientNorm)))
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
      let bounded = map(steps) { row in
        clip.bounds(row.observation.gradient.flatMap { $0 }, norm: row.gradientNorm)
      }.count { $0 }
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
    if session.settings.plateau != nil, let begin = point(first), let end = point(last),
      let factors = factors(begin, end), factors.1 < factors.0
    {
      notes.append(
        "the cost stood still: the plateau leaves \(session.text(factors.1)) of the rate")
    }
    return notes
  }

  private func point(_ step: Int) -> Point? {
    session.descent.point(step, fixed: session.environmentValues)
  }

  private func factors(_ begin: Point, _ end: Point) -> (Double, Double)? {
    let symbol = session.plateauSymbols.factor
    guard let first = session.environment(at: begin)[symbol]?.first,
      let last = session.environment(at: end)[symbol]?.first
    else { return nil }
    return (first, last)
  }

  /// What is said when a rule finds no lower point.
  func exhaustion(after taken: Int) -> String {
    let slopes =
      map([session.descent.step]) { $0.observation.gradient.flatMap { $0 } }.first ?? []
    let length = NumberStyle(significantDigits: 3).text(of: norm(slopes))
    let after = taken == 0 ? "" : " after \(taken == 1 ? "1 step" : "\(taken) steps")"
    let slope = slopes.count == 1 ? "the slope's size is" : "the gradient's length is"
    let text = "no step lowers the cost any more\(after); \(slope) \(length)"
    let isNewton = session.rule.definition.wholeSpace == Newton.self
    guard taken == 0, !isNewton, slopes.allSatisfy({ $0 == 0 }) else { return text }
    return text + ", as at a minimum, a maximum or a saddle; 'rule newton' leaves the last two"
  }

  func closingLine(from first: Int) -> String? {
    let last = session.descent.step
    guard last > first, let begin = map([first], summaryPoint).first else { return nil }
    // Of batches, the ends of passes tell how the cost goes: each has seen all rows once.
    let isInBatches = session.batches != nil
    let length = isInBatches ? session.stepsOfEpoch : 1
    let ends = stride(from: last, through: first, by: -length).prefix(RunSummary.pointCount)
    var points = map(ends.reversed(), summaryPoint)
    if points.count == 1 { points.insert(begin, at: 0) }
    return RunSummary(
      first: begin, points: points, curvature: curvature, interval: isInBatches ? .pass : .step,
      style: NumberStyle(significantDigits: session.settings.precision)
    ).line
  }

  private func summaryPoint(_ row: Row) -> RunSummary.Point {
    let slopes = row.observation.gradient.flatMap { $0 }
    guard slopes.count <= 1000 else {
      return RunSummary.Point(
        step: row.point.step, cost: row.observation.cost, gradientNorm: row.gradientNorm)
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
