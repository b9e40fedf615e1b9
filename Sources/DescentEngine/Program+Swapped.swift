extension Program {
  /// The sections that run the other way: they read the state where the others write it.
  var swappedSections: [Section] { sections.map { $0.map { $0.swapped(stateSize) } } }

  /// Adds where the swapped sections' outputs are found.
  mutating func addSwappedOutputs() {
    let n = stateSize
    func swap(_ start: Int) -> Int { start < n ? start + n : start < 2 * n ? start - n : start }
    outputs.append(
      outputs[0].map {
        $0.map { output in
          guard case .value(var place) = output else { return output }
          place.slot = Slot(swap(Int(place.slot.index)))
          return .value(place)
        }
      })
  }
}

extension Stage {
  /// The same work on the two copies of a state of so many numbers, exchanged.
  func swapped(_ n: Int) -> Stage {
    moving { $0 < n ? $0 + n : $0 < 2 * n ? $0 - n : $0 }
  }

  /// The same work on memory that is moved.
  fileprivate func moving(_ move: (Int) -> Int) -> Stage {
    switch self {
    case .code(var code):
      for k in code.instructions.indices {
        code.instructions[k].destination = Int32(move(Int(code.instructions[k].destination)))
        if case .tile = code.instructions[k].operation { continue }
        code.instructions[k].a = Int32(move(Int(code.instructions[k].a)))
        code.instructions[k].b = Int32(move(Int(code.instructions[k].b)))
        code.instructions[k].c = Int32(move(Int(code.instructions[k].c)))
      }
      for k in code.tiles.indices { code.tiles[k].move(move) }
      return .code(code)
    case .elements(var loop):
      for k in loop.tiles.indices { loop.tiles[k].move(move) }
      return .elements(loop)
    case .loop(var loop):
      for k in loop.tiles.indices { loop.tiles[k].move(move) }
      for k in loop.totals.indices {
        loop.totals[k].tile.move(move)
        loop.totals[k].destination.slot = Slot(move(Int(loop.totals[k].destination.slot.index)))
      }
      return .loop(loop)
    }
  }
}

extension Tile {
  fileprivate mutating func move(_ move: (Int) -> Int) {
    if let group { self.group?.stateStart = move(group.stateStart) }
    if destination.space == .memory { destination.start = move(destination.start) }
    for k in operands.indices where operands[k].place.space == .memory {
      operands[k].place.start = move(operands[k].place.start)
    }
  }
}
