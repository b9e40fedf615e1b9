/// What came of a sweep: a row for each combination.
struct SweepResult {
  struct Dimension {
    var name: String
    /// Each value as it is shown.
    var texts: [String]
    /// Each value as its numbers, if it is made of numbers: one, or a vector of them.
    var numbers: [[Double]]?
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

  /// For reading: the rows that are shown, a column for each dimension.
  var table: Table {
    table(of: shown) { dimension, choices in
      guard let numbers = dimension.numbers, numbers.allSatisfy({ $0.count == 1 }) else {
        return [Table.Column(dimension.name, .text(choices.map { dimension.texts[$0] }))]
      }
      return [Table.Column(dimension.name, .numbers(choices.map { numbers[$0][0] }))]
    }
  }

  /// For a file: every row, a column for each number.
  var wholeTable: Table {
    table(of: rows) { dimension, choices in
      guard let numbers = dimension.numbers, let count = numbers.first?.count else {
        return [Table.Column(dimension.name, .text(choices.map { dimension.texts[$0] }))]
      }
      return (0..<count).map { place in
        let title = count == 1 ? dimension.name : "\(dimension.name)[\(place + 1)]"
        return Table.Column(title, .numbers(choices.map { numbers[$0][place] }))
      }
    }
  }

  private func table(
    of rows: [Row], columns make: (Dimension, _ choices: [Int]) -> [Table.Column]
  ) -> Table {
    var columns = dimensions.enumerated().flatMap { place, dimension in
      make(dimension, rows.map { $0.choices[place] })
    }
    columns.append(Table.Column("cost", .numbers(rows.map(\.cost))))
    columns.append(Table.Column("steps", .steps(rows.map(\.steps))))
    columns.append(Table.Column("verdict", .text(rows.map(\.verdict))))
    return Table(columns: columns)
  }

  /// What is said of the table where it has not all the rows.
  var selection: String? {
    rows.count > Self.mostShown
      ? "the \(shown.count) lowest costs of \(rows.count) combinations" : nil
  }

  func lines(style: NumberStyle) -> [String] {
    var lines: [String] = []
    if let first = best.first, rows.count > 1 {
      let values = zip(dimensions, first.choices).map { "\($0.name) = \($0.texts[$1])" }
      lines.append(
        "lowest cost: \(style.text(of: first.cost)) with \(values.joined(separator: ", "))")
    } else if best.isEmpty {
      lines.append("every descent left the finite numbers")
    }
    if !isWhole { lines.append("stopped; these are the combinations so far") }
    return lines
  }
}
