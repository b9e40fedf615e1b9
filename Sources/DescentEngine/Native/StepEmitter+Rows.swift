internal import DescentGraph

/// What is made of all rows in one stage.
struct RowWork {
  var rows: RowSet
  var stage: Int32
  var totals: [Int] = []
  /// What is computed for each row, in order.
  var values: [Int] = []
  var columns: [Int] = []
  /// What is read that is the same for all rows.
  var operands: [Int] = []
  /// Whether all of it is written as native code.
  var isNative = false
}

/// Loops over rows, eight at a time: the values of a row stay in registers.
extension StepEmitter {
  static let rowLanes = 8

  func planRows() -> [RowWork] {
    var loops: [RowWork] = []
    for number in works.indices where works[number] == .total {
      let operands = schedule.operands(of: number)
      guard let rows = operands.lazy.compactMap({ self.graph.shape(self.node($0)).rows }).first
      else { continue }
      let stage = stages[number] - 1
      if let place = loops.firstIndex(where: { $0.rows == rows && $0.stage == stage }) {
        loops[place].totals.append(number)
      } else {
        loops.append(RowWork(rows: rows, stage: stage, totals: [number]))
      }
    }
    return loops.map { completed($0) }
  }

  func completed(_ loop: RowWork) -> RowWork {
    var loop = loop
    var seen: Set<Int> = []
    var stack = loop.totals.flatMap { schedule.operands(of: $0) }
    while let number = stack.popLast() {
      guard seen.insert(number).inserted else { continue }
      if !schedule.isPerRow(number) {
        loop.operands.append(number)
      } else if isSymbol(number) {
        loop.columns.append(number)
      } else {
        loop.values.append(number)
        stack += schedule.operands(of: number)
      }
    }
    loop.values.sort()
    loop.columns.sort()
    loop.isNative =
      !(loop.values + loop.columns + loop.operands).contains(where: isLong)
      && loop.values.allSatisfy(canEmit) && loop.totals.allSatisfy(canAdd)
    return loop
  }

  /// Whether a total can be added up in registers.
  func canAdd(_ total: Int) -> Bool {
    let kernel = kernel(total)
    guard let reduction = kernel.rowReduction, let native = kernel.nativeElements else {
      return false
    }
    switch reduction {
    case .sum, .mean: break
    case .product, .maximum, .minimum: return false
    }
    let operands = schedule.operands(of: total).map {
      Array(repeating: NativeValue(0), count: count($0))
    }
    return native(call(total, operands, sums: Array(repeating: 0, count: count(total)))) != nil
  }

  func emitRowLoops(_ stage: Int32) {
    for loop in rowLoops where loop.stage == stage {
      if loop.isNative { emitNative(loop) } else { emitCall(loop) }
    }
  }

  func emitCall(_ loop: RowWork) {
    for operand in loop.operands { store(operand) }
    if loop.rows == .batch, !hasChosenRows {
      let symbol = module.function(
        "chooseRows", at: NativeSteps.chooseRows, type: "void", parameters: ["ptr", "double"],
        isPure: false)
      body.add("call void @\(symbol)(ptr %context, double %clock0)")
      hasChosenRows = true
    }
    var unit = Schedule.Loop(rows: loop.rows)
    unit.values = broughtTogether(loop.values)
    unit.columns = loop.columns
    unit.totals = loop.totals
    unit.operands = loop.operands
    var rowLoop = layout.emit(unit)
    group(&rowLoop, loop)
    emitCall(.loop(rowLoop))
    for total in loop.totals {
      guard let place = layout.places[total] else { continue }
      places[total] = place
      if !isLong(total) { load(total, place) }
    }
  }

  // MARK: Native

  /// The rows of a step: how many, where their numbers are, and of how many they are a part.
  struct Rows {
    var first = "0"
    let count: String
    let total: String
    /// Where the rows' numbers are, or nil if they follow each other.
    let numbers: String?
  }

  func rows(of loop: RowWork) -> Rows {
    let all = module.function(
      "rowCount", at: NativeSteps.rowCount, type: "i64", parameters: ["ptr", "i64"], isPure: true)
    let set = RowSet.allCases.firstIndex(of: loop.rows) ?? 0
    let total = entry.assign("call i64 @\(all)(ptr %context, i64 \(set))")
    guard loop.rows == .batch else { return Rows(count: total, total: total, numbers: nil) }
    let found = batchRows ?? findBatch()
    batchRows = found
    if batch?.isOrdered == true {
      return Rows(first: found.first, count: found.count, total: total, numbers: nil)
    }
    let order = body.assignHere("inttoptr i64 \(found.order) to ptr")
    let numbers = body.assignHere("getelementptr i32, ptr \(order), i64 \(found.first)")
    return Rows(count: found.count, total: total, numbers: numbers)
  }

  /// The rows of the step: a part of the pass over all of them, which is looked for when the one
  /// before has ended.
  func findBatch() -> (first: String, count: String, order: String) {
    let find = module.function(
      "findPass", at: NativeSteps.findPass, type: "void", parameters: ["ptr", "i64"],
      isPure: false)
    let wordsOf = module.function(
      "passWords", at: NativeSteps.passWords, type: "ptr", parameters: ["ptr"], isPure: true)
    let words = entry.assign("call ptr @\(wordsOf)(ptr %context)")
    func word(_ place: Int) -> String {
      let address = body.assignHere("getelementptr i64, ptr \(words), i64 \(place)")
      return body.assignHere("load i64, ptr \(address)")
    }
    let step = body.assign("fptosi double %clock0 to i64")
    let isAfter = body.assignHere("icmp uge i64 \(step), \(word(0))")
    let isBefore = body.assignHere("icmp ult i64 \(step), \(word(1))")
    let isHere = body.assignHere("and i1 \(isAfter), \(isBefore)")
    let (another, found) = (module.newLabel("pass"), module.newLabel("batch"))
    body.add("br i1 \(isHere), label %\(found), label %\(another)")
    body.begin(another)
    body.add("call void @\(find)(ptr %context, i64 \(step))")
    body.add("br label %\(found)")
    body.begin(found)
    let place = body.assignHere("sub i64 \(step), \(word(0))")
    let size = word(2)
    let start = body.assignHere("mul i64 \(place), \(size)")
    let left = body.assignHere("sub i64 \(word(3)), \(start)")
    let isWhole = body.assignHere("icmp ult i64 \(size), \(left)")
    let count = body.assignHere("select i1 \(isWhole), i64 \(size), i64 \(left)")
    return (start, count, word(4))
  }

  func groupedColumn() -> String {
    module.function(
      "groupedColumn", at: NativeSteps.groupedColumn, type: "ptr", parameters: ["ptr", "i64"],
      isPure: true)
  }

  func emitNative(_ loop: RowWork) {
    let rows = rows(of: loop)
    let column = module.function(
      "column", at: NativeSteps.column, type: "ptr", parameters: ["ptr", "i64"], isPure: true)
    var bases: [Int: String] = [:]
    var groups: Set<Int> = []
    for number in loop.columns {
      guard case .column(let place)? = places[number]?.space else { continue }
      let isGrouped = rows.numbers == nil && count(number) > 1 && grouped.contains(place)
      if isGrouped { groups.insert(number) }
      bases[number] = entry.assign(
        "call ptr @\(isGrouped ? groupedColumn() : column)(ptr %context, i64 \(place))")
    }
    // Operands are written before the loop.
    var operands: [Int: [NativeValue]] = [:]
    for number in loop.operands { operands[number] = elements(number) }
    let run = RowRun(
      loop: loop, rows: rows, operands: operands, bases: bases, groups: groups)
    if isShared(loop) { return finish(loop, emitShared(run), rows) }
    let last =
      rows.first == "0" ? rows.count : body.assignHere("add i64 \(rows.first), \(rows.count)")
    finish(
      loop,
      isOneBlock(loop)
        ? emitBlock(run, from: rows.first, to: last) : emitBlocks(run, from: rows.first, to: last),
      rows)
  }

  /// Whether there are never more rows than those of a block.
  private func isOneBlock(_ loop: RowWork) -> Bool {
    let count = loop.rows == .batch ? batch?.size : rowCounts[loop.rows]
    return count.map { $0 <= schedule.blockRows } ?? false
  }

  /// Rows of a part, whose sums are found by one thread.
  var partRows: Int { schedule.blockRows * BoundLoop.blocksOfPart }

  /// Whether there are so many rows that threads share them.
  func isShared(_ loop: RowWork) -> Bool {
    loop.rows != .batch && (rowCounts[loop.rows] ?? 0) > partRows
  }

  /// The sums over the rows of one block.
  func emitBlock(_ run: RowRun, from start: String, to end: String) -> [NativeValue] {
    let count = body.assignHere("sub i64 \(end), \(start)")
    let whole = body.assignHere("and i64 \(count), -8")
    let wholeEnd = body.assignHere("add i64 \(start), \(whole)")
    let width = run.loop.totals.reduce(0) { $0 + self.count($1) }
    let sums = emitRows(run, from: start, to: wholeEnd, Array(repeating: 0, count: width))
    return packed(emitLastRows(run, from: wholeEnd, to: end, sums)).map { $0 + 0 }
  }

  /// The sums over rows, in blocks, whose sums are added up in parts.
  func emitBlocks(
    _ run: RowRun, from start: String, to last: String
  ) -> [NativeValue] {
    let width = run.loop.totals.reduce(0) { $0 + count($1) }
    let packs = Packs(width)
    let builder = body.lanes(packs.lanes)
    let before = body.label
    let (blocks, ending) = (module.newLabel("blocks"), module.newLabel("after"))
    body.add("br label %\(blocks)")
    body.begin(blocks)
    let first = module.newName()
    let block = module.newName()
    let totals = (0..<packs.count).map { _ in module.newName() }
    let parts = (0..<packs.count).map { _ in module.newName() }
    let place = body.reserve()
    let left = body.assignHere("sub i64 \(last), \(first)")
    let isFull = body.assignHere("icmp ugt i64 \(left), \(schedule.blockRows)")
    let size = body.assignHere("select i1 \(isFull), i64 \(schedule.blockRows), i64 \(left)")
    let whole = body.assignHere("and i64 \(size), -8")
    let wholeEnd = body.assignHere("add i64 \(first), \(whole)")
    let end = body.assignHere("add i64 \(first), \(size)")
    let sums = emitRows(run, from: first, to: wholeEnd, Array(repeating: 0, count: width))
    let complete = packed(emitLastRows(run, from: wholeEnd, to: end, sums))
    let nextBlock = body.assignHere("add i64 \(block), 1")
    let part = body.assignHere("and i64 \(nextBlock), \(BoundLoop.blocksOfPart - 1)")
    let isPartDone = body.assignHere("icmp eq i64 \(part), 0")
    let isDone = body.assignHere("icmp uge i64 \(end), \(last)")
    let isAdded = body.assignHere("or i1 \(isPartDone), \(isDone)")
    var phis: [String] = []
    var results: [NativeValue] = []
    let after = body.label
    let (type, zero) = (builder.realType, builder.text(0.0))
    func select(_ a: String, _ b: String) -> String {
      body.assignHere("select i1 \(isAdded), \(type) \(a), \(type) \(b)")
    }
    for k in 0..<packs.count {
      let sum = body.assignHere("fadd \(type) \(parts[k]), \(builder.text(complete[k]))")
      let total = body.assignHere("fadd \(type) \(totals[k]), \(sum)")
      let nextTotal = select(total, totals[k])
      let nextPart = select(zero, sum)
      phis.append("\(totals[k]) = phi \(type) [ \(zero), %\(before) ], [ \(nextTotal), %\(after) ]")
      phis.append("\(parts[k]) = phi \(type) [ \(zero), %\(before) ], [ \(nextPart), %\(after) ]")
      results.append(NativeValue(nextTotal, builder))
    }
    phis.append("\(first) = phi i64 [ \(start), %\(before) ], [ \(end), %\(after) ]")
    phis.append("\(block) = phi i64 [ 0, %\(before) ], [ \(nextBlock), %\(after) ]")
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isDone), label %\(ending), label %\(blocks)")
    body.begin(ending)
    return results
  }

  /// A mean is that of the rows that were added; a sum over some of the rows stands for all.
  func finish(_ loop: RowWork, _ packs: [NativeValue], _ rows: Rows) {
    let counted = NativeValue(body.assign("uitofp i64 \(rows.count) to double"), body)
    let all = NativeValue(body.assign("uitofp i64 \(rows.total) to double"), body)
    func isMean(_ total: Int) -> Bool { kernel(total).rowReduction == .mean }
    let areMeans = loop.totals.allSatisfy(isMean)
    let width = loop.totals.reduce(0) { $0 + count($1) }
    let builder = body.lanes(Packs(width).lanes)
    let results = unpacked(areMeans ? packs.map { $0 / builder.spread(counted) } : packs, width)
    var first = 0
    for total in loop.totals {
      let sums = results[first..<(first + count(total))]
      first += count(total)
      values[total] = sums.map { sum in
        if isMean(total) { return areMeans ? sum : sum / counted }
        guard loop.rows == .batch else { return sum }
        let isPart = body.assign("icmp ne i64 \(rows.count), \(rows.total)")
        return .choose(.name(isPart, body), sum * (all / counted), else: sum)
      }
    }
  }

  /// What the rows of a loop are computed with.
  struct RowRun {
    let loop: RowWork
    let rows: Rows
    /// What is the same for all rows.
    let operands: [Int: [NativeValue]]
    /// Where the columns begin.
    let bases: [Int: String]
    /// Which of them are there in groups of eight rows.
    let groups: Set<Int>
  }

  /// Rows by eight: adds the terms of each total to running sums.
  func emitRows(
    _ run: RowRun, from start: String, to end: String, _ sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.rowLanes)
    let (loop, done) = (module.newLabel("rows"), module.newLabel("after"))
    let isAny = body.assignHere("icmp ult i64 \(start), \(end)")
    let before = body.label
    body.add("br i1 \(isAny), label %\(loop), label %\(done)")
    body.begin(loop)
    let row = module.newName()
    let names = sums.map { _ in module.newName() }
    let place = body.reserve()
    let results = body.scoped {
      added(run, row, to: names.map { NativeValue($0, builder) })
    }
    let following = body.assignHere("add i64 \(row), \(Self.rowLanes)")
    let isMore = body.assignHere("icmp ult i64 \(following), \(end)")
    let after = body.label
    var phis = ["\(row) = phi i64 [ \(start), %\(before) ], [ \(following), %\(after) ]"]
    for (name, (sum, result)) in zip(names, zip(sums, results)) {
      phis.append(phi(name, builder, (sum, before), (result, after)))
    }
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    return zip(sums, results).map { joined($0, before, $1, after, builder) }
  }

  /// The last rows, which are fewer than eight: what stands behind them is read and not added.
  func emitLastRows(
    _ run: RowRun, from start: String, to end: String, _ sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.rowLanes)
    let (rest, done) = (module.newLabel("rest"), module.newLabel("after"))
    let isAny = body.assignHere("icmp ult i64 \(start), \(end)")
    let before = body.label
    body.add("br i1 \(isAny), label %\(rest), label %\(done)")
    body.begin(rest)
    let results = body.scoped {
      let left = body.assignHere("sub i64 \(end), \(start)")
      let isRow = builder.areLanes(below: left)
      return zip(sums, added(run, start, to: sums)).map { NativeValue.choose(isRow, $1, else: $0) }
    }
    let after = body.label
    body.add("br label %\(done)")
    body.begin(done)
    return zip(sums, results).map { joined($0, before, $1, after, builder) }
  }

  func phi(
    _ name: String, _ builder: NativeBuilder, _ a: (NativeValue, String), _ b: (NativeValue, String)
  ) -> String {
    "\(name) = phi \(builder.realType) [ \(builder.text(a.0)), %\(a.1) ], "
      + "[ \(builder.text(b.0)), %\(b.1) ]"
  }

  func joined(
    _ a: NativeValue, _ before: String, _ b: NativeValue, _ after: String, _ builder: NativeBuilder
  ) -> NativeValue {
    let name = module.newName()
    body.add(phi(name, builder, (a, before), (b, after)))
    return NativeValue(name, builder)
  }

  /// Sums with the terms of all totals for eight rows from one on.
  func added(
    _ run: RowRun, _ row: String, to sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.rowLanes)
    var known = run.operands.mapValues { $0.map { builder.spread($0) } }
    let starts = rowStarts(row, run.rows)
    for number in run.loop.columns {
      if run.groups.contains(number) {
        known[number] = loadGroup(run.bases[number] ?? "%memory", count(number), row, builder)
        continue
      }
      known[number] = loadColumn(
        run.bases[number] ?? "%memory", width: count(number), row, starts, builder)
    }
    func elements(_ number: Int) -> [NativeValue] {
      known[number] ?? graph.knownValue(node(number)).map { [NativeValue($0)] } ?? []
    }
    for number in run.loop.values {
      known[number] = emit(
        number, of: schedule.operands(of: number).map(elements), into: builder)
    }
    var first = 0
    return run.loop.totals.flatMap { total in
      let operands = schedule.operands(of: total).map(elements)
      let present = Array(sums[first..<(first + count(total))])
      first += present.count
      return kernel(total).nativeElements?(call(total, operands, sums: present)) ?? present
    }
  }
}
