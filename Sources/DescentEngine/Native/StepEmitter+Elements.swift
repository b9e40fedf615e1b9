internal import DescentGraph

/// Loops over the elements of long values.
extension StepEmitter {
  /// How many elements are computed together.
  static let elementLanes = 8
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
      if let first = group.first, sink.count - first.count > Self.elementLanes {
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
      for part in parts(blocks, shortest) { emitBlocks(part, &run) }
      let start = blocks * Self.block
      let whole = start + (shortest - start) / Self.elementLanes * Self.elementLanes
      var sums: [Int: NativeValue] = [:]
      if whole > start { sums = emitVectors(start..<whole, &run) }
      for position in sinks.indices { emitRest(position, of: start, from: whole, sums, &run) }
    } else {
      let whole = shortest / Self.elementLanes * Self.elementLanes
      if whole > 0 { _ = emitVectors(0..<whole, &run) }
      for position in sinks.indices { emitRest(position, of: whole, from: whole, [:], &run) }
    }
    for (position, sink) in sinks.enumerated() {
      guard case .fold = sink.kind else { continue }
      values[sink.number] = [run.sums[position] ?? 0]
      if let partials = run.partials[position] {
        let blocks = (sink.count + Self.block - 1) / Self.block
        values[sink.number] = [combined(partials, blocks)]
      }
    }
    finiteness += finitenessTest(of: run)
  }

  /// The first block, those between, and the last: at both ends neighbours may be missing, and
  /// inside nothing is asked.
  private func parts(_ blocks: Int, _ length: Int) -> [Range<Int>] {
    if blocks == 0 { return [] }
    guard let moved = mostMoved, blocks > 1 else { return [0..<blocks] }
    let isEndFar = blocks * Self.block + moved <= length
    if isEndFar || blocks == 2 { return [0..<1, 1..<blocks] }
    return [0..<1, 1..<(blocks - 1), (blocks - 1)..<blocks]
  }

  /// How far elements are moved from those that they are, with zeros in their places; nil if none
  /// are.
  private var mostMoved: Int? {
    works.indices.compactMap { number in
      guard works[number] == .long,
        let start = graph.primitive(node(number)).place(ofOperand: integers(number))
      else { return nil }
      return max(start, count(number) - start - count(schedule.operands(of: number)[0]))
    }.max()
  }

  /// The sum of the sums of blocks, pairwise.
  private func combined(_ partials: Int, _ blocks: Int) -> NativeValue {
    let address = address("%memory", partials, body)
    if blocks <= Self.fewBlocks {
      let sums = (0..<blocks).map { k in
        let place = self.address("%memory", partials + k, body)
        return NativeValue(body.assignHere("load double, ptr \(place)"), body)
      }
      return Self.pairwise(sums)
    }
    let symbol = module.function(
      "combine", at: NativeSteps.combine, type: "double", parameters: ["ptr", "i64"],
      isPure: false)
    return NativeValue(
      body.assignHere("call double @\(symbol)(ptr \(address), i64 \(blocks))"), body)
  }

  /// Up to so many sums are added up without a call.
  private static let fewBlocks = 16

  /// As ``Reduction`` adds up the sums of blocks: by powers of two, the last ones first.
  private static func pairwise(_ sums: [NativeValue]) -> NativeValue {
    var partial: [Int: NativeValue] = [:]
    for (number, sum) in sums.enumerated() {
      var (sum, level) = (sum, 0)
      while number >> level & 1 == 1 {
        sum = (partial[level] ?? 0) + sum
        level += 1
      }
      partial[level] = sum
    }
    var total: NativeValue = 0
    for level in 0..<Int.bitWidth where sums.count >> level & 1 == 1 {
      total = (partial[level] ?? 0) + total
    }
    return total
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
    /// The same in lanes; or finite where it is, unless its numbers are so large that their products
    /// are not.
    var finite: [NativeValue] = []
    var hasProducts = false
  }

  private func emitBlocks(_ blocks: Range<Int>, _ run: inout ElementRun) {
    let elements = (blocks.lowerBound * Self.block)..<(blocks.upperBound * Self.block)
    if blocks.count == 1 {
      keep(emitVectors(elements, &run), block: "\(blocks.lowerBound)", &run)
      return
    }
    let before = body.label
    let loop = module.newLabel("blocks")
    body.add("br label %\(loop)")
    body.begin(loop)
    let number = module.newName()
    let place = body.reserve()
    let first = body.assignHere("mul i64 \(number), \(Self.block)")
    let wide = body.lanes(Self.elementLanes)
    let finite = run.finite
    run.finite = []
    let all = Array(run.sinks.indices)
    let blockSums = emitVectorLoop(elements, (first, Self.block), all, &run)
    keep(Dictionary(uniqueKeysWithValues: blockSums), block: number, &run)
    // What is not finite in a block is remembered for the whole.
    let carried = run.finite.map { value in
      let carry = module.newName()
      let sum = body.assignHere("fadd \(wide.realType) \(carry), \(wide.text(value))")
      return (carry: carry, sum: NativeValue(sum, wide))
    }
    run.finite = finite + carried.map(\.sum)
    let following = body.assignHere("add i64 \(number), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(blocks.upperBound)")
    let after = body.label
    var phis = [
      "\(number) = phi i64 [ \(blocks.lowerBound), %\(before) ], [ \(following), %\(after) ]"
    ]
    for (carry, sum) in carried { phis.append(phi(carry, wide, (0, before), (sum, after))) }
    body.fill(place, phis.joined(separator: "\n  "))
    let end = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(end)")
    body.begin(end)
  }

  /// Elements eight by eight; gives the running sums.
  private func emitVectors(_ elements: Range<Int>, _ run: inout ElementRun) -> [Int: NativeValue] {
    var sums: [Int: NativeValue] = [:]
    let all = Array(run.sinks.indices)
    let (start, vectors) = (elements.lowerBound, elements.count / Self.elementLanes)
    // The ends by themselves, of as many vectors as a round of the loop.
    let end = isShortProgram ? 2 : 1
    var cuts = [0, vectors]
    if let mostMoved {
      if start == 0, vectors > end { cuts.append(end) }
      let isEndFar = elements.upperBound + mostMoved <= run.sinks[0].count
      if !isEndFar, vectors > 2 * end { cuts.append(vectors - end) }
    }
    cuts.sort()
    for (from, to) in zip(cuts, cuts.dropFirst()) {
      let range = (start + from * Self.elementLanes)..<(start + to * Self.elementLanes)
      for (position, sum) in emitVectorLoop(range, nil, all, &run, from: sums) {
        sums[position] = sum
      }
    }
    return sums
  }

  private func keep(
    _ sums: [Int: NativeValue], block: String, _ run: inout ElementRun
  ) {
    for (position, sum) in sums.sorted(by: { $0.key < $1.key }) {
      keep(body.lanes(Self.elementLanes).sumOfLanes(sum), position, block: block, &run)
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
    let wide = body.lanes(Self.elementLanes)
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
    var finite = NativeValue(zeroName, wide)
    var next: [NativeValue] = []
    var sums = names.map { NativeValue($0, wide) }
    let count = part?.count ?? elements.count
    let isTwice = isShortProgram && count % (2 * Self.elementLanes) == 0
    for round in 0..<(isTwice ? 2 : 1) {
      let first = round == 0 ? index : body.assignHere("add i64 \(index), \(Self.elementLanes)")
      body.scoped {
        var reader = ElementReader(index: first, elements: elements, builder: wide)
        for position in positions {
          let sink = run.sinks[position]
          switch sink.kind {
          case .fold:
            let place = folds.firstIndex(of: position) ?? 0
            let read = operands(of: sink.number, &reader)
            sums[place] = kernel(sink.number).fold?.adding(sums[place], read) ?? 0
          case .kept, .next:
            let value = element(sink.number, 0, &reader)
            store(value, sink, &reader)
            if case .next = sink.kind { next.append(value) }
          }
        }
      }
    }
    // A product is not finite if a factor is not, and takes one operation for both.
    for k in stride(from: 0, to: next.count, by: 2) {
      let isPair = k + 1 < next.count
      finite = finite.addingProduct(next[k], isPair ? next[k + 1] : 0)
      if isPair { run.hasProducts = true }
    }
    let following = body.assignHere(
      "add i64 \(index), \(isTwice ? 2 * Self.elementLanes : Self.elementLanes)")
    let isMore = body.assignHere("icmp ult i64 \(following), \(end)")
    let after = body.label
    var phis = ["\(index) = phi i64 [ \(start), %\(before) ], [ \(following), %\(after) ]"]
    for (fold, (name, sum)) in zip(folds, zip(names, sums)) {
      let first = wide.text(given[fold] ?? 0)
      phis.append(
        "\(name) = phi \(wide.realType) [ \(first), %\(before) ], [ \(wide.text(sum)), %\(after) ]")
    }
    if !next.isEmpty { phis.append(phi(zeroName, wide, (0, before), (finite, after))) }
    body.fill(place, phis.joined(separator: "\n  "))
    let done = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    if !next.isEmpty { run.finite.append(finite) }
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
      let whole = start + max(0, end - start) / Self.elementLanes * Self.elementLanes
      if whole > start {
        let given = running.map { [position: $0] } ?? [:]
        let sums = emitVectorLoop(start..<whole, nil, [position], &run, from: given)
        if isFold { running = sums[0].1 }
      }
      var sum = running.map { body.lanes(Self.elementLanes).sumOfLanes($0) } ?? 0
      if whole < end {
        if isFold {
          sum = emitLastTerms(whole..<end, sink.number, sum)
        } else {
          emitSingles(whole..<end, position, &run)
        }
      }
      if isFold { keep(sum, position, block: "\(begin / Self.block)", &run) }
      (start, begin, running) = (end, end, nil)
    }
  }

  /// A sum with the last terms, which are fewer than eight: those behind them are computed and not
  /// added.
  private func emitLastTerms(
    _ elements: Range<Int>, _ fold: Int, _ sum: NativeValue
  ) -> NativeValue {
    let wide = body.lanes(Self.elementLanes)
    let read = body.scoped {
      var reader = ElementReader(
        index: "\(elements.lowerBound)", elements: elements, builder: wide)
      return operands(of: fold, &reader).map(wide.text)
    }
    return (0..<elements.count).reduce(sum) { sum, lane in
      let operands = read.map { vector in
        NativeValue(body.assign("extractelement \(wide.realType) \(vector), i64 \(lane)"), body)
      }
      return kernel(fold).fold?.adding(sum, operands) ?? 0
    }
  }

  /// Elements one by one.
  private func emitSingles(_ elements: Range<Int>, _ position: Int, _ run: inout ElementRun) {
    let sink = run.sinks[position]
    let before = body.label
    let loop = module.newLabel("singles")
    body.add("br label %\(loop)")
    body.begin(loop)
    let index = module.newName()
    let zeroName = module.newName()
    let place = body.reserve()
    var zero = NativeValue(zeroName, body)
    var isNext = false
    body.scoped {
      var reader = ElementReader(index: index, elements: elements, builder: body)
      let value = element(sink.number, 0, &reader)
      store(value, sink, &reader)
      if case .next = sink.kind {
        isNext = true
        zero = zero.addingProduct(value, 0)
      }
    }
    let following = body.assignHere("add i64 \(index), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(elements.upperBound)")
    let after = body.label
    var phis = [
      "\(index) = phi i64 [ \(elements.lowerBound), %\(before) ], [ \(following), %\(after) ]"
    ]
    if isNext { phis.append(phi(zeroName, body, (0, before), (zero, after))) }
    body.fill(place, phis.joined(separator: "\n  "))
    let done = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    if isNext { run.zeros.append(zero) }
  }

  /// Loops of longer programs are written once: they take long enough to compile.
  private var isShortProgram: Bool { program.instructionCount <= 64 }
}
