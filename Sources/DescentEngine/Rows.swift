package import DescentGraph

/// The numbers of a column of data: `width` a row, one row after another.
package final class Column: @unchecked Sendable {
  package let width: Int
  package let rows: Int
  /// Written once, before the column is shared.
  package let values: UnsafeMutableBufferPointer<Double>

  /// - Parameter fill: sets all the numbers.
  package init(
    rows: Int, width: Int, fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) {
    self.width = width
    self.rows = rows
    // Behind the last row as much as native code may read beyond it: eight rows.
    let size = rows * width
    let whole = LargeMemory.allocate(size + 8 * width + 8)
    values = UnsafeMutableBufferPointer(start: whole, count: size)
    fill(values)
  }

  package convenience init(_ numbers: [Double], width: Int) {
    self.init(rows: numbers.count / max(1, width), width: width) { target in
      for (k, number) in numbers.prefix(target.count).enumerated() { target[k] = number }
    }
  }

  deinit { LargeMemory.release(values.baseAddress) }

  /// One row's numbers.
  package func row(_ row: Int) -> [Double] {
    Array(values[(row * width)..<((row + 1) * width)])
  }
}

/// Which rows a step looks at.
package protocol BatchOrder: Sendable {
  /// The pass over the rows that the step at time `step` is part of.
  func pass(ofStep step: Int) -> BatchPass
}

/// A pass over all rows, batch after batch.
package struct BatchPass: Sendable {
  /// Its first step.
  package let first: Int
  /// How many rows a step looks at; the last looks at what is left.
  package let size: Int
  package let rowCount: Int
  /// The rows in their order, and behind them ``BatchRows/margin`` more; nil where they come as
  /// they stand.
  package let order: [Int32]?

  package init(first: Int, size: Int, rowCount: Int, order: [Int32]?) {
    self.first = first
    self.size = size
    self.rowCount = rowCount
    self.order = order
  }

  /// The step after its last.
  package var end: Int { first + max(1, (rowCount + size - 1) / size) }

  /// The rows of a step of this pass.
  func rows(ofStep step: Int) -> BatchRows {
    let start = (step - first) * size
    let range = start..<min(rowCount, start + size)
    return order.map { .chosen($0[range]) } ?? .range(range)
  }
}

/// What is the same in all passes.
struct BatchLayout: Equatable {
  let size: Int
  /// Whether the rows come as they stand.
  let isOrdered: Bool

  init(_ order: any BatchOrder) {
    let pass = order.pass(ofStep: 0)
    (size, isOrdered) = (pass.size, pass.order == nil)
  }
}

/// The rows of a batch.
package enum BatchRows: Sendable {
  case range(Range<Int>)
  /// In this order.
  case chosen(ArraySlice<Int32>)

  /// How many numbers stand behind those of a pass, for whoever reads eight at once.
  package static let margin = 8

  package var count: Int {
    switch self {
    case .range(let range): range.count
    case .chosen(let rows): rows.count
    }
  }
}

extension BatchOrder {
  /// The rows of the step that is taken at time `step`.
  package func rows(ofStep step: Int) -> BatchRows { pass(ofStep: step).rows(ofStep: step) }
}

/// The data that a program reads: its columns by the symbols that stand for them, and how many rows
/// there are of each kind.
package struct RowData: Sendable {
  package var columns: [Symbol: Column]
  package var counts: [RowSet: Int]
  package var batches: (any BatchOrder)?
  /// How many threads may share parts of the rows; what comes out does not depend on it.
  package var threads = 1

  package init(
    columns: [Symbol: Column] = [:], counts: [RowSet: Int] = [:],
    batches: (any BatchOrder)? = nil
  ) {
    self.columns = columns
    self.counts = counts
    self.batches = batches
  }

  package static let none = RowData()
}
