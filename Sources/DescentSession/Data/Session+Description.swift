internal import DescentData
internal import DescentEngine

extension Session {
  enum Detail { case briefly, wholly }

  private static let mostColumns = 24
  private static let mostClasses = 12

  /// The rows in a line.
  func dataText(_ data: DataSet) -> String {
    let names = data.columns.prefix(6).map { column in
      Self.title(column) + (column.scaling == nil ? "" : " (scaled)")
    }
    let more = data.columns.count > 6 ? ", … \(data.columns.count - 6) more" : ""
    let rows =
      data.parts.map { "\($0.training.count) + \($0.validation.count) rows" }
      ?? (data.rowCount == 1 ? "1 row" : "\(data.rowCount) rows")
    return "\(rows) of \(names.joined(separator: ", "))\(more)"
  }

  /// Describes one column.
  func describe(_ column: DataSet.Column, _ environment: Environment) {
    guard let data else { return }
    describe(
      DataSet(columns: [column], rowCount: data.rowCount, parts: data.parts), .wholly, environment)
  }

  /// Says what the rows are: how many, each column's range, what numbers stand for texts.
  func describe(_ data: DataSet, _ detail: Detail, _ environment: Environment) {
    func counted(_ number: Int, _ noun: String) -> String {
      "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
    var line = "\(counted(data.rowCount, "row")), \(counted(data.columns.count, "column"))"
    if let parts = data.parts {
      line += ": \(parts.training.count) to learn from, \(parts.validation.count) to validate with"
    }
    environment.emit(.line(line))
    if data.source.droppedRows > 0 {
      let missing = data.columns.filter { $0.missingCount > 0 }.prefix(8)
      let counts = missing.map { "\($0.name) \($0.missingCount)" }.joined(separator: ", ")
      environment.emit(
        .line(
          "\(counted(data.source.droppedRows, "row")) left out, missing: \(counts)"))
    }
    let shown =
      detail == .briefly ? Array(data.columns.prefix(Self.mostColumns)) : data.columns
    let figures = shown.map { Figures($0, detail) }
    var columns = [Table.Column("column", .text(shown.map(Self.title)))]
    columns.append(Table.Column("min", .numbers(figures.map(\.minimum))))
    if detail == .wholly { columns.append(Table.Column("mean", .numbers(figures.map(\.mean)))) }
    columns.append(Table.Column("max", .numbers(figures.map(\.maximum))))
    if detail == .wholly {
      columns.append(Table.Column("missing", .steps(shown.map(\.missingCount))))
    }
    environment.emit(.table(Table(columns: columns), style))
    if shown.count < data.columns.count {
      environment.emit(
        .line("and \(data.columns.count - shown.count) more; 'data' alone describes them all"))
    }
    for column in data.columns {
      guard let classes = column.classes else { continue }
      let most = detail == .briefly ? Self.mostClasses : .max
      let listed = classes.prefix(most).enumerated().map { "\($1) → \($0 + 1)" }
      let more = classes.count > most ? ", … \(classes.last ?? "") → \(classes.count)" : ""
      environment.emit(
        .line("classes of \(column.name): \(listed.joined(separator: ", "))\(more)"))
    }
  }

  private static func title(_ column: DataSet.Column) -> String {
    column.original.width == 1 ? column.name : "\(column.name)[\(column.original.width)]"
  }

  private struct Figures {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var mean = Double.nan

    init(_ column: DataSet.Column, _ detail: Detail) {
      let values = column.original.values
      let count = column.original.rows * column.original.width
      if detail == .wholly, let statistics = Statistics(of: Array(values.prefix(count))) {
        (minimum, mean, maximum) = (statistics.minimum, statistics.mean, statistics.maximum)
        return
      }
      for k in 0..<count {
        minimum = Double.minimum(minimum, values[k])
        maximum = Double.maximum(maximum, values[k])
      }
    }
  }
}
