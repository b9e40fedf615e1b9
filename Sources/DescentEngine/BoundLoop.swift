internal import CNative
internal import DescentGraph

/// A loop over rows, ready to be run.
final class BoundLoop {
  let rows: RowSet
  private let loop: RowLoop
  private let memory: Memory
  /// Who goes through rows: the first in the machine's block, the others in blocks of their own.
  private var workers: [BoundRows]

  /// Blocks whose totals are added one after the other to make a part; parts are added up.
  static let blocksOfPart = 64

  init(_ loop: RowLoop, memory: Memory, block: Memory) {
    (rows, self.loop, self.memory) = (loop.rows, loop, memory)
    workers = [BoundRows(loop, memory: memory, block: block)]
  }

  /// Goes through the rows.
  ///
  /// - Parameters:
  ///   - columns: the data's columns, by their numbers in the program.
  ///   - batch: the rows of the step, where the loop is over a batch.
  ///   - total: how many rows there are.
  ///   - threads: how many may share parts; what comes out does not depend on it.
  ///   - results: takes the values of rows that are kept.
  func run(
    _ columns: [Column?], rows batch: BatchRows, of total: Int, threads: Int,
    keeping results: [UnsafeMutableBufferPointer<Double>]
  ) {
    let work = BoundRows.Work(columns: columns, batch: batch, results: results)
    let count = batch.count
    let isOneBlock = count <= loop.blockRows && count > 0
    let totals = workers[0].totals
    for sum in totals where !(isOneBlock && sum.isStarted) {
      sum.target.update(repeating: sum.reduction.initial, count: sum.count)
    }
    let partRows = loop.blockRows * Self.blocksOfPart
    if count > partRows {
      runParts(work, count, partRows, threads)
    } else {
      // The only part is the whole.
      workers[0].run(work, 0..<count) { isOneBlock ? Self.startScale($0, count, total) : nil }
    }
    for sum in totals where !isOneBlock || Self.startScale(sum, count, total) ?? 1 == 1 {
      Self.finish(sum, count, total)
    }
  }

  // MARK: Parts

  /// Parts that threads compute at the same time, each with a worker of its own.
  private struct Parts {
    let workers: [BoundRows]
    let work: BoundRows.Work
    let first: Int
    let rows: Int
    let count: Int
  }

  /// Parts are added up in their order, whoever computed them.
  private func runParts(_ work: BoundRows.Work, _ count: Int, _ partRows: Int, _ threads: Int) {
    let parts = (count + partRows - 1) / partRows
    let atOnce = max(1, min(threads, parts))
    // The first adds to what is wanted.
    while workers.count < 1 + atOnce { workers.append(BoundRows(partsOf: loop, memory: memory)) }
    for first in stride(from: 0, to: parts, by: atOnce) {
      var some = Parts(
        workers: Array(workers[1...]), work: work, first: first, rows: partRows, count: count)
      let taken = min(atOnce, parts - first)
      withUnsafeMutablePointer(to: &some) { some in
        descent_parallel(
          { some, k in
            // unsafe: it is what stands below.
            guard let parts = some?.assumingMemoryBound(to: Parts.self).pointee else { return }
            let first = (parts.first + k) * parts.rows
            let worker = parts.workers[k]
            for sum in worker.totals {
              sum.target.update(repeating: sum.reduction.initial, count: sum.count)
            }
            worker.run(parts.work, first..<min(first + parts.rows, parts.count)) { _ in nil }
          }, some, taken, Int32(atOnce))
      }
      for worker in workers[1...].prefix(taken) {
        for (sum, part) in zip(workers[0].totals, worker.totals) {
          sum.reduction.combine(sum.target, with: part.target, count: sum.count)
        }
      }
    }
  }

  // MARK: Totals

  /// What the totals of `count` rows are multiplied by: a sum over some of the rows stands for the
  /// sum over all of them; a mean is the mean of those.
  private static func factor(_ reduction: RowReduction, _ count: Int, _ total: Int) -> Double {
    switch reduction {
    case .mean: 1 / Double(count)
    case .sum: Double(total) / Double(count)
    case .product, .maximum, .minimum: 1
    }
  }

  /// What a total of one block starts with; nil where it is added to its initial value.
  private static func startScale(_ sum: BoundRows.Total, _ count: Int, _ total: Int) -> Double? {
    guard sum.isStarted else { return nil }
    let factor = factor(sum.reduction, count, total)
    return factor.significand == 1 ? factor : 1
  }

  private static func finish(_ sum: BoundRows.Total, _ count: Int, _ total: Int) {
    let factor = factor(sum.reduction, count, total)
    if factor == 1 { return }
    if sum.reduction == .mean, factor.significand != 1 {
      for k in 0..<sum.count { sum.target[k] /= Double(count) }
    } else {
      // The reciprocal of a power of two is exact, and quicker to multiply by.
      for k in 0..<sum.count { sum.target[k] *= factor }
    }
  }
}
