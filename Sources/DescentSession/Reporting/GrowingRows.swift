/// The rows of a run whose length shows only at its end, few enough to keep at any time.
///
/// They are kept at a stride that is a power of ten, at most two hundred of them. So at the end
/// those that `RowSelection` wants are still there: the table looks as if the length had been
/// known.
package struct GrowingRows<Row> {
  private static var capacity: Int { 200 }

  private let first: Int
  private let interval: Int?
  private var stride = 1
  private var kept: [(step: Int, row: Row)] = []

  /// - Parameter interval: keep every multiple of this, however many that makes.
  package init(from first: Int, every interval: Int? = nil) {
    self.first = first
    self.interval = interval
  }

  /// Takes the steps in order, without gaps, from the first on.
  package mutating func append(step: Int, _ row: @autoclosure () throws -> Row) rethrows {
    guard isWanted(step) else { return }
    kept.append((step, try row()))
    if interval == nil, (step - first) / stride >= Self.capacity {
      stride *= 10
      kept = kept.filter { isWanted($0.step) }
    }
  }

  /// The rows to show, once the run has ended at `last`.
  package func rows(last: Int, _ row: @autoclosure () throws -> Row) rethrows
    -> [(step: Int, row: Row)]
  {
    let selection =
      if let interval {
        RowSelection(from: first, to: last, every: interval)
      } else {
        RowSelection(from: first, to: last)
      }
    var rows = kept.filter { $0.step < last && selection.contains($0.step) }
    rows.append((last, try row()))
    return rows
  }

  private func isWanted(_ step: Int) -> Bool {
    step == first
      || (interval.map { step.isMultiple(of: $0) } ?? (step - first).isMultiple(of: stride))
  }
}
