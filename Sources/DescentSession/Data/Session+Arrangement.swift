internal import DescentData
internal import DescentEngine
internal import DescentGraph
internal import DescentSource

extension Session {
  /// A part of the rows that is learned from; the others are kept to validate with.
  struct Split: Equatable {
    var part: Double
    /// What decides which.
    var seed: UInt64

    /// How many of these rows are learned from.
    func count(of rows: Int) -> Int { Int((part * Double(rows)).rounded()) }

    /// The rows of both parts, each in the order of the data.
    func rows(_ count: Int) -> (training: [Int32], validation: [Int32]) {
      let order = Permutation.rows(count, seed: seed, draw: Permutation.splits, step: 0)
      let most = self.count(of: count)
      return (order.prefix(most).sorted(), order.dropFirst(most).sorted())
    }
  }

  /// Rows as the session has them: split, and standardized by those that are learned from.
  func arranged(
    _ rows: DataSet.Unarranged, at place: Diagnostic.Label
  ) throws(Diagnostic) -> DataSet {
    var parts: (training: [Int32], validation: [Int32])?
    if let first = rows.trainingRows {
      parts = (Array(0..<Int32(first)), Array(Int32(first)..<Int32(rows.rowCount)))
    } else if let split {
      guard (1..<rows.rowCount).contains(split.count(of: rows.rowCount)) else {
        let isEmpty = split.count(of: rows.rowCount) == 0
        throw Diagnostic(
          "split.empty",
          "of \(rows.rowCount == 1 ? "1 row" : "\(rows.rowCount) rows"), \(text(split.part)) leaves none to \(isEmpty ? "learn from" : "validate with")",
          at: place)
      }
      parts = split.rows(rows.rowCount)
    }
    var rows = rows
    for index in rows.columns.indices where scaledNames.contains(rows.columns[index].name) {
      rows.columns[index].scaling = try scaling(rows.columns[index], parts?.training, at: place)
    }
    return DataSet(rows, parts: parts)
  }

  /// What makes the mean 0 and the variance 1 over the rows that are learned from.
  private func scaling(
    _ column: DataSet.Column, _ rows: [Int32]?, at place: Diagnostic.Label
  ) throws(Diagnostic) -> DataSet.Scaling {
    let (values, width) = (column.original.values, column.original.width)
    var scaling = DataSet.Scaling(mean: [], deviation: [])
    for k in 0..<width {
      let numbers =
        rows.map { $0.map { values[Int($0) * width + k] } }
        ?? (0..<column.original.rows).map { values[$0 * width + k] }
      guard let statistics = Statistics(of: numbers) else { continue }
      let deviation = statistics.standardDeviation(dividingBy: .count)
      scaling.mean.append(statistics.mean)
      // A pixel that is the same in every image stays 0.
      scaling.deviation.append(deviation == 0 ? 1 : deviation)
      guard deviation == 0 && width == 1 || !deviation.isFinite else { continue }
      throw Diagnostic(
        "scale.constant",
        deviation == 0
          ? "'\(column.name)' is \(text(numbers[0])) in every row to learn from, and cannot get the variance 1"
          : "'\(column.name)' holds numbers that are not finite, and has no variance",
        at: place, help: ["leave it out: a constant tells nothing that an intercept does not"])
    }
    return scaling
  }

  /// Divides and standardizes the rows that are there as the session now says.
  mutating func arrangeAgain(at place: Diagnostic.Label) throws(Diagnostic) {
    guard let data else { return }
    try setData(try arranged(data.unarranged, at: place))
  }

  func requiredData(at place: Diagnostic.Label) throws(Diagnostic) -> DataSet {
    if let data { return data }
    throw Diagnostic(
      "rows.none", "there are no rows of data", at: place,
      help: ["to load some, write: data \"file.csv\""])
  }
}
