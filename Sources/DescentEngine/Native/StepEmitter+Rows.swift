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
    return native(call(total, operands)) != nil
  }

  func emitRowLoops(_ stage: Int32) {
    for loop in rowLoops where loop.stage == stage {
      if loop.isNative { emitNative(loop) } else { emitCall(loop) }
    }
  }

  private func emitCall(_ loop: RowWork) {
    for operand in loop.operands { store(operand) }
    if loop.rows == .batch { _ = rows(of: loop) }
    var unit = Schedule.Loop(rows: loop.rows)
    unit.values = loop.values
    unit.columns = loop.columns
    unit.totals = loop.totals
    unit.operands = loop.operands
    emitCall(.loop(layout.emit(unit)))
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
    let symbol = module.function(
      "rows", at: NativeSteps.findRows, type: "i64", parameters: ["ptr", "i64", "double"],
      isPure: false)
    let place = module.function(
      "rowNumbers", at: NativeSteps.rowNumbers, type: "ptr", parameters: ["ptr"], isPure: false)
    let all = module.function(
      "rowCount", at: NativeSteps.rowCount, type: "i64", parameters: ["ptr", "i64"], isPure: true)
    let set = RowSet.allCases.firstIndex(of: loop.rows) ?? 0
    let total = entry.assign("call i64 @\(all)(ptr %context, i64 \(set))")
    guard loop.rows == .batch else { return Rows(count: total, total: total, numbers: nil) }
    if let batchRows {
      return Rows(count: batchRows.count, total: total, numbers: batchRows.numbers)
    }
    let count = body.assignHere("call i64 @\(symbol)(ptr %context, i64 \(set), double %clock0)")
    let numbers = body.assignHere("call ptr @\(place)(ptr %context)")
    batchRows = (count, numbers)
    return Rows(count: count, total: total, numbers: numbers)
  }

  private func emitNative(_ loop: RowWork) {
    let rows = rows(of: loop)
    let blockRows = schedule.blockRows
    let column = module.function(
      "column", at: NativeSteps.column, type: "ptr", parameters: ["ptr", "i64"], isPure: true)
    var bases: [Int: String] = [:]
    for number in loop.columns {
      guard case .column(let place)? = places[number]?.space else { continue }
      bases[number] = entry.assign("call ptr @\(column)(ptr %context, i64 \(place))")
    }
    // Operands are written before the loop.
    var operands: [Int: [NativeValue]] = [:]
    for number in loop.operands { operands[number] = elements(number) }
    let width = loop.totals.reduce(0) { $0 + count($1) }
    let before = body.label
    let (blocks, ending) = (module.newLabel("blocks"), module.newLabel("after"))
    body.add("br label %\(blocks)")
    body.begin(blocks)
    let first = module.newName()
    let block = module.newName()
    let totals = (0..<width).map { _ in module.newName() }
    let parts = (0..<width).map { _ in module.newName() }
    let place = body.reserve()
    let left = body.assignHere("sub i64 \(rows.count), \(first)")
    let isFull = body.assignHere("icmp ugt i64 \(left), \(blockRows)")
    let size = body.assignHere("select i1 \(isFull), i64 \(blockRows), i64 \(left)")
    let whole = body.assignHere("and i64 \(size), -8")
    let wholeEnd = body.assignHere("add i64 \(first), \(whole)")
    let end = body.assignHere("add i64 \(first), \(size)")
    let sums = emitRows(
      loop, from: first, to: wholeEnd, Array(repeating: 0, count: width), operands, bases, rows,
      lanes: Self.lanes)
    let wide = body.lanes(Self.lanes)
    let added = sums.map { wide.sumOfLanes($0) }
    let complete = emitRows(
      loop, from: wholeEnd, to: end, added, operands, bases, rows, lanes: 1)
    let nextBlock = body.assignHere("add i64 \(block), 1")
    let part = body.assignHere("and i64 \(nextBlock), \(BoundLoop.blocksOfPart - 1)")
    let isPartDone = body.assignHere("icmp eq i64 \(part), 0")
    let isDone = body.assignHere("icmp uge i64 \(end), \(rows.count)")
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
    phis.append("\(first) = phi i64 [ 0, %\(before) ], [ \(end), %\(after) ]")
    phis.append("\(block) = phi i64 [ 0, %\(before) ], [ \(nextBlock), %\(after) ]")
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isDone), label %\(ending), label %\(blocks)")
    body.begin(ending)
    finish(loop, results, rows)
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

  /// Some rows, `lanes` at a time: adds the terms of each total to sums.
  private func emitRows(
    _ loop: RowWork, from start: String, to end: String, _ sums: [NativeValue],
    _ operands: [Int: [NativeValue]], _ bases: [Int: String], _ rows: Rows, lanes: Int
  ) -> [NativeValue] {
    let builder = body.lanes(lanes)
    let (loopLabel, done) = (module.newLabel("rows"), module.newLabel("after"))
    let isAny = body.assignHere("icmp ult i64 \(start), \(end)")
    let before = body.label
    body.add("br i1 \(isAny), label %\(loopLabel), label %\(done)")
    body.begin(loopLabel)
    let row = module.newName()
    let names = sums.map { _ in module.newName() }
    let place = body.reserve()
    var results: [NativeValue] = []
    body.scoped {
      let rowNumber = rowIndex(row, rows, builder)
      var known = operands.mapValues { $0.map { builder.spread($0) } }
      for number in loop.columns {
        known[number] = (0..<count(number)).map { k in
          loadColumn(bases[number] ?? "%memory", count(number), k, row, rowNumber, rows, builder)
        }
      }
      func elements(_ number: Int) -> [NativeValue] {
        known[number] ?? graph.knownValue(node(number)).map { [NativeValue($0)] } ?? []
      }
      for number in loop.values {
        known[number] = emit(
          number, of: schedule.operands(of: number).map(elements), into: builder)
      }
      var k = 0
      for total in loop.totals {
        let operands = schedule.operands(of: total).map(elements)
        for term in kernel(total).nativeElements?(call(total, operands)) ?? [] {
          results.append(NativeValue(names[k], builder) + term)
          k += 1
        }
      }
    }
    let following = body.assignHere("add i64 \(row), \(lanes)")
    let isMore = body.assignHere("icmp ult i64 \(following), \(end)")
    let after = body.label
    var phis = ["\(row) = phi i64 [ \(start), %\(before) ], [ \(following), %\(after) ]"]
    var joined: [String] = []
    var final: [NativeValue] = []
    for (k, name) in names.enumerated() {
      let (given, result) = (builder.text(sums[k]), builder.text(results[k]))
      phis.append(
        "\(name) = phi \(builder.realType) [ \(given), %\(before) ], [ \(result), %\(after) ]")
      let end = module.newName()
      joined.append(
        "\(end) = phi \(builder.realType) [ \(given), %\(before) ], [ \(result), %\(after) ]")
      final.append(NativeValue(end, builder))
    }
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isMore), label %\(loopLabel), label %\(done)")
    body.begin(done)
    for phi in joined { body.add(phi) }
    return final
  }

  /// The numbers of the rows that a lane each stands for.
  private func rowIndex(_ row: String, _ rows: Rows, _ builder: NativeBuilder) -> String {
    guard let numbers = rows.numbers else {
      return builder.lanes == 1 ? row : builder.indices(from: row)
    }
    let place = body.assignHere("getelementptr i32, ptr \(numbers), i64 \(row)")
    let type = builder.lanes == 1 ? "i32" : "<\(builder.lanes) x i32>"
    let words = body.assignHere("load \(type), ptr \(place), align 4")
    return body.assign("sext \(type) \(words) to \(builder.wholeType)")
  }

  /// Element k of a column of so many numbers a row.
  private func loadColumn(
    _ base: String, _ width: Int, _ k: Int, _ row: String, _ index: String, _ rows: Rows,
    _ builder: NativeBuilder
  ) -> NativeValue {
    if width == 1, rows.numbers == nil {
      let place = body.assign("getelementptr double, ptr \(base), i64 \(row)")
      return NativeValue(
        body.assignHere("load \(builder.realType), ptr \(place), align 8"), builder)
    }
    let start = address(base, k, body)
    let width = builder.text(NativeWhole(integerLiteral: Int64(width)))
    let offset = body.assign("mul \(builder.wholeType) \(index), \(width)")
    let place = body.assign("getelementptr double, ptr \(start), \(builder.wholeType) \(offset)")
    if builder.lanes == 1 {
      return NativeValue(body.assignHere("load double, ptr \(place), align 8"), builder)
    }
    return NativeValue(builder.gather(place), builder)
  }
}
