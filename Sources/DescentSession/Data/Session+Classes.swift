internal import DescentElaboration
internal import DescentGraph
internal import DescentSource

extension Session {
  /// What is no class where one is needed.
  struct ClassProblem {
    /// What tells the class.
    var label: NodeID
    var value: Double
    /// The classes are 1 to this.
    var count: Int
    /// The number of the row among all, where there is a class for each row.
    var row: Int?
  }

  /// Refuses a value that was made of what is no class: it is no number, or a comparison that could
  /// never hold.
  func refuseNoClasses(
    in node: NodeID, _ value: [Double], at place: Diagnostic.Label
  ) throws(Diagnostic) {
    let order = graph.reachable(from: [node])
    let uses = order.filter { graph.classes(of: $0) != nil }
    guard !uses.isEmpty else { return }
    // In a branch that is not taken anything may stand.
    let isBranching = order.contains { graph.isA($0, Conditional.self) }
    for use in uses {
      let isComparison = graph.isA(use, Equal.self) || graph.isA(use, NotEqual.self)
      guard isComparison ? !isBranching : value.contains(where: \.isNaN) else { continue }
      if let problem = classProblem(of: use) { throw diagnostic(for: problem, at: place) }
    }
  }

  private func classProblem(of use: NodeID) -> ClassProblem? {
    guard let (label, count) = graph.classes(of: use) else { return nil }
    let numbers = evaluate([label])[0]
    guard let place = numbers.firstIndex(where: { !Graph.isClass($0, of: count) }) else {
      return nil
    }
    let row = graph.shape(label).rows.flatMap { data?.number(ofRow: place, in: $0) }
    return ClassProblem(label: label, value: numbers[place], count: count, row: row)
  }

  private func diagnostic(for problem: ClassProblem, at place: Diagnostic.Label) -> Diagnostic {
    let label = Typesetter(graph, limit: 40).text(problem.label)
    let value = text(problem.value)
    let which =
      problem.row.map { "\(label) is \(value) in row \($0), and" }
      ?? (label == value ? "there is no class \(value):" : "\(label) is \(value), and")
    return Diagnostic(
      "class.range", "\(which) classes go from 1 to \(problem.count) here", at: place,
      help: classHelp(problem))
  }

  /// What to do about numbers that are no classes.
  func classHelp(_ problem: ClassProblem) -> [String] {
    guard problem.row != nil else { return [] }
    let isWhole = problem.value == problem.value.rounded() && problem.value > 0
    let name = graph.symbol(of: problem.label).map { graph.name($0) } ?? "label"
    return
      (isWhole ? ["for as many classes as \(text(problem.value)), take as many logits"] : [])
      + ["to number the values of a column from 1: data \"FILE\" as class(\(name))"]
  }
}
