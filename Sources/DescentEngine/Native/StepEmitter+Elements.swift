internal import DescentGraph

/// Loops over the elements of long values.
extension StepEmitter {
  /// How many elements are computed together.
  private static let lanes = 8
  /// Elements whose sum is complete before it is added to others: that of ``Reduction``.
  private static let block = 256

  /// What a loop is run for.
  struct Sink {
    enum Kind {
      /// A sum of terms.
      case fold
      /// A value that is kept in memory.
      case kept
      /// A part of the next state, from this place on.
      case next(Int)
    }

    var kind: Kind
    var number: Int
    var count: Int
  }

  /// Which long values have to stand in memory: those that kernels are called with, and those that
  /// are read in a later stage.
  func planMemory() -> Set<Int> {
    var kept: Set<Int> = []
    func keep(_ number: Int) {
      var number = number
      // A part stands where what it is a part of does.
      while works[number] == .long, isView(number) { number = schedule.operands(of: number)[0] }
      if works[number] == .long { kept.insert(number) }
    }
    for number in works.indices {
      let operands = schedule.operands(of: number)
      switch works[number] {
      case .called, .pick: operands.filter(isLong).forEach(keep)
      case .long:
        for operand in operands where isLong(operand) && stages[operand] < stages[number] {
          keep(operand)
        }
      case .fold:
        for operand in operands where isLong(operand) && stages[operand] < stages[number] - 1 {
          keep(operand)
        }
      case .none, .short, .total: break
      }
    }
    for loop in rowLoops { loop.operands.filter(isLong).forEach(keep) }
    return kept
  }

  func isView(_ number: Int) -> Bool {
    graph.primitive(node(number)).offset(inOperand: integers(number)) != nil
      && !schedule.operandRange(of: number).isEmpty
  }

  func emitElementLoops(_ stage: Int32) {
    var sinks: [Sink] = []
    for number in works.indices {
      if works[number] == .fold, stages[number] == stage + 1 {
        let operand = schedule.operands(of: number)[0]
        sinks.append(Sink(kind: .fold, number: number, count: count(operand)))
      } else if keptLong.contains(number), stages[number] == stage {
        sinks.append(Sink(kind: .kept, number: number, count: count(number)))
      }
    }
    for item in next where item.count > Self.fewElements && stages[item.number] == stage {
      sinks.append(Sink(kind: .next(item.place), number: item.number, count: item.count))
    }
    sinks.sort { $0.count < $1.count }
    var group: [Sink] = []
    for sink in sinks {
      if let first = group.first, sink.count - first.count > Self.lanes {
        emitLoop(group)
        group = []
      }
      group.append(sink)
    }
    if !group.isEmpty { emitLoop(group) }
    for number in works.indices where works[number] == .long && isView(number) {
      let operand = schedule.operands(of: number)[0]
      let offset = graph.primitive(node(number)).offset(inOperand: integers(number)) ?? 0
      guard places[number] == nil, var place = places[operand] else { continue }
      place.offset += offset
      setPlace(number, place)
    }
  }

  /// One pass over the elements of values of nearly one length, and then what is left of each.
  private func emitLoop(_ sinks: [Sink]) {
    defer { beingKept = [] }
    for sink in sinks {
      if case .kept = sink.kind {
        beingKept.insert(sink.number)
        setPlace(
          sink.number, Place(space: .memory, start: layout.memory.allocatePermanent(sink.count)))
      }
    }
    let shortest = sinks[0].count
    var run = ElementRun(sinks: sinks)
    for (position, sink) in sinks.enumerated() {
      if case .fold = sink.kind, sink.count > Self.block {
        let blocks = (sink.count + Self.block - 1) / Self.block
        run.partials[position] = layout.memory.allocatePermanent(blocks)
      }
    }
    let hasFolds = sinks.contains { if case .fold = $0.kind { true } else { false } }
    if hasFolds {
      let blocks = shortest / Self.block
      // The elements at both ends have neighbours that are none: inside nothing is asked.
      for part in Self.parts(blocks) { emitBlocks(part, &run) }
      let start = blocks * Self.block
      let whole = start + (shortest - start) / Self.lanes * Self.lanes
      var sums: [Int: NativeValue] = [:]
      if whole > start {
        for (position, sum) in emitVectorLoop(start..<whole, nil, Array(sinks.indices), &run) {
          sums[position] = sum
        }
      }
      for position in sinks.indices { emitRest(position, of: start, from: whole, sums, &run) }
    } else {
      let vectors = shortest / Self.lanes
      for part in Self.parts(vectors) {
        emitVectors((part.lowerBound * Self.lanes)..<(part.upperBound * Self.lanes), nil, &run)
      }
      let whole = vectors * Self.lanes
      for position in sinks.indices { emitRest(position, of: whole, from: whole, [:], &run) }
    }
    for (position, sink) in sinks.enumerated() {
      guard case .fold = sink.kind else { continue }
      values[sink.number] = [run.sums[position] ?? 0]
      if let partials = run.partials[position] {
        let symbol = module.function(
          "combine", at: NativeSteps.combine, type: "double", parameters: ["ptr", "i64"],
          isPure: false)
        let blocks = (sink.count + Self.block - 1) / Self.block
        let address = address("%memory", partials, body)
        values[sink.number] = [
          NativeValue(
            body.assignHere("call double @\(symbol)(ptr \(address), i64 \(blocks))"), body)
        ]
      }
    }
    for zero in run.zeros { finiteness.append(zero) }
  }

  /// The first, those between, and the last.
  private static func parts(_ count: Int) -> [Range<Int>] {
    if count == 0 { return [] }
    if count <= 2 { return (0..<count).map { $0..<($0 + 1) } }
    return [0..<1, 1..<(count - 1), (count - 1)..<count]
  }

  /// What is known while the loops of some sinks are written.
  struct ElementRun {
    let sinks: [Sink]
    /// Where the sums of blocks are kept, by the sink's position.
    var partials: [Int: Int] = [:]
    /// The sum of the only block.
    var sums: [Int: NativeValue] = [:]
    /// What is zero where the next state is finite.
    var zeros: [NativeValue] = []
  }

  private func emitBlocks(_ blocks: Range<Int>, _ run: inout ElementRun) {
    let elements = (blocks.lowerBound * Self.block)..<(blocks.upperBound * Self.block)
    if blocks.count == 1 {
      emitVectors(elements, nil, &run, block: "\(blocks.lowerBound)")
      return
    }
    let before = body.label
    let loop = module.newLabel("blocks")
    body.add("br label %\(loop)")
    body.begin(loop)
    let number = module.newName()
    let place = body.reserve()
    let first = body.assignHere("mul i64 \(number), \(Self.block)")
    let zeros = run.zeros
    run.zeros = []
    emitVectors(elements, (first, Self.block), &run, block: number)
    // What is not finite in a block is remembered for the whole.
    let carried = run.zeros.map { zero in (zero, module.newName()) }
    run.zeros = zeros
    let following = body.assignHere("add i64 \(number), 1")
    var sums: [NativeValue] = []
    for (zero, carry) in carried {
      sums.append(NativeValue(body.assignHere("fadd double \(carry), \(body.text(zero))"), body))
    }
    let isMore = body.assignHere("icmp ult i64 \(following), \(blocks.upperBound)")
    let after = body.label
    var phis = [
      "\(number) = phi i64 [ \(blocks.lowerBound), %\(before) ], [ \(following), %\(after) ]"
    ]
    for ((_, carry), sum) in zip(carried, sums) {
      phis.append("\(carry) = phi double [ 0.0, %\(before) ], [ \(body.text(sum)), %\(after) ]")
    }
    body.fill(place, phis.joined(separator: "\n  "))
    let end = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(end)")
    body.begin(end)
    run.zeros += sums
  }

  /// Elements eight by eight.
  ///
  /// - Parameters:
  ///   - elements: which they can be.
  ///   - part: where it starts and how many they are, if it is a part of them.
  ///   - block: the block whose sums these are.
  private func emitVectors(
    _ elements: Range<Int>, _ part: (start: String, count: Int)?, _ run: inout ElementRun,
    block: String? = nil
  ) {
    let sums = emitVectorLoop(elements, part, Array(run.sinks.indices), &run)
    guard let block else { return }
    for (position, sum) in sums {
      let total = body.lanes(Self.lanes).sumOfLanes(sum)
      keep(total, position, block: block, &run)
    }
  }

  private func keep(
    _ sum: NativeValue, _ position: Int, block: String, _ run: inout ElementRun
  ) {
    guard let partials = run.partials[position] else {
      run.sums[position] = sum
      return
    }
    let base = address("%memory", partials, body)
    let place = body.assignHere("getelementptr double, ptr \(base), i64 \(block)")
    body.add("store double \(body.text(sum)), ptr \(place)")
  }

  /// The loop itself; gives the running sums, which go on from those that are given.
  private func emitVectorLoop(
    _ elements: Range<Int>, _ part: (start: String, count: Int)?, _ positions: [Int],
    _ run: inout ElementRun, from given: [Int: NativeValue] = [:]
  ) -> [(Int, NativeValue)] {
    let wide = body.lanes(Self.lanes)
    let before = body.label
    let start = part?.start ?? "\(elements.lowerBound)"
    let end =
      part.map { body.assignHere("add i64 \($0.start), \($0.count)") } ?? "\(elements.upperBound)"
    let loop = module.newLabel("elements")
    body.add("br label %\(loop)")
    body.begin(loop)
    let index = module.newName()
    let place = body.reserve()
    let folds = positions.filter { if case .fold = run.sinks[$0].kind { true } else { false } }
    let names = folds.map { _ in module.newName() }
    let zeroName = module.newName()
    var zero = NativeValue(zeroName, wide)
    var hasNext = false
    var sums: [NativeValue] = []
    body.scoped {
      var reader = ElementReader(index: index, elements: elements, builder: wide)
      for position in positions {
        let sink = run.sinks[position]
        switch sink.kind {
        case .fold:
          let name = names[folds.firstIndex(of: position) ?? 0]
          sums.append(NativeValue(name, wide) + term(sink.number, &reader))
        case .kept, .next:
          let value = element(sink.number, 0, &reader)
          store(value, sink, &reader)
          if case .next = sink.kind {
            zero = zero.addingProduct(value, 0)
            hasNext = true
          }
        }
      }
    }
    let following = body.assignHere("add i64 \(index), \(Self.lanes)")
    let isMore = body.assignHere("icmp ult i64 \(following), \(end)")
    let after = body.label
    var phis = ["\(index) = phi i64 [ \(start), %\(before) ], [ \(following), %\(after) ]"]
    for (fold, (name, sum)) in zip(folds, zip(names, sums)) {
      let first = wide.text(given[fold] ?? 0)
      phis.append(
        "\(name) = phi \(wide.realType) [ \(first), %\(before) ], [ \(wide.text(sum)), %\(after) ]")
    }
    if hasNext {
      phis.append(
        "\(zeroName) = phi \(wide.realType) [ zeroinitializer, %\(before) ], [ \(wide.text(zero)), %\(after) ]"
      )
    }
    body.fill(place, phis.joined(separator: "\n  "))
    let done = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    if hasNext { run.zeros.append(wide.sumOfLanes(zero)) }
    return Array(zip(folds, sums))
  }

  /// What is left of one sink: of a sum, its last blocks; else the last elements.
  ///
  /// - Parameters:
  ///   - block: where the block begins that is not complete.
  ///   - first: what comes before is done.
  ///   - sums: the running sums of that block so far.
  private func emitRest(
    _ position: Int, of block: Int, from first: Int, _ sums: [Int: NativeValue],
    _ run: inout ElementRun
  ) {
    let sink = run.sinks[position]
    let isFold = if case .fold = sink.kind { true } else { false }
    var (start, begin, running) = (first, block, sums[position])
    while start < sink.count || running != nil {
      let end = isFold ? min(begin + Self.block, sink.count) : sink.count
      let whole = start + max(0, end - start) / Self.lanes * Self.lanes
      if whole > start {
        let given = running.map { [position: $0] } ?? [:]
        let sums = emitVectorLoop(start..<whole, nil, [position], &run, from: given)
        if isFold { running = sums[0].1 }
      }
      var sum = running.map { body.lanes(Self.lanes).sumOfLanes($0) } ?? 0
      if whole < end { sum = emitSingles(whole..<end, position, sum, &run) }
      if isFold { keep(sum, position, block: "\(begin / Self.block)", &run) }
      (start, begin, running) = (end, end, nil)
    }
  }

  /// Elements one by one; gives the sum of them and what it is added to.
  private func emitSingles(
    _ elements: Range<Int>, _ position: Int, _ sum: NativeValue, _ run: inout ElementRun
  ) -> NativeValue {
    let sink = run.sinks[position]
    let before = body.label
    let loop = module.newLabel("singles")
    body.add("br label %\(loop)")
    body.begin(loop)
    let index = module.newName()
    let (sumName, zeroName) = (module.newName(), module.newName())
    let place = body.reserve()
    var total = NativeValue(sumName, body)
    var zero = NativeValue(zeroName, body)
    var isNext = false
    let isFold = if case .fold = sink.kind { true } else { false }
    body.scoped {
      var reader = ElementReader(index: index, elements: elements, builder: body)
      if isFold {
        total = total + term(sink.number, &reader)
      } else {
        let value = element(sink.number, 0, &reader)
        store(value, sink, &reader)
        if case .next = sink.kind {
          isNext = true
          zero = zero.addingProduct(value, 0)
        }
      }
    }
    let following = body.assignHere("add i64 \(index), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(elements.upperBound)")
    let after = body.label
    var phis = [
      "\(index) = phi i64 [ \(elements.lowerBound), %\(before) ], [ \(following), %\(after) ]"
    ]
    if isFold {
      phis.append(
        "\(sumName) = phi double [ \(body.text(sum)), %\(before) ], [ \(body.text(total)), %\(after) ]"
      )
    }
    if isNext {
      phis.append(
        "\(zeroName) = phi double [ 0.0, %\(before) ], [ \(body.text(zero)), %\(after) ]")
    }
    body.fill(place, phis.joined(separator: "\n  "))
    let done = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    if isNext { run.zeros.append(zero) }
    return isFold ? total : sum
  }

  // MARK: Elements

  /// Where a loop over elements reads.
  struct ElementReader {
    /// The name of the first element's number.
    let index: String
    /// Which elements are gone through.
    let elements: Range<Int>
    let builder: NativeBuilder
    fileprivate struct Key: Hashable {
      let number: Int
      let shift: Int
    }
    fileprivate var known: [Key: NativeValue] = [:]
  }

  private func term(_ fold: Int, _ reader: inout ElementReader) -> NativeValue {
    guard let term = kernel(fold).fold?.term else { return 0 }
    return term(schedule.operands(of: fold).map { element($0, 0, &reader) })
  }

  private func place(_ shift: Int, _ reader: ElementReader) -> String {
    shift == 0 ? reader.index : body.assign("add i64 \(reader.index), \(shift)")
  }

  private func store(_ value: NativeValue, _ sink: Sink, _ reader: inout ElementReader) {
    var base = "%target"
    switch sink.kind {
    case .next(let start): base = address("%target", start, body)
    case .kept: base = address("%memory", places[sink.number]?.start ?? 0, body)
    case .fold: break
    }
    let place = body.assign("getelementptr double, ptr \(base), i64 \(reader.index)")
    let type = reader.builder.realType
    body.add("store \(type) \(reader.builder.text(value)), ptr \(place), align 8")
  }

  /// The elements of a value from the reader's place on, moved by a number of elements.
  private func element(
    _ number: Int, _ shift: Int, _ reader: inout ElementReader
  ) -> NativeValue {
    if let known = graph.knownValue(node(number)) { return NativeValue(known) }
    if count(number) == 1 { return reader.builder.spread(elements(number)[0]) }
    let key = ElementReader.Key(number: number, shift: shift)
    if let known = reader.known[key] { return known }
    let value = newElement(number, shift, &reader)
    reader.known[key] = value
    return value
  }

  private func newElement(
    _ number: Int, _ shift: Int, _ reader: inout ElementReader
  ) -> NativeValue {
    let builder = reader.builder
    if works[number] != .long || places[number] != nil && !beingKept.contains(number) {
      let pointer = pointer(number, body)
      let place = body.assign(
        "getelementptr double, ptr \(pointer), i64 \(place(shift, reader))")
      return NativeValue(
        body.assignHere("load \(builder.realType), ptr \(place), align 8"), builder)
    }
    let operands = schedule.operands(of: number)
    let type = graph.primitive(node(number))
    if let offset = type.offset(inOperand: integers(number)) {
      return element(operands[0], shift + offset, &reader)
    }
    if let start = type.place(ofOperand: integers(number)) {
      let inside = element(operands[0], shift - start, &reader)
      let length = count(operands[0])
      let moved = shift - start
      if reader.elements.lowerBound + moved >= 0, reader.elements.upperBound + moved <= length {
        return inside
      }
      return NativeValue.choose(
        builder.isIndex(place(moved, reader), below: length), inside, else: 0)
    }
    return apply(number, operands.map { element($0, shift, &reader) }, builder)
  }
}
