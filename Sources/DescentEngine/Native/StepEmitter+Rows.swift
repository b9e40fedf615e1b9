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
  private static let lanes = 8

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

  private func completed(_ loop: RowWork) -> RowWork {
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
  private func canAdd(_ total: Int) -> Bool {
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

  private func emitCall(_ loop: RowWork) {
    for operand in loop.operands { store(operand) }
    if loop.rows == .batch, !hasChosenRows {
      let symbol = module.function(
        "chooseRows", at: NativeSteps.chooseRows, type: "void", parameters: ["ptr", "double"],
        isPure: false)
      body.add("call void @\(symbol)(ptr %context, double %clock0)")
      hasChosenRows = true
    }
    var unit = Schedule.Loop(rows: loop.rows)
    unit.values = loop.values
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
  private struct Rows {
    let count: String
    let total: String
    /// Where the rows' numbers are, or nil if they are all rows from the first on.
    let numbers: String?
  }

  private func rows(of loop: RowWork) -> Rows {
    let all = module.function(
      "rowCount", at: NativeSteps.rowCount, type: "i64", parameters: ["ptr", "i64"], isPure: true)
    let set = RowSet.allCases.firstIndex(of: loop.rows) ?? 0
    let total = entry.assign("call i64 @\(all)(ptr %context, i64 \(set))")
    guard loop.rows == .batch else { return Rows(count: total, total: total, numbers: nil) }
    let batch = batchRows ?? findBatch()
    batchRows = batch
    return Rows(count: batch.count, total: total, numbers: batch.numbers)
  }

  /// The rows of the step: a part of the pass over all of them, which is looked for when the one
  /// before has ended.
  private func findBatch() -> (count: String, numbers: String) {
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
    let order = body.assignHere("inttoptr i64 \(word(4)) to ptr")
    return (count, body.assignHere("getelementptr i32, ptr \(order), i64 \(start)"))
  }

  private func groupedColumn() -> String {
    module.function(
      "groupedColumn", at: NativeSteps.groupedColumn, type: "ptr", parameters: ["ptr", "i64"],
      isPure: true)
  }

  private func emitNative(_ loop: RowWork) {
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
    finish(
      loop, isShared(loop) ? emitShared(run) : emitBlocks(run, from: "0", to: rows.count), rows)
  }

  /// Rows of a part, whose sums are found by one thread.
  private var partRows: Int { schedule.blockRows * BoundLoop.blocksOfPart }

  /// Whether there are so many rows that threads share them.
  private func isShared(_ loop: RowWork) -> Bool {
    loop.rows != .batch && (rowCounts[loop.rows] ?? 0) > partRows
  }

  /// The sums over rows, in blocks, whose sums are added up in parts.
  private func emitBlocks(
    _ run: RowRun, from start: String, to last: String
  ) -> [NativeValue] {
    let width = run.loop.totals.reduce(0) { $0 + count($1) }
    let before = body.label
    let (blocks, ending) = (module.newLabel("blocks"), module.newLabel("after"))
    body.add("br label %\(blocks)")
    body.begin(blocks)
    let first = module.newName()
    let block = module.newName()
    let totals = (0..<width).map { _ in module.newName() }
    let parts = (0..<width).map { _ in module.newName() }
    let place = body.reserve()
    let left = body.assignHere("sub i64 \(last), \(first)")
    let isFull = body.assignHere("icmp ugt i64 \(left), \(schedule.blockRows)")
    let size = body.assignHere("select i1 \(isFull), i64 \(schedule.blockRows), i64 \(left)")
    let whole = body.assignHere("and i64 \(size), -8")
    let wholeEnd = body.assignHere("add i64 \(first), \(whole)")
    let end = body.assignHere("add i64 \(first), \(size)")
    let wide = body.lanes(Self.lanes)
    let sums = emitRows(run, from: first, to: wholeEnd, Array(repeating: 0, count: width))
    let complete = emitLastRows(run, from: wholeEnd, to: end, sums).map { wide.sumOfLanes($0) }
    let nextBlock = body.assignHere("add i64 \(block), 1")
    let part = body.assignHere("and i64 \(nextBlock), \(BoundLoop.blocksOfPart - 1)")
    let isPartDone = body.assignHere("icmp eq i64 \(part), 0")
    let isDone = body.assignHere("icmp uge i64 \(end), \(last)")
    let isAdded = body.assignHere("or i1 \(isPartDone), \(isDone)")
    var phis: [String] = []
    var results: [NativeValue] = []
    let after = body.label
    for k in 0..<width {
      let sum = body.assignHere("fadd double \(parts[k]), \(body.text(complete[k]))")
      let total = body.assignHere("fadd double \(totals[k]), \(sum)")
      let nextTotal = body.assignHere(
        "select i1 \(isAdded), double \(total), double \(totals[k])")
      let nextPart = body.assignHere("select i1 \(isAdded), double 0.0, double \(sum)")
      phis.append("\(totals[k]) = phi double [ 0.0, %\(before) ], [ \(nextTotal), %\(after) ]")
      phis.append("\(parts[k]) = phi double [ 0.0, %\(before) ], [ \(nextPart), %\(after) ]")
      results.append(NativeValue(nextTotal, body))
    }
    phis.append("\(first) = phi i64 [ \(start), %\(before) ], [ \(end), %\(after) ]")
    phis.append("\(block) = phi i64 [ 0, %\(before) ], [ \(nextBlock), %\(after) ]")
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isDone), label %\(ending), label %\(blocks)")
    body.begin(ending)
    return results
  }

  // MARK: Threads

  /// The sums over rows by a function for one part of them, which threads call: parts are added up
  /// in their order, whoever computed them.
  private func emitShared(_ run: RowRun) -> [NativeValue] {
    let width = run.loop.totals.reduce(0) { $0 + count($1) }
    let columns = run.loop.columns
    let operands = run.loop.operands.filter { graph.knownValue(node($0)) == nil }
    // What the function needs: how many rows, where its sums go, columns, operands.
    let numbers = operands.flatMap { run.operands[$0] ?? [] }
    let start = layout.memory.allocatePermanent(2 + columns.count + numbers.count)
    let given = address("%memory", start, body)
    func give(_ type: String, _ value: String, _ place: Int) {
      body.add("store \(type) \(value), ptr \(address(given, place, body))")
    }
    let more = body.assignHere("add i64 \(run.rows.count), \(partRows - 1)")
    let parts = body.assignHere("udiv i64 \(more), \(partRows)")
    let space = module.function(
      "sums", at: NativeSteps.sums, type: "ptr", parameters: ["ptr", "i64"], isPure: false)
    let size = body.assignHere("mul i64 \(parts), \(width)")
    let sums = body.assignHere("call ptr @\(space)(ptr %context, i64 \(size))")
    give("i64", run.rows.count, 0)
    give("ptr", sums, 1)
    for (k, column) in columns.enumerated() { give("ptr", run.bases[column] ?? "null", 2 + k) }
    for (k, number) in numbers.enumerated() {
      give("double", body.text(number), 2 + columns.count + k)
    }
    let name = emitPart(run, columns, operands, width)
    let share = module.function(
      "share", at: NativeSteps.share, type: "void", parameters: ["ptr", "ptr", "ptr", "i64"],
      isPure: false)
    body.add("call void @\(share)(ptr %context, ptr @\(name), ptr \(given), i64 \(parts))")
    return emitSum(of: sums, parts: parts, width: width)
  }

  /// The function for one part; its name.
  private func emitPart(
    _ run: RowRun, _ columns: [Int], _ operands: [Int], _ width: Int
  ) -> String {
    let outside = body
    defer { body = outside }
    let name = module.newLabel("part")
    body = NativeBuilder(module, label: "entry")
    func load(_ type: String, _ place: Int) -> String {
      body.assignHere("load \(type), ptr \(address("%given", place, body))")
    }
    let count = load("i64", 0)
    let sums = load("ptr", 1)
    var bases: [Int: String] = [:]
    for (k, column) in columns.enumerated() { bases[column] = load("ptr", 2 + k) }
    var values: [Int: [NativeValue]] = [:]
    var place = 2 + columns.count
    for operand in operands {
      values[operand] = (run.operands[operand] ?? []).map { _ in
        defer { place += 1 }
        return NativeValue(load("double", place), body)
      }
    }
    let first = body.assignHere("mul i64 %part, \(partRows)")
    let end = body.assignHere("add i64 \(first), \(partRows)")
    let isWhole = body.assignHere("icmp ult i64 \(end), \(count)")
    let last = body.assignHere("select i1 \(isWhole), i64 \(end), i64 \(count)")
    let inside = RowRun(
      loop: run.loop, rows: Rows(count: count, total: count, numbers: nil), operands: values,
      bases: bases, groups: run.groups)
    let results = emitBlocks(inside, from: first, to: last)
    let offset = body.assignHere("mul i64 %part, \(width)")
    let target = body.assignHere("getelementptr double, ptr \(sums), i64 \(offset)")
    for (k, result) in results.enumerated() {
      body.add("store double \(body.text(result)), ptr \(address(target, k, body))")
    }
    body.add("ret void")
    module.add(
      function: (["define void @\(name)(ptr %given, i64 %part) {", "entry:"] + body.lines + ["}"])
        .joined(separator: "\n"))
    return name
  }

  private func emitSum(of sums: String, parts: String, width: Int) -> [NativeValue] {
    let before = body.label
    let (loop, done) = (module.newLabel("parts"), module.newLabel("after"))
    body.add("br label %\(loop)")
    body.begin(loop)
    let part = module.newName()
    let names = (0..<width).map { _ in module.newName() }
    let place = body.reserve()
    let offset = body.assignHere("mul i64 \(part), \(width)")
    let start = body.assignHere("getelementptr double, ptr \(sums), i64 \(offset)")
    let totals = names.enumerated().map { k, name in
      let sum = body.assignHere(
        "load double, ptr \(body.assignHere("getelementptr double, ptr \(start), i64 \(k)"))")
      return NativeValue(body.assignHere("fadd double \(name), \(sum)"), body)
    }
    let following = body.assignHere("add i64 \(part), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(parts)")
    var phis = ["\(part) = phi i64 [ 0, %\(before) ], [ \(following), %\(loop) ]"]
    for (name, total) in zip(names, totals) {
      phis.append(phi(name, body, (0, before), (total, loop)))
    }
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    return totals
  }

  /// A mean is that of the rows that were added; a sum over some of the rows stands for all.
  private func finish(_ loop: RowWork, _ results: [NativeValue], _ rows: Rows) {
    let counted = NativeValue(body.assign("uitofp i64 \(rows.count) to double"), body)
    let all = NativeValue(body.assign("uitofp i64 \(rows.total) to double"), body)
    var first = 0
    for total in loop.totals {
      let sums = results[first..<(first + count(total))]
      first += count(total)
      values[total] = sums.map { sum in
        switch kernel(total).rowReduction {
        case .mean: return sum / counted
        default:
          guard loop.rows == .batch else { return sum }
          let isPart = body.assign("icmp ne i64 \(rows.count), \(rows.total)")
          return .choose(.name(isPart, body), sum * (all / counted), else: sum)
        }
      }
    }
  }

  /// What the rows of a loop are computed with.
  private struct RowRun {
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
  private func emitRows(
    _ run: RowRun, from start: String, to end: String, _ sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.lanes)
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
    let following = body.assignHere("add i64 \(row), \(Self.lanes)")
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
  private func emitLastRows(
    _ run: RowRun, from start: String, to end: String, _ sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.lanes)
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

  private func phi(
    _ name: String, _ builder: NativeBuilder, _ a: (NativeValue, String), _ b: (NativeValue, String)
  ) -> String {
    "\(name) = phi \(builder.realType) [ \(builder.text(a.0)), %\(a.1) ], "
      + "[ \(builder.text(b.0)), %\(b.1) ]"
  }

  private func joined(
    _ a: NativeValue, _ before: String, _ b: NativeValue, _ after: String, _ builder: NativeBuilder
  ) -> NativeValue {
    let name = module.newName()
    body.add(phi(name, builder, (a, before), (b, after)))
    return NativeValue(name, builder)
  }

  /// Sums with the terms of all totals for eight rows from one on.
  private func added(
    _ run: RowRun, _ row: String, to sums: [NativeValue]
  ) -> [NativeValue] {
    let builder = body.lanes(Self.lanes)
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

  // MARK: Reading columns

  private func loadGroup(
    _ base: String, _ width: Int, _ row: String, _ builder: NativeBuilder
  ) -> [NativeValue] {
    let offset = body.assign("mul i64 \(row), \(width)")
    let first = body.assign("getelementptr double, ptr \(base), i64 \(offset)")
    return (0..<width).map { k in
      let place = address(first, k * Self.lanes, body)
      return NativeValue(
        body.assignHere("load \(builder.realType), ptr \(place), align 64"), builder)
    }
  }

  /// The numbers of eight rows, or nil if they follow each other.
  private func rowStarts(_ row: String, _ rows: Rows) -> [String]? {
    guard let numbers = rows.numbers else { return nil }
    let first = body.assignHere("getelementptr i32, ptr \(numbers), i64 \(row)")
    return (0..<Self.lanes).map { lane in
      let place = body.assign("getelementptr i32, ptr \(first), i64 \(lane)")
      let word = body.assignHere("load i32, ptr \(place), align 4")
      return body.assign("sext i32 \(word) to i64")
    }
  }

  /// The elements of a column for eight rows: each row is read as it lies in memory, and rows and
  /// elements are exchanged.
  private func loadColumn(
    _ base: String, width: Int, _ row: String, _ starts: [String]?, _ builder: NativeBuilder
  ) -> [NativeValue] {
    func load(_ type: String, _ place: String) -> String {
      body.assignHere("load \(type), ptr \(place), align 8")
    }
    if width == 1 {
      guard let starts else {
        let place = body.assign("getelementptr double, ptr \(base), i64 \(row)")
        return [NativeValue(load(builder.realType, place), builder)]
      }
      var all = "poison"
      for (lane, start) in starts.enumerated() {
        let place = body.assign("getelementptr double, ptr \(base), i64 \(start)")
        all = body.assign(
          "insertelement \(builder.realType) \(all), double \(load("double", place)), i64 \(lane)")
      }
      return [NativeValue(all, builder)]
    }
    let places = (0..<Self.lanes).map { lane in
      if let starts {
        let offset = body.assign("mul i64 \(starts[lane]), \(width)")
        return body.assign("getelementptr double, ptr \(base), i64 \(offset)")
      }
      let offset = body.assign("mul i64 \(row), \(width)")
      let first = body.assign("getelementptr double, ptr \(base), i64 \(offset)")
      return address(first, lane * width, body)
    }
    var elements: [NativeValue] = []
    while elements.count < width {
      // The last part overlaps the one before it.
      let start = max(0, min(elements.count, width - Self.lanes))
      let parts = places.map { load(builder.realType, address($0, start, body)) }
      let columns = builder.transposed(parts)
      for k in elements.count..<min(width, start + Self.lanes) {
        elements.append(NativeValue(columns[k - start], builder))
      }
    }
    return elements
  }
}
