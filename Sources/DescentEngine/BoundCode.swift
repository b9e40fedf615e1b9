internal import DescentGraph

/// Stages with every place as an address, so that a step looks nothing up and counts no references.
struct BoundStage {
  let instructions: UnsafeBufferPointer<Instruction>
  /// The array that these are in.
  private let code: [Instruction]
  let tiles: UnsafeMutableBufferPointer<BoundTile>
  /// Where this is a loop over rows and no instructions. Not counted: it is released with this.
  let loop: Unmanaged<BoundLoop>?
  /// Where this is a loop over elements.
  let elements: Unmanaged<BoundElementLoop>?

  init(_ stage: Stage, memory: Memory, block: Memory) {
    switch stage {
    case .code(let code):
      self.code = code.instructions
      var none: [BoundTile.Patch] = []
      tiles = .copy(
        of: code.tiles.map { BoundTile($0, memory: memory, block: block, rows: 1, &none) })
      (loop, elements) = (nil, nil)
    case .elements(let elementLoop):
      code = []
      tiles = .copy(of: [])
      loop = nil
      elements = .passRetained(BoundElementLoop(elementLoop, memory: memory, block: block))
    case .loop(let rowLoop):
      code = []
      tiles = .copy(of: [])
      loop = .passRetained(BoundLoop(rowLoop, memory: memory, block: block))
      elements = nil
    }
    // unsafe: the array is held and nothing changes it, so that it stays where it is.
    instructions = self.code.withUnsafeBufferPointer { $0 }
  }

  func release() {
    for tile in tiles { tile.release() }
    tiles.deinitialize()
    tiles.deallocate()
    loop?.release()
    elements?.release()
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate static func copy(of values: [Element]) -> Self {
    let buffer = Self.allocate(capacity: values.count)
    _ = buffer.initialize(fromContentsOf: values)
    return buffer
  }
}

/// An operation on more than one number, ready to be called.
struct BoundTile {
  private let function: TileFunction
  private let group: (function: Tile.Group.Function, memory: Memory, state: Memory, block: Memory)?
  private let rows: Tile.Rows
  private var call: TileCall
  /// Numbers from one row's result to the next.
  private let stride: Int

  /// An operand that is a column: where it stands is set for each block.
  struct Patch {
    let operand: UnsafeMutablePointer<TileOperand>
    let column: Int
    let offset: Int
  }

  /// - Parameter patches: takes its operands that are columns.
  init(
    _ tile: Tile, memory: Memory, block: Memory, rows blockRows: Int, _ patches: inout [Patch]
  ) {
    function = tile.function
    rows = tile.rows
    group = tile.group.flatMap { group in
      guard let address = group.address.flatMap({ UnsafeRawPointer(bitPattern: $0) }) else {
        return nil
      }
      // unsafe: the emitter writes groups with this type.
      let function = unsafeBitCast(address, to: Tile.Group.Function.self)
      return (function, memory, memory + group.stateStart, block)
    }
    func address(_ place: Place) -> Memory {
      switch place.space {
      case .memory: memory + place.start + place.offset
      case .block: block + place.start * blockRows + place.offset
      case .column: block
      }
    }
    let operands = UnsafeMutablePointer<TileOperand>.allocate(
      capacity: max(1, tile.operands.count))
    for (number, operand) in tile.operands.enumerated() {
      (operands + number).initialize(
        to: TileOperand(
          start: address(operand.place), extents: operand.extents,
          rowStride: operand.place.rowStride, outerStride: operand.outerStride,
          innerStride: operand.innerStride))
      if case .column(let column) = operand.place.space {
        patches.append(
          Patch(operand: operands + number, column: column, offset: operand.place.offset))
      }
    }
    let integers = UnsafeMutablePointer<Int>.allocate(capacity: max(1, tile.integers.count))
    integers.initialize(from: tile.integers, count: tile.integers.count)
    call = TileCall(
      destination: address(tile.destination), operands: operands,
      operandCount: tile.operands.count, extents: tile.extents, integers: integers)
    call.outer = tile.outer
    call.inner = tile.inner
    stride = tile.destination.rowStride
  }

  func release() {
    call.operands.deallocate()
    call.integers.deallocate()
  }

  /// One value.
  @inline(__always)
  func run() { function(call) }

  /// A block of elements from `first` on, of what is not passed on in the block itself.
  func run(elements count: Int, from first: Int, moving moves: [Bool], movingResult: Bool) {
    var call = call
    call.inner = count
    if movingResult { call.destination += first }
    for (k, isMoved) in moves.enumerated() where isMoved { call.operands[k].start += first }
    function(call)
    for (k, isMoved) in moves.enumerated() where isMoved { call.operands[k].start -= first }
  }

  /// The values of some rows.
  ///
  /// - Parameter columns: where the columns begin in the block.
  @inline(__always)
  func run(
    rows count: Int, columns: UnsafeMutablePointer<UnsafeMutablePointer<Double>?>
  ) {
    if let group {
      group.function(group.memory, group.state, group.block, columns, count)
    } else {
      run(rows: count)
    }
  }

  /// The values of some rows; a total is added to `destination`, or starts there.
  func run(rows count: Int, into destination: Memory? = nil, startScale: Double? = nil) {
    var call = call
    if let destination { call.destination = destination }
    call.startScale = startScale
    switch rows {
    case .none: break
    case .merged: call.inner *= count
    case .runs: call.outer = count
    case .together: call.rows = count
    case .calls:
      for row in 0..<count {
        function(call)
        if row == count - 1 { break }
        call.destination += stride
        for k in 0..<call.operandCount { call.operands[k].start += call.operands[k].rowStride }
      }
      for k in 0..<call.operandCount {
        call.operands[k].start -= (count - 1) * call.operands[k].rowStride
      }
      return
    }
    function(call)
  }
}

/// A loop over elements, ready to be run.
final class BoundElementLoop {
  private let count: Int
  private let tiles: [(tile: BoundTile, moves: [Bool], movesResult: Bool)]

  init(_ loop: ElementLoop, memory: Memory, block: Memory) {
    count = loop.count
    tiles = loop.tiles.map { tile in
      var none: [BoundTile.Patch] = []
      let bound = BoundTile(
        tile, memory: memory, block: block, rows: ElementLoop.blockSize, &none)
      let moves = tile.operands.map { $0.place.space == .memory && $0.innerStride == 1 }
      return (bound, moves, tile.destination.space == .memory)
    }
  }

  deinit { for item in tiles { item.tile.release() } }

  func run() {
    for first in stride(from: 0, to: count, by: ElementLoop.blockSize) {
      let size = min(ElementLoop.blockSize, count - first)
      for item in tiles {
        item.tile.run(
          elements: size, from: first, moving: item.moves, movingResult: item.movesResult)
      }
    }
  }
}

/// A loop over rows, ready to be run.
final class BoundLoop {
  private struct Total {
    let reduction: RowReduction
    let tile: BoundTile
    let destination: Memory
    let part: Memory
    let count: Int
    let isStarted: Bool
  }

  let rows: RowSet
  private let blockRows: Int
  private let tiles: [BoundTile]
  private let totals: [Total]
  private let patches: [BoundTile.Patch]
  private let kept: [(start: Memory, stride: Int, column: Int?, offset: Int, kept: RowLoop.Kept)]
  private let columns: [(number: Int, gathered: Memory, width: Int)]

  /// Blocks whose totals are added one after the other to make a part; parts are added up.
  static let blocksOfPart = 64

  init(_ loop: RowLoop, memory: Memory, block: Memory) {
    rows = loop.rows
    let blockRows = loop.blockRows
    self.blockRows = blockRows
    var patches: [BoundTile.Patch] = []
    tiles = loop.tiles.map {
      BoundTile($0, memory: memory, block: block, rows: blockRows, &patches)
    }
    totals = loop.totals.map { total in
      Total(
        reduction: total.reduction,
        tile: BoundTile(total.tile, memory: memory, block: block, rows: blockRows, &patches),
        destination: memory + Int(total.destination.slot.index),
        part: memory + Int(total.part.slot.index), count: total.destination.count,
        isStarted: total.isStarted)
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
    columns = loop.columns.map {
      ($0.number, block + $0.gathered.start * blockRows, $0.gathered.rowStride)
    }
  }

  deinit {
    for tile in tiles { tile.release() }
    for total in totals { total.tile.release() }
  }

  /// Goes through the rows.
  ///
  /// - Parameters:
  ///   - columns: the data's columns, by their numbers in the program.
  ///   - batch: the rows of the step, where the loop is over a batch.
  ///   - total: how many rows there are.
  func run(
    _ data: [Column?], rows batch: BatchRows, of total: Int,
    keeping results: inout [[Double]]
  ) {
    let count = batch.count
    let isOneBlock = count <= blockRows && count > 0
    for sum in totals where !(isOneBlock && sum.isStarted) {
      sum.destination.update(repeating: sum.reduction.initial, count: sum.count)
    }
    let hasParts = count > blockRows * Self.blocksOfPart
    var starts = Array(repeating: UnsafeMutablePointer<Double>?.none, count: data.count + 1)
    var first = 0
    var blockNumber = 0
    while first < count {
      let size = min(blockRows, count - first)
      for (number, gathered, _) in columns {
        guard let column = data[number] else { continue }
        starts[number] = Self.block(of: column, batch, first, size, gathered)
      }
      for patch in patches {
        if let start = starts[patch.column] { patch.operand.pointee.start = start + patch.offset }
      }
      starts.withUnsafeMutableBufferPointer { starts in
        guard let columns = starts.baseAddress else { return }
        for tile in tiles { tile.run(rows: size, columns: columns) }
      }
      for sum in totals {
        guard hasParts else {
          // The only part is the whole.
          sum.tile.run(
            rows: size, into: sum.destination,
            startScale: isOneBlock ? startScale(sum, count, total) : nil)
          continue
        }
        if blockNumber % Self.blocksOfPart == 0 {
          sum.part.update(repeating: sum.reduction.initial, count: sum.count)
        }
        sum.tile.run(rows: size, into: sum.part)
      }
      keep(first, size, starts, &results)
      first += size
      blockNumber += 1
      if hasParts, blockNumber % Self.blocksOfPart == 0 || first == count {
        for sum in totals {
          sum.reduction.combine(sum.destination, with: sum.part, count: sum.count)
        }
      }
    }
    for sum in totals where !isOneBlock || startScale(sum, count, total) ?? 1 == 1 {
      finish(sum, count, total)
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
    _ first: Int, _ size: Int, _ starts: [UnsafeMutablePointer<Double>?],
    _ results: inout [[Double]]
  ) {
    for item in kept {
      var source = item.start
      if let column = item.column {
        guard let start = starts[column] else { continue }
        source = start + item.offset
      }
      let width = item.kept.count
      for row in 0..<size {
        for k in 0..<width {
          results[item.kept.output][(first + row) * width + k] = source[row * item.stride + k]
        }
      }
    }
  }

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
  private func startScale(_ sum: Total, _ count: Int, _ total: Int) -> Double? {
    guard sum.isStarted else { return nil }
    let factor = Self.factor(sum.reduction, count, total)
    return factor.significand == 1 ? factor : 1
  }

  private func finish(_ sum: Total, _ count: Int, _ total: Int) {
    let factor = Self.factor(sum.reduction, count, total)
    if factor == 1 { return }
    if sum.reduction == .mean, factor.significand != 1 {
      for k in 0..<sum.count { sum.destination[k] /= Double(count) }
    } else {
      // The reciprocal of a power of two is exact, and quicker to multiply by.
      for k in 0..<sum.count { sum.destination[k] *= factor }
    }
  }
}
