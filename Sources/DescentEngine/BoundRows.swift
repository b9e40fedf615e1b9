internal import DescentGraph

/// The operations of a loop over rows, with a block of memory that they compute in.
final class BoundRows {
  /// A value made of rows, and where it is computed.
  struct Total {
    let reduction: RowReduction
    let tile: BoundTile
    let target: Memory
    let count: Int
    /// Whether the tile can start the value, and not only add to it.
    let isStarted: Bool
  }

  /// What there is to be gone through.
  struct Work {
    /// The data's columns, by their numbers in the program.
    let columns: [Column?]
    let batch: BatchRows
    /// Where values of rows are kept.
    let results: [UnsafeMutableBufferPointer<Double>]
  }

  let totals: [Total]
  private let tiles: [BoundTile]
  private let patches: [BoundTile.Patch]
  private let kept: [(start: Memory, stride: Int, column: Int?, offset: Int, kept: RowLoop.Kept)]
  private let columns: [(number: Int, gathered: Memory)]
  /// Where a block's numbers of each column are.
  private let starts: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  private let blockRows: Int
  /// Memory that is its own.
  private var owned: Memory?

  /// - Parameter targets: where totals are computed, one after the other; nil for where they are
  ///   wanted.
  init(_ loop: RowLoop, memory: Memory, block: Memory, targets: Memory? = nil) {
    let blockRows = loop.blockRows
    self.blockRows = blockRows
    var patches: [BoundTile.Patch] = []
    tiles = loop.tiles.map {
      BoundTile($0, memory: memory, block: block, rows: blockRows, &patches)
    }
    var end = targets
    totals = loop.totals.map { total in
      let target = end ?? memory + Int(total.destination.slot.index)
      end? += total.destination.count
      return Total(
        reduction: total.reduction,
        tile: BoundTile(total.tile, memory: memory, block: block, rows: blockRows, &patches),
        target: target, count: total.destination.count, isStarted: total.isStarted)
    }
    self.patches = patches
    kept = loop.kept.map { kept in
      switch kept.place.space {
      case .column(let column):
        (block, kept.place.rowStride, column, kept.place.offset, kept)
      case .block:
        (
          block + kept.place.start * blockRows + kept.place.offset, kept.place.rowStride, nil, 0,
          kept
        )
      case .memory: (memory + kept.place.start + kept.place.offset, 0, nil, 0, kept)
      }
    }
    columns = loop.columns.map { ($0.number, block + $0.gathered.start * blockRows) }
    let columnCount = 1 + (loop.columns.map(\.number).max() ?? 0)
    starts = .allocate(capacity: columnCount)
    starts.initialize(repeating: nil, count: columnCount)
  }

  /// One that computes totals of a part of the rows, in memory of its own.
  convenience init(partsOf loop: RowLoop, memory: Memory) {
    // The block, and behind it the totals.
    let size = (loop.blockSize + 7) & ~7
    let owned = LargeMemory.allocate(size + loop.totals.reduce(0) { $0 + $1.destination.count })
    self.init(loop, memory: memory, block: owned, targets: owned + size)
    self.owned = owned
  }

  deinit {
    for tile in tiles { tile.release() }
    for total in totals { total.tile.release() }
    starts.deallocate()
    if let owned { LargeMemory.release(owned) }
  }

  /// Adds some rows to the totals, block by block.
  ///
  /// - Parameter startScale: what a total is multiplied by that starts here; nil for one that is
  ///   added to.
  func run(_ work: Work, _ range: Range<Int>, startScale: (Total) -> Double?) {
    for first in stride(from: range.lowerBound, to: range.upperBound, by: blockRows) {
      let size = min(blockRows, range.upperBound - first)
      for (number, gathered) in columns {
        guard let column = work.columns[number] else { continue }
        starts[number] = Self.block(of: column, work.batch, first, size, gathered)
      }
      for patch in patches {
        if let start = starts[patch.column] { patch.operand.pointee.start = start + patch.offset }
      }
      for tile in tiles { tile.run(rows: size, columns: starts) }
      for sum in totals {
        sum.tile.run(rows: size, into: sum.target, startScale: startScale(sum))
      }
      keep(first, size, work.results)
    }
  }

  /// Where a block's numbers of a column are: in the column itself, or gathered.
  private static func block(
    of column: Column, _ batch: BatchRows, _ first: Int, _ size: Int, _ gathered: Memory
  ) -> Memory? {
    guard let values = column.values.baseAddress else { return nil }
    switch batch {
    case .range(let range): return values + (range.lowerBound + first) * column.width
    case .chosen(let rows):
      let width = column.width
      let numbers = rows[(rows.startIndex + first)..<(rows.startIndex + first + size)]
      if width == 1 {
        for (k, row) in numbers.enumerated() { gathered[k] = values[Int(row)] }
      } else {
        for (k, row) in numbers.enumerated() {
          (gathered + k * width).update(from: values + Int(row) * width, count: width)
        }
      }
      return gathered
    }
  }

  private func keep(
    _ first: Int, _ size: Int, _ results: [UnsafeMutableBufferPointer<Double>]
  ) {
    for item in kept {
      var source = item.start
      if let column = item.column {
        guard let start = starts[column] else { continue }
        source = start + item.offset
      }
      let (result, width) = (results[item.kept.output], item.kept.count)
      for row in 0..<size {
        for k in 0..<width {
          result[(first + row) * width + k] = source[row * item.stride + k]
        }
      }
    }
  }
}
