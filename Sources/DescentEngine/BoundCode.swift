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

  /// The sum of a block of elements from `first` on, where `passed` come before it of what is passed
  /// on.
  func run(terms count: Int, from first: Int, passed: Int, moving moves: [Bool]) {
    var call = call
    call.inner = count
    call.destination += first / Reduction.block
    for (k, isMoved) in moves.enumerated() { call.operands[k].start += isMoved ? first : passed }
    function(call)
    for (k, isMoved) in moves.enumerated() { call.operands[k].start -= isMoved ? first : passed }
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
  private let tiles: [(tile: BoundTile, moves: [Bool], movesResult: Bool, isTotal: Bool)]
  private let totals: [(blocks: Memory, sum: Memory)]

  init(_ loop: ElementLoop, memory: Memory, block: Memory) {
    count = loop.count
    tiles = loop.tiles.map { tile in
      var none: [BoundTile.Patch] = []
      let bound = BoundTile(
        tile, memory: memory, block: block, rows: ElementLoop.blockSize, &none)
      let moves = tile.operands.map { $0.place.space == .memory && $0.innerStride == 1 }
      return (bound, moves, tile.destination.space == .memory, tile.total != nil)
    }
    totals = loop.tiles.compactMap { tile in
      tile.total.map { (memory + tile.destination.start, memory + $0) }
    }
  }

  deinit { for item in tiles { item.tile.release() } }

  func run() {
    for first in stride(from: 0, to: count, by: ElementLoop.blockSize) {
      let size = min(ElementLoop.blockSize, count - first)
      for item in tiles {
        guard item.isTotal else {
          item.tile.run(
            elements: size, from: first, moving: item.moves, movingResult: item.movesResult)
          continue
        }
        for passed in stride(from: 0, to: size, by: Reduction.block) {
          item.tile.run(
            terms: min(Reduction.block, size - passed), from: first + passed, passed: passed,
            moving: item.moves)
        }
      }
    }
    let blocks = (count + Reduction.block - 1) / Reduction.block
    for total in totals { total.sum.pointee = Reduction.combine(total.blocks, blocks) }
  }
}
