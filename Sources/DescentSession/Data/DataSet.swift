internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph

/// The rows that a session learns from: columns of numbers, and which rows are kept for validation.
struct DataSet {
  /// One column: a number for each row, or as many as an image has.
  struct Column {
    var name: String
    /// The numbers as they were read, of all rows.
    var original: DescentEngine.Column
    /// What stands for it in expressions, for each kind of rows.
    var symbols: [RowSet: Symbol]
    /// The texts that the numbers 1, 2, … stand for, where it is a column of classes.
    var classes: [String]?
    /// What it was made of by standardizing, if it was.
    var scaling: Scaling?
    /// How many of its cells were missing, in rows that were left out.
    var missingCount = 0
  }

  /// (x - mean)/deviation, element by element.
  struct Scaling {
    var mean: [Double]
    var deviation: [Double]
  }

  /// Rows before it is decided which are learned from, and what is standardized.
  struct Unarranged {
    var columns: [Column]
    var rowCount: Int
    /// The first rows, which files gave to learn from, where others follow to validate with.
    var trainingRows: Int?
    /// What makes them again.
    var source = DataSource()
  }

  let columns: [Column]
  let rowCount: Int
  /// The rows, counted from 0, that are learned from and that are kept for validation; nil where
  /// all are learned from.
  let parts: (training: [Int32], validation: [Int32])?
  private(set) var trainingRows: Int?
  private(set) var source = DataSource()
  /// The columns as programs read them.
  private(set) var rows = RowData.none
  /// Made when they are first asked for.
  private let numbers = RowNumbers()

  /// - Parameter columns: their numbers, all with as many rows.
  init(columns: [Column], rowCount: Int, parts: (training: [Int32], validation: [Int32])? = nil) {
    self.columns = columns
    self.rowCount = rowCount
    self.parts = parts
    assign()
  }

  init(_ rows: Unarranged, parts: (training: [Int32], validation: [Int32])?) {
    self.init(columns: rows.columns, rowCount: rows.rowCount, parts: parts)
    trainingRows = rows.trainingRows
    source = rows.source
  }

  /// The same rows, as they are before anything is decided of them.
  var unarranged: Unarranged {
    let plain = columns.map { column in
      var column = column
      column.scaling = nil
      return column
    }
    return Unarranged(
      columns: plain, rowCount: rowCount, trainingRows: trainingRows, source: source)
  }

  /// The number of a row among all, counted from 1.
  func number(ofRow row: Int, in rows: RowSet) -> Int {
    switch rows {
    case .all: row + 1
    case .training, .batch: parts.map { Int($0.training[row]) + 1 } ?? row + 1
    case .validation: parts.map { Int($0.validation[row]) + 1 } ?? row + 1
    }
  }

  /// The numbers of rows among all, counted from 1, as a column.
  func rowNumbers(of rows: RowSet) -> DescentEngine.Column {
    let set = parts == nil ? .all : rows == .batch ? .training : rows
    if let made = numbers.columns[set] { return made }
    let count = count(of: set)
    let column = DescentEngine.Column(rows: count, width: 1) { target in
      for row in 0..<count { target[row] = Double(number(ofRow: row, in: set)) }
    }
    numbers.columns[set] = column
    return column
  }

  var trainingCount: Int { parts?.training.count ?? rowCount }

  func count(of rows: RowSet) -> Int {
    switch rows {
    case .all: rowCount
    case .training, .batch: trainingCount
    case .validation: parts?.validation.count ?? 0
    }
  }

  func column(_ name: String) -> Column? { columns.first { $0.name == name } }

  /// Copies each column's numbers into those that are learned from and those that are not.
  private mutating func assign() {
    rows.columns = [:]
    for column in columns {
      let all = column.scaling.map { column.original.scaled(by: $0) } ?? column.original
      let training = parts.map { all.choosing($0.training) } ?? all
      for (set, symbol) in column.symbols {
        switch set {
        case .all: rows.columns[symbol] = all
        case .training, .batch: rows.columns[symbol] = training
        case .validation: rows.columns[symbol] = parts.map { all.choosing($0.validation) }
        }
      }
    }
    rows.counts = Dictionary(
      RowSet.allCases.map { ($0, count(of: $0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// The columns as names of expressions.
  var scopeColumns: [Scope.Column] {
    columns.map { column in
      var symbols = column.symbols
      if parts == nil { symbols[.validation] = nil }
      let numbers = symbols[.all].flatMap { rows.columns[$0] } ?? column.original
      return Scope.Column(
        name: column.name, symbols: symbols, rowCount: numbers.rows,
        scaling: column.scaling.map { ($0.mean, $0.deviation) },
        row: { number in
          (1...max(1, numbers.rows)).contains(number) && numbers.rows > 0
            ? numbers.row(number - 1) : nil
        })
    }
  }
}

/// The row numbers of a data set, which few expressions need.
private final class RowNumbers {
  var columns: [RowSet: DescentEngine.Column] = [:]
}

extension DescentEngine.Column {
  fileprivate func choosing(_ chosen: [Int32]) -> DescentEngine.Column {
    DescentEngine.Column(rows: chosen.count, width: width) { target in
      for (place, row) in chosen.enumerated() {
        for k in 0..<width { target[place * width + k] = values[Int(row) * width + k] }
      }
    }
  }

  fileprivate func scaled(by scaling: DataSet.Scaling) -> DescentEngine.Column {
    DescentEngine.Column(rows: rows, width: width) { target in
      for row in 0..<rows {
        for k in 0..<width {
          let x = values[row * width + k]
          target[row * width + k] = (x - scaling.mean[k]) / scaling.deviation[k]
        }
      }
    }
  }
}

extension Session {
  /// Tells data that hold numbers of their own from others.
  var dataIdentity: ObjectIdentifier? { data?.columns.first.map { ObjectIdentifier($0.original) } }

  /// How many numbers the data are, as they were read.
  var dataNumbers: Int {
    data.map { $0.rowCount * $0.columns.reduce(0) { $0 + $1.original.width } } ?? 0
  }
}
