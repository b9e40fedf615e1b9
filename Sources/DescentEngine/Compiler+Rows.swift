internal import DescentGraph

extension Compiler {
  /// A loop over rows: what it computes for each of them, block by block, and what it adds up.
  mutating func emit(_ unit: Schedule.Loop) -> RowLoop {
    var loop = RowLoop(rows: unit.rows, blockRows: 1)
    var block = PlacePool()
    if unit.rows == .batch {
      for number in unit.columns {
        guard case .column(let column)? = places[number]?.space else { continue }
        let width = schedule.count(of: number)
        let gathered = Place(space: .block, start: block.allocate(width), rowStride: width)
        loop.columns.append((column, gathered))
      }
    } else {
      for number in unit.columns {
        guard case .column(let column)? = places[number]?.space else { continue }
        loop.columns.append((column, Place(space: .block, start: 0)))
      }
    }
    // Where each value is read for the last time in this loop; what is kept, never.
    var lastUse: [Int: Int] = [:]
    for (position, number) in unit.values.enumerated() {
      for operand in schedule.operands(of: number) {
        lastUse[schedule.owner(of: operand)] = position
      }
    }
    for number in unit.totals {
      for operand in schedule.operands(of: number) { lastUse[schedule.owner(of: operand)] = .max }
    }
    for number in unit.kept.map(\.number) { lastUse[schedule.owner(of: number)] = .max }
    for (position, number) in unit.values.enumerated() {
      let node = schedule.numbers.nodes[number]
      let operands = schedule.operands(of: number)
      if let view = view(number) {
        places[number] = view
        continue
      }
      let width = schedule.count(of: number)
      var released: [Int] = []
      func release(_ operands: [Int]) {
        for operand in operands {
          let owner = schedule.owner(of: operand)
          guard lastUse[owner] == position, let place = places[owner], place.space == .block,
            !released.contains(owner)
          else { continue }
          released.append(owner)
          block.free(place.start, count: schedule.count(of: owner))
        }
      }
      let isElementwise = graph.kernel(node).isElementwise
      let viewed = operands.filter { schedule.owner(of: $0) != $0 }.map { schedule.owner(of: $0) }
      func isDirect(_ operand: Int) -> Bool {
        isElementwise && schedule.owner(of: operand) == operand && !viewed.contains(operand)
      }
      release(operands.filter(isDirect))
      let place = Place(space: .block, start: block.allocate(width), rowStride: width)
      release(operands.filter { !isDirect($0) })
      places[number] = place
      loop.tiles.append(tile(node, operands, to: place))
    }
    for number in unit.totals {
      let node = schedule.numbers.nodes[number]
      let count = schedule.count(of: number)
      let kernel = graph.kernel(node)
      guard let reduction = kernel.rowReduction else { continue }
      let destination = target(of: number) ?? memory.allocatePermanent(count)
      places[number] = Place(space: .memory, start: destination)
      let tile = tile(
        node, schedule.operands(of: number), to: Place(space: .memory, start: destination))
      loop.totals.append(
        RowLoop.Total(
          reduction: reduction, tile: tile, isStarted: kernel.startsTotals,
          destination: Location(slot: Slot(destination), count: count)))
    }
    for kept in unit.kept {
      guard let place = places[kept.number] else { continue }
      loop.kept.append(
        RowLoop.Kept(
          place: place, count: schedule.count(of: kept.number), output: kept.output))
    }
    loop.blockRows = schedule.blockRows
    loop.blockSize = loop.blockRows * block.size
    program.blockSize = max(program.blockSize, loop.blockSize)
    // The next loop computes them anew.
    for number in unit.values { places[number] = nil }
    return loop
  }

  /// An operation on more than one number, and how its elements are gone through.
  func tile(_ node: NodeID, _ operands: [Int], to destination: Place) -> Tile {
    let kernel = graph.kernel(node)
    let shape = graph.shape(node)
    let isInLoop = operands.contains { schedule.isPerRow($0) }
    var tile = Tile(
      node: node, function: kernel.tile, destination: destination, extents: shape.extents,
      operands: operands.map { operand in
        Tile.Operand(
          place: places[operand] ?? Place(space: .memory, start: 0),
          extents: graph.shape(schedule.numbers.nodes[operand]).extents)
      }, integers: graph.integers(node))
    guard kernel.isElementwise else {
      tile.inner = shape.count
      tile.rows = !isInLoop ? .none : kernel.takesRows ? .together : .calls
      return tile
    }
    tile.layOut(isInLoop: isInLoop)
    return tile
  }
}

extension Tile {
  /// Chooses the runs of an elementwise operation: the fewest, so that each is long.
  ///
  /// What broadcasts is read again with a stride of 0, as in NumPy: a vector along the rows of a
  /// matrix, a column across them, and what is the same for all rows of the data over these.
  fileprivate mutating func layOut(isInLoop: Bool) {
    let (rows, columns) = (extents.height, extents.width)
    // From one matrix row to the next, from one element to the next.
    var strides = operands.map { operand in
      let (m, n) = (operand.extents.height, operand.extents.width)
      return (outer: m == 1 ? 0 : n, inner: n == 1 ? 0 : 1)
    }
    let isOneRun =
      rows == 1 || columns == 1 || strides.allSatisfy { $0.outer == $0.inner * columns }
    let count = rows * columns
    if columns == 1 { strides = strides.map { ($0.outer, $0.outer) } }
    func set(outer: (Int) -> Int, inner: (Int) -> Int) {
      for k in operands.indices {
        operands[k].outerStride = outer(k)
        operands[k].innerStride = inner(k)
      }
    }
    guard isInLoop else {
      set(outer: { strides[$0].outer }, inner: { strides[$0].inner })
      (outer, inner) = isOneRun ? (1, count) : (rows, columns)
      return
    }
    let rowStrides = operands.map(\.place.rowStride)
    if count == 1 {
      self.rows = .merged
      inner = 1
      set(outer: { _ in 0 }, inner: { rowStrides[$0] })
    } else if isOneRun {
      let isMerged = operands.indices.allSatisfy { rowStrides[$0] == strides[$0].inner * count }
      self.rows = isMerged ? .merged : .runs
      inner = count
      set(outer: { rowStrides[$0] }, inner: { strides[$0].inner })
    } else {
      self.rows = .calls
      (outer, inner) = (rows, columns)
      set(outer: { strides[$0].outer }, inner: { strides[$0].inner })
    }
  }
}
