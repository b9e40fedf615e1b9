package import DescentGraph

/// Turns expressions into a ``Program``: operands before users, each node once, places in memory
/// used again as soon as their value is no longer needed.
///
/// A value for each row exists for a block of rows at a time: it is computed in every loop that
/// needs it. What is made of all rows (a sum over them) ends a loop.
package struct Compiler {
  /// An input that each step replaces by the value of an expression.
  package struct Feedback {
    package var symbol: Symbol
    package var next: NodeID

    package init(_ symbol: Symbol, next: NodeID) {
      self.symbol = symbol
      self.next = next
    }
  }

  /// What is computed: the most accurate form of each expression, or the operations as written.
  package enum Form: Sendable { case refined, asWritten }

  /// Compiles sections of roots, with inputs that the caller sets and inputs that are fed back.
  ///
  /// The next values of the fed-back inputs are computed after the last section. The program's
  /// inputs are those that are fed back, then `inputs`, then `fixed`.
  ///
  /// - Parameter fixed: inputs that change only when the machine is prepared anew: what depends on
  ///   them alone is computed then. Nil stands for all symbols that are no other inputs, in the order
  ///   they were made.
  ///
  /// **Complexity** linear in the nodes.
  package static func compile(
    _ graph: Graph, inputs: [Symbol] = [], fixed: [Symbol]? = [], sections: [[NodeID]],
    feedback: [Feedback] = [], form: Form = .refined
  ) -> Program {
    // Refined forms are what is computed; the caller asks for values of the original nodes.
    func computed(_ node: NodeID) -> NodeID { form == .refined ? graph.computed(node) : node }
    let stored = StoredFeedback(graph, feedback, sections: sections)
    if !feedback.isEmpty, form == .refined {
      // All next values are refined before any is contracted: their operations come in that order.
      for node in stored.feedback.map(\.next) + stored.sections.joined() { _ = graph.refined(node) }
    }
    let roots = stored.sections.map { $0.map(computed) }
    let next = stored.feedback.map { Feedback($0.symbol, next: computed($0.next)) }
    let changing = SymbolSet(next.map(\.symbol) + inputs)
    let known = fixed.map { SymbolSet($0) }
    let schedule = Schedule(
      graph, sections: roots + [next.map(\.next)],
      isFixed: { known?.contains($0) ?? !changing.contains($0) })
    let others = schedule.symbols.map(\.symbol).filter {
      !changing.contains($0) && !graph.shape($0).isPerRow
    }
    var compiler = Compiler(graph: graph, schedule: schedule)
    compiler.placeInputs(
      next.map(\.symbol), inputs, fixed ?? others.sorted { $0.index < $1.index })
    for place in stored.transposed {
      compiler.program.transposedInputs[place] = graph.shape(feedback[place].symbol).extents
    }
    compiler.emitAll(roots, next)
    if !next.isEmpty {
      compiler.program.source = StepSource(
        graph: graph, schedule: schedule, sections: roots, next: next, places: compiler.places)
    }
    return compiler.program
  }

  let graph: Graph
  let schedule: Schedule
  var program = Program()
  /// Where each value is, by its number in the schedule.
  var places: [Place?]
  var memory = PlacePool()
  /// After which operation each value is read no more; -1 for what was released.
  private var lastUses: [Int32]
  /// The sections: what is constant, what is fixed, then those that were asked for.
  private var emitted: [Section] = []
  /// Where a next value is to be computed, so that it need not be copied there.
  private var targets: [Int?] = []

  /// Its own copy, as a static one asks at each look whether it is there.
  private let operations = Self.operations

  init(graph: Graph, schedule: Schedule) {
    self.graph = graph
    self.schedule = schedule
    places = Array(repeating: nil, count: schedule.count)
    lastUses = schedule.lastUses
  }

  // MARK: Inputs

  private mutating func placeInputs(_ stepped: [Symbol], _ others: [Symbol], _ fixed: [Symbol]) {
    for symbol in stepped { place(symbol) }
    program.stateInputCount = stepped.count
    program.stateSize = memory.duplicate()
    for symbol in others { place(symbol) }
    program.firstFixedInput = program.inputs.count
    program.fixedSymbols = fixed
    for symbol in fixed { place(symbol) }
    for number in schedule.numbers.nodes.indices {
      let node = schedule.numbers.nodes[number]
      guard let symbol = graph.symbol(of: node), places[number] == nil else { continue }
      if let rows = graph.shape(symbol).rows {
        places[number] = Place(
          space: .column(program.columns.count), start: 0, rowStride: graph.shape(symbol).count)
        program.columns.append(
          Program.ColumnInput(symbol: symbol, width: graph.shape(symbol).count, rows: rows))
      } else {
        // A symbol that nobody sets is 0.
        let start = memory.allocatePermanent(graph.shape(symbol).count)
        places[number] = Place(space: .memory, start: start)
      }
    }
  }

  private mutating func place(_ symbol: Symbol) {
    let start = memory.allocatePermanent(graph.shape(symbol).count)
    program.inputs.append(
      Location(slot: Slot(start), count: graph.shape(symbol).count))
    if let number = schedule.number(of: symbol) {
      places[number] = Place(space: .memory, start: start)
    }
  }

  // MARK: Sections

  private mutating func emitAll(_ roots: [[NodeID]], _ next: [Feedback]) {
    let copies = chooseTargets(roots, next)
    var outputs: [[Program.Output]] = roots.map { _ in [] }
    for (section, stages) in schedule.sections.enumerated() {
      var result: Section = []
      var code = Code()
      func close() {
        if !code.instructions.isEmpty { result.append(.code(code)) }
        code = Code()
      }
      code.instructions.reserveCapacity(stages.count + copies.count)
      for unit in stages {
        switch unit.work {
        case .value(let number): emit(Int(number), at: unit.position, into: &code)
        case .group(let group):
          close()
          result.append(.elements(emit(schedule.groups[Int(group)], at: unit.position)))
        case .loop(let place):
          let loop = schedule.loops[Int(place)]
          close()
          result.append(.loop(emit(loop)))
          for operand in loop.operands { release(operand, at: unit.position) }
        }
      }
      if section == schedule.sections.count - 1 {
        for copy in copies { emitCopy(from: copy.from, to: copy.to, into: &code) }
      }
      close()
      emitted.append(result)
    }
    program.setup = emitted[0]
    program.preparation = emitted[1]
    // The next values are part of the last section.
    program.sections = Array(emitted[2...])
    for (section, nodes) in roots.enumerated() {
      for (position, node) in nodes.enumerated() {
        let output: Program.Output
        if let kept = schedule.keptNumber(section: section, position: position) {
          output = .rows(kept)
        } else {
          output = .value(location(schedule.numbers[node]))
        }
        outputs[section].append(output)
      }
    }
    program.kept = schedule.kept.map { (schedule.count(of: $0.number), $0.rows) }
    program.outputs = [outputs]
    program.order = schedule.steppedOrder
    program.memorySize = memory.size
    if program.stateSize > 0 { program.addSwappedOutputs() }
  }

  /// A next value is computed straight into its place, unless that node is wanted elsewhere.
  private mutating func chooseTargets(
    _ roots: [[NodeID]], _ next: [Feedback]
  ) -> [(from: Int, to: Int)] {
    var copies: [(from: Int, to: Int)] = []
    let wanted = Set(roots.joined())
    for (item, place) in zip(next, program.inputs) {
      let start = program.stateSize + Int(place.slot.index)
      let number = schedule.numbers[item.next]
      let isStepped = schedule.section(of: number) >= 2
      if isStepped, places[number] == nil, target(of: number) == nil, !wanted.contains(item.next) {
        if targets.isEmpty { targets = Array(repeating: nil, count: schedule.count) }
        targets[number] = start
      } else {
        copies.append((number, start))
      }
    }
    return copies
  }

  func location(_ number: Int) -> Location {
    Location(
      slot: Slot((places[number]?.start ?? 0) + (places[number]?.offset ?? 0)),
      count: schedule.count(of: number))
  }

  // MARK: Values

  private mutating func emit(_ number: Int, at position: Int32, into code: inout Code) {
    let node = schedule.numbers.nodes[number]
    let attribute = graph.attribute(node)
    if case .number(let bits) = attribute {
      let start = memory.allocatePermanent(1)
      places[number] = Place(space: .memory, start: start)
      program.constants.append((Int32(start), Double(bitPattern: bits)))
      return
    }
    if case .integers = attribute, target(of: number) == nil, let view = view(number) {
      places[number] = view
      return
    }
    // An elementwise result may take the place of an operand that is read for the last time here;
    // others read and write different elements, so their operands are freed afterwards, and so is
    // what an operand is a part of.
    let operands = schedule.operandRange(of: number)
    var isDirect = graph.isElementwise(node)
    var isNumber = schedule.count(of: number) == 1
    for place in operands {
      let operand = schedule.operand(at: place)
      if schedule.owner(of: operand) != operand { isDirect = false }
      if schedule.count(of: operand) != 1 { isNumber = false }
    }
    if isDirect { release(operands, at: position) }
    let start = target(of: number) ?? memory.allocate(schedule.count(of: number))
    if !isDirect { release(operands, at: position) }
    places[number] = Place(space: .memory, start: start)
    if isNumber, let operation = operations[Int(graph.primitiveID(node).index)] {
      append(operation, operands, to: &code, destination: start)
    } else {
      appendTile(number, to: &code, destination: start)
    }
  }

  /// Where a next value is to be computed; nil for what is none.
  func target(of number: Int) -> Int? { targets.isEmpty ? nil : targets[number] }

  /// A part of a value that stands where the value does, and is not copied.
  func view(_ number: Int) -> Place? {
    let node = schedule.numbers.nodes[number]
    guard case .integers = graph.attribute(node), graph.operandCount(node) > 0,
      let offset = graph.primitive(node).offset(inOperand: graph.integers(node)),
      var place = places[schedule.operand(at: schedule.operandRange(of: number).lowerBound)]
    else { return nil }
    place.offset += offset
    return place
  }

  private mutating func release(_ operands: Range<Int>, at position: Int32) {
    for place in operands { release(schedule.operand(at: place), at: position) }
  }

  private mutating func release(_ operand: Int, at position: Int32) {
    let owner = schedule.owner(of: operand)
    guard lastUses[owner] == position, let place = places[owner], place.space == .memory,
      place.start >= 2 * program.stateSize
    else { return }
    lastUses[owner] = -1
    memory.free(place.start, count: schedule.count(of: owner))
  }

  /// Long values of one length, block by block; what only passes takes no memory of that length.
  private mutating func emit(_ group: [Int], at position: Int32) -> ElementLoop {
    var block = PlacePool()
    var lastInside: [Int: Int] = [:]
    for (time, number) in group.enumerated() {
      for operand in schedule.operands(of: number) { lastInside[operand] = time }
    }
    var tiles: [Tile] = []
    for (time, number) in group.enumerated() {
      for operand in Set(schedule.operands(of: number)) where lastInside[operand] == time {
        if let place = places[operand], place.space == .block { block.free(place.start, count: 1) }
      }
      if let sum = graph.kernel(schedule.numbers.nodes[number]).fold?.sum {
        tiles.append(total(number, sum))
        continue
      }
      if target(of: number) == nil, schedule.isPassing(number) {
        places[number] = Place(space: .block, start: block.allocate(1))
      } else {
        let start = target(of: number) ?? memory.allocate(schedule.count(of: number))
        places[number] = Place(space: .memory, start: start)
      }
      let place = places[number] ?? Place(space: .memory, start: 0)
      tiles.append(tile(schedule.numbers.nodes[number], schedule.operands(of: number), to: place))
    }
    // Elements are read at other places than they are written where a part of a value is read:
    // nothing takes the place of an operand.
    for number in group { release(schedule.operandRange(of: number), at: position) }
    program.blockSize = max(program.blockSize, ElementLoop.blockSize * block.size)
    return ElementLoop(count: schedule.loopLength(of: group[0]) ?? 0, tiles: tiles)
  }

  /// A sum over the elements of a loop.
  private mutating func total(_ number: Int, _ sum: @escaping Kernel.Fold.Sum) -> Tile {
    let length = schedule.loopLength(of: number) ?? 0
    let blocks = Place(
      space: .memory,
      start: memory.allocatePermanent((length + Reduction.block - 1) / Reduction.block))
    let start = target(of: number) ?? memory.allocate(1)
    places[number] = Place(space: .memory, start: start)
    var tile = tile(schedule.numbers.nodes[number], schedule.operands(of: number), to: blocks)
    tile.function = { $0.destination[0] = sum($0.operands, $0.inner) }
    tile.total = start
    for k in tile.operands.indices { tile.operands[k].innerStride = 1 }
    return tile
  }

  /// An operation on single numbers.
  private func append(
    _ operation: Instruction.Operation, _ operands: Range<Int>, to code: inout Code,
    destination: Int
  ) {
    func start(_ position: Int) -> Int32 {
      guard position < operands.count,
        let place = places[schedule.operand(at: operands.lowerBound + position)]
      else { return 0 }
      return Int32(place.start + place.offset)
    }
    code.instructions.append(
      Instruction(
        operation: operation, destination: Int32(destination), a: start(0), b: start(1),
        c: start(2)))
  }

  private func appendTile(_ number: Int, to code: inout Code, destination: Int) {
    let operation = Instruction.Operation.tile(Int32(code.tiles.count))
    code.instructions.append(Instruction(operation: operation, destination: Int32(destination)))
    code.tiles.append(
      tile(
        schedule.numbers.nodes[number], schedule.operands(of: number),
        to: Place(space: .memory, start: destination)))
  }

  /// What each primitive does with single numbers, by its number; nil for what takes others.
  private static let operations: [Instruction.Operation?] = Catalogue.primitives.map { type in
    let kernel = type.kernel
    return switch kernel.scalar {
    case .unary(let f): .unary(f)
    case .binary(let f): operation(kernel.arithmetic) ?? .binary(f)
    case .ternary(let f): .ternary(f)
    case .none: nil
    }
  }

  private static func operation(_ arithmetic: Kernel.Arithmetic?) -> Instruction.Operation? {
    switch arithmetic {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case nil: nil
    }
  }

  private func emitCopy(from number: Int, to start: Int, into code: inout Code) {
    let extents = Shape.Extents.vector(schedule.count(of: number))
    guard let place = places[number] else { return }
    let operation = Instruction.Operation.tile(Int32(code.tiles.count))
    code.instructions.append(Instruction(operation: operation, destination: Int32(start)))
    code.tiles.append(
      Tile(
        node: schedule.numbers.nodes[number],
        function: { call in
          call.destination.update(from: call.operands[0].start, count: call.count)
        }, destination: Place(space: .memory, start: start), extents: extents,
        operands: [Tile.Operand(place: place, extents: extents)], integers: []))
  }
}
