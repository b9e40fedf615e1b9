internal import DescentGraph

/// Where a loop over rows is left to the interpreter because of its products of matrices: what is
/// done element by element between them, as functions of native code.
extension StepEmitter {
  /// Rows of up to so many numbers are one vector each.
  private static let widest = 64
  private static let lanes = 8

  /// The values of a row in an order in which elementwise operations between the same others come
  /// one after the other.
  func broughtTogether(_ values: [Int]) -> [Int] {
    // Twice the other operations on the longest path to each value; one more behind them.
    var stages: [Int: Int] = [:]
    for number in values {
      let before = schedule.operands(of: number).map { stages[$0] ?? 0 }.max() ?? 0
      stages[number] = kernel(number).isElementwise ? before | 1 : (before / 2 + 1) * 2
    }
    return values.sorted { (stages[$0] ?? 0, $0) < (stages[$1] ?? 0, $1) }
  }

  /// Puts one function in place of each run of elementwise operations on rows of one width.
  func group(_ loop: inout RowLoop, _ work: RowWork) {
    var tiles: [Tile] = []
    var run: [Tile] = []
    func close() {
      if run.count > 0 { tiles.append(grouped(run, in: loop, work)) }
      run = []
    }
    for tile in loop.tiles {
      if canGroup(tile) {
        if let first = run.first, first.width != tile.width { close() }
        run.append(tile)
      } else {
        close()
        tiles.append(tile)
      }
    }
    close()
    loop.tiles = tiles
  }

  private func canGroup(_ tile: Tile) -> Bool {
    let kernel = graph.kernel(tile.node)
    guard kernel.isElementwise, kernel.native != nil, tile.destination.space == .block,
      tile.width <= Self.widest
    else { return false }
    return tile.operands.allSatisfy { operand in
      let count = Shape(operand.extents).count
      guard count == 1 || operand.extents == tile.extents else { return false }
      // Single numbers of rows are read eight at a time: they have to follow each other.
      return tile.width > 1 || operand.place.rowStride <= 1
    }
  }

  /// One tile that does the work of all.
  private func grouped(_ run: [Tile], in loop: RowLoop, _ work: RowWork) -> Tile {
    let outside = body
    defer { body = outside }
    let name = module.newLabel("group")
    body = NativeBuilder(module, label: "entry")
    let kept = keptNodes(run, work)
    if run[0].width == 1 {
      let end = body.assignHere("and i64 %rows, -8")
      emitLoop(run, loop, kept, from: "0", to: end, lanes: Self.lanes)
      emitLoop(run, loop, kept, from: end, to: "%rows", lanes: 1)
    } else {
      emitLoop(run, loop, kept, from: "0", to: "%rows", lanes: run[0].width)
    }
    body.add("ret void")
    let head =
      "define void @\(name)(ptr %memory, ptr %source, ptr noalias %block, ptr %columns, i64 %rows) {"
    module.add(function: ([head, "entry:"] + body.lines + ["}"]).joined(separator: "\n"))
    var tile = run[run.count - 1]
    tile.group = Tile.Group(name: name)
    return tile
  }

  /// The values of a run that others read.
  private func keptNodes(_ run: [Tile], _ work: RowWork) -> Set<NodeID> {
    let inside = Set(run.map(\.node))
    var kept: Set<NodeID> = []
    for number in work.values + work.totals where !inside.contains(node(number)) {
      for operand in schedule.operands(of: number) {
        kept.insert(node(schedule.owner(of: operand)))
      }
    }
    return kept
  }

  private func emitLoop(
    _ run: [Tile], _ loop: RowLoop, _ kept: Set<NodeID>, from start: String, to end: String,
    lanes: Int
  ) {
    let builder = body.lanes(lanes)
    let before = body.label
    let (label, done) = (module.newLabel("rows"), module.newLabel("after"))
    let isAny = body.assignHere("icmp ult i64 \(start), \(end)")
    body.add("br i1 \(isAny), label %\(label), label %\(done)")
    body.begin(label)
    let row = module.newName()
    let place = body.reserve()
    body.scoped {
      var values: [NodeID: NativeValue] = [:]
      for tile in run {
        let number = schedule.numbers[tile.node]
        let operands = schedule.operands(of: number)
        let arguments = zip(operands, tile.operands).map { operand, read in
          values[node(operand)]
            ?? graph.knownValue(node(operand)).map { NativeValue($0) }
            ?? load(read, tile.width, row, loop, builder)
        }
        let value = apply(number, arguments, builder)
        values[tile.node] = value
        if kept.contains(tile.node) {
          let target = address(of: tile.destination, row, loop)
          body.add("store \(builder.realType) \(builder.text(value)), ptr \(target), align 8")
        }
      }
    }
    let step = run[0].width == 1 ? lanes : 1
    let following = body.assignHere("add i64 \(row), \(step)")
    let isMore = body.assignHere("icmp ult i64 \(following), \(end)")
    let after = body.label
    body.fill(
      place, "\(row) = phi i64 [ \(start), %\(before) ], [ \(following), %\(after) ]")
    body.add("br i1 \(isMore), label %\(label), label %\(done)")
    body.begin(done)
  }

  /// What an operand has in a row: a vector of the row's width, or a number in all its lanes.
  private func load(
    _ operand: Tile.Operand, _ width: Int, _ row: String, _ loop: RowLoop, _ builder: NativeBuilder
  ) -> NativeValue {
    let address = address(of: operand.place, row, loop)
    let isOne = Shape(operand.extents).count == 1
    // Where rows have one number each, lanes are rows.
    if isOne, width > 1 || operand.place.rowStride == 0 {
      return builder.spread(
        NativeValue(body.assignHere("load double, ptr \(address)"), body))
    }
    return NativeValue(
      body.assignHere("load \(builder.realType), ptr \(address), align 8"), builder)
  }

  private func address(of place: Place, _ row: String, _ loop: RowLoop) -> String {
    var first: String
    switch place.space {
    case .memory:
      let start = place.start + place.offset
      first =
        place.start < program.stateSize
        ? address("%source", start, body) : address("%memory", start, body)
    case .block: first = address("%block", place.start * loop.blockRows + place.offset, body)
    case .column(let number):
      let word = address("%columns", number, body)
      first = address(body.assign("load ptr, ptr \(word)"), place.offset, body)
    }
    if place.rowStride != 0 {
      let moved = body.assign("mul i64 \(row), \(place.rowStride)")
      first = body.assign("getelementptr double, ptr \(first), i64 \(moved)")
    }
    return first
  }
}

extension Tile {
  /// How many numbers a row of it has.
  fileprivate var width: Int { Shape(extents).count }
}
