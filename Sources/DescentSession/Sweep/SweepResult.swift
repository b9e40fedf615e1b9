/// What came of a sweep: a row for each combination.
struct SweepResult {
  struct Dimension {
    var name: String
    var texts: [String]
    var numbers: [Double]?
  }

  struct Row {
    /// Which value of each dimension.
    var choices: [Int]
    var cost: Double
    var steps: Int
    var verdict: String
  }

  var dimensions: [Dimension]
  var rows: [Row] = []
  /// Whether every combination was run.
  var isWhole = true

  /// More rows than this are not all shown: the best are.
  private static let mostShown = 60
  private static let bestShown = 20

  /// The rows that are shown: all, or those with the lowest costs.
  private var shown: [Row] {
    rows.count <= Self.mostShown ? rows : Array(best.prefix(Self.bestShown))
  }

  private var best: [Row] {
    rows.filter { $0.cost.isFinite && $0.verdict != "not finite" }.sorted { $0.cost < $1.cost }
  }

  func table(style: NumberStyle) -> Table { table(of: shown) }
  /// Every row, for a file.
  var wholeTable: Table { table(of: rows) }

  private func table(of rows: [Row]) -> Table {
    var columns: [Table.Column] = []
    for (place, dimension) in dimensions.enumerated() {
      let choices = rows.map { $0.choices[place] }
      if let numbers = dimension.numbers {
        columns.append(Table.Column(dimension.name, .numbers(choices.map { numbers[$0] })))
      } else {
        columns.append(Table.Column(dimension.name, .text(choices.map { dimension.texts[$0] })))
      }
    }
    columns.append(Table.Column("cost", .numbers(rows.map(\.cost))))
    columns.append(Table.Column("steps", .steps(rows.map(\.steps))))
    columns.append(Table.Column("verdict", .text(rows.map(\.verdict))))
    return Table(columns: columns)
  }

  func lines(style: NumberStyle) -> [String] {
    var lines: [String] = []
    if rows.count > Self.mostShown {
      lines.append("the \(shown.count) lowest costs of \(rows.count) combinations")
    }
    if let first = best.first, rows.count > 1 {
      let values = zip(dimensions, first.choices).map { "\($0.name) = \($0.texts[$1])" }
      lines.append(
        "lowest cost: \(style.text(of: first.cost)) with \(values.joined(separator: ", "))")
    } else if best.isEmpty {
      lines.append("every descent left the finite numbers")
    }
    if !isWhole { lines.append("stopped; the combinations so far are shown") }
    return lines
  }
}
