internal import DescentGraph

/// Sums over many rows, whose parts threads share.
extension StepEmitter {
  /// The sums over rows by a function for one part of them, which threads call: parts are added up
  /// in their order, whoever computed them.
  func emitShared(_ run: RowRun) -> [NativeValue] {
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
    let packs = Packs(width)
    let size = body.assignHere("mul i64 \(parts), \(packs.count * packs.lanes)")
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
    return emitSum(of: sums, parts: parts, packs)
  }

  /// The function for one part; its name.
  func emitPart(
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
    let packs = Packs(width)
    let offset = body.assignHere("mul i64 %part, \(packs.count * packs.lanes)")
    let target = body.assignHere("getelementptr double, ptr \(sums), i64 \(offset)")
    let wide = body.lanes(packs.lanes)
    for (k, result) in results.enumerated() {
      let place = address(target, k * packs.lanes, body)
      body.add("store \(wide.realType) \(wide.text(result)), ptr \(place), align 8")
    }
    body.add("ret void")
    module.add(
      function: (["define void @\(name)(ptr %given, i64 %part) {", "entry:"] + body.lines + ["}"])
        .joined(separator: "\n"))
    return name
  }

  func emitSum(of sums: String, parts: String, _ packs: Packs) -> [NativeValue] {
    let before = body.label
    let (loop, done) = (module.newLabel("parts"), module.newLabel("after"))
    body.add("br label %\(loop)")
    body.begin(loop)
    let part = module.newName()
    let names = (0..<packs.count).map { _ in module.newName() }
    let place = body.reserve()
    let offset = body.assignHere("mul i64 \(part), \(packs.count * packs.lanes)")
    let start = body.assignHere("getelementptr double, ptr \(sums), i64 \(offset)")
    let wide = body.lanes(packs.lanes)
    let totals = names.enumerated().map { k, name in
      let place = body.assignHere(
        "getelementptr double, ptr \(start), i64 \(k * packs.lanes)")
      let sum = body.assignHere("load \(wide.realType), ptr \(place), align 8")
      return NativeValue(body.assignHere("fadd \(wide.realType) \(name), \(sum)"), wide)
    }
    let following = body.assignHere("add i64 \(part), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(parts)")
    var phis = ["\(part) = phi i64 [ 0, %\(before) ], [ \(following), %\(loop) ]"]
    for (name, total) in zip(names, totals) {
      phis.append(phi(name, wide, (0, before), (total, loop)))
    }
    body.fill(place, phis.joined(separator: "\n  "))
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    return totals
  }
}
