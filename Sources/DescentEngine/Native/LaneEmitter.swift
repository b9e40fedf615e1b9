internal import DescentGraph

/// Writes the steps of many descents of one program as native code, each descent in a lane of
/// vectors, with the operations of one descent in the same order. The vectors come one after the
/// other: the processor goes on with the next while results of the one before are on their way.
///
/// Steps are taken in chunks without a look at what they meet, which is gathered: where a test held
/// or a number was not finite in a lane that goes on, the chunk is forgotten and taken again step by
/// step, and the lane ends where it has to. Chunks grow with the steps since anything was met, so
/// that what is forgotten is never much beside them.
struct LaneEmitter {
  /// The fewest steps between two looks at what was met.
  private static let chunk = 64
  /// Programs of more operations than this would be long in compiling.
  private static let mostOperations = 4096

  private let program: Program
  private let source: StepSource
  private let steps: StepEmitter
  private let tests: Machine.StepTests
  private let observed: Int
  private let fixed: [Symbol]
  private let clocks: [Symbol]
  /// With the functions that long programs share.
  private var module: NativeModule { steps.module }
  private(set) var layout: LaneLayout

  private var graph: Graph { source.graph }
  private var schedule: Schedule { source.schedule }

  /// - Parameters:
  ///   - observed: the section of what is observed.
  ///   - combinations: how many descents there are to be.
  init?(
    _ program: Program, tests: Machine.StepTests, observed: Int, clocks: [Symbol],
    fixed: [Symbol], combinations: Int
  ) {
    guard let source = program.source, !program.readsRows,
      let steps = StepEmitter(program, tests: tests), steps.isInRegisters
    else { return nil }
    self.program = program
    self.source = source
    self.steps = steps
    self.tests = tests
    self.observed = observed
    self.clocks = clocks
    self.fixed = fixed
    let roots = source.sections.joined() + source.next.map(\.next)
    var operations = 0
    for number in Self.needed(by: roots.map { source.schedule.numbers[$0] }, source) {
      let count = source.schedule.count(of: number)
      guard !source.schedule.isPerRow(number), count <= StepEmitter.fewElements else { return nil }
      if steps.isSymbol(number) || source.graph.knownValue(steps.node(number)) != nil { continue }
      guard steps.canEmit(number) else { return nil }
      operations += count
    }
    guard operations <= Self.mostOperations else { return nil }
    layout = LaneLayout(
      vectors: 1, stateCount: program.stateSize,
      fixedCounts: fixed.map { source.graph.shape($0).count },
      outputCount: source.sections[observed].reduce(0) { $0 + source.graph.shape($1).count })
    // Written on trial: functions have long texts.
    let trial = NativeBuilder(module, lanes: LaneLayout.width)
    _ = write(
      steps.next.map(\.number), state(0, trial), vector: 0, before: trial, into: trial)
    layout.vectors = min(
      Self.vectors(trial.lines.count), (combinations + LaneLayout.width - 1) / LaneLayout.width)
  }

  /// Short steps wait for each other's results, unless there are several vectors of them; long ones
  /// have enough to do, and would be long in compiling.
  private static func vectors(_ lines: Int) -> Int {
    lines <= 40 ? LaneLayout.mostVectors : lines <= 120 ? 4 : lines <= 400 ? 2 : 1
  }

  func emit() -> NativeModule {
    emitSteps()
    emitObservation()
    return module
  }

  // MARK: Values

  /// The values that roots are made of, operands before users.
  private static func needed(by roots: [Int], _ source: StepSource) -> [Int] {
    var isNeeded = Array(repeating: false, count: source.schedule.count)
    for root in roots { isNeeded[root] = true }
    for number in isNeeded.indices.reversed() where isNeeded[number] {
      if source.graph.knownValue(source.schedule.numbers.nodes[number]) != nil { continue }
      for operand in source.schedule.operands(of: number) { isNeeded[operand] = true }
    }
    return isNeeded.indices.filter { isNeeded[$0] }
  }

  /// Writes what roots are made of; what is the same in all steps, into the block before them.
  private func write(
    _ roots: [Int], _ given: [Int: [NativeValue]], vector: Int, before entry: NativeBuilder,
    into body: NativeBuilder
  ) -> [Int: [NativeValue]] {
    var values = given
    var fixedValues: [Int: [NativeValue]] = [:]
    for number in Self.needed(by: roots, source) where values[number] == nil {
      let operands = schedule.operands(of: number)
      if steps.isStepped(number) {
        values[number] = steps.emit(number, of: operands.map { values[$0] ?? [] }, into: body)
        continue
      }
      let elements: [NativeValue]
      if let known = graph.knownValue(steps.node(number)) {
        elements = [NativeValue(known)]
      } else if let symbol = graph.symbol(of: steps.node(number)) {
        elements =
          fixed.firstIndex(of: symbol).map { input in
            (0..<layout.fixedCounts[input]).map { k in
              load(layout.fixed(input) + k * layout.lanes, vector, entry)
            }
          } ?? Array(repeating: 0, count: steps.count(number))
      } else {
        elements = steps.emit(number, of: operands.map { fixedValues[$0] ?? [] }, into: entry)
      }
      fixedValues[number] = elements
      values[number] = elements.map {
        $0.constantValue == nil ? NativeValue(entry.text($0), body) : $0
      }
    }
    return values
  }

  private func load(_ place: Int, _ vector: Int, _ builder: NativeBuilder) -> NativeValue {
    let place = place + vector * LaneLayout.width
    let address = builder.assign("getelementptr double, ptr %memory, i64 \(place)")
    return NativeValue(
      builder.assign("load \(builder.realType), ptr \(address), align 64"), builder)
  }

  /// The state's symbols with the names of their numbers.
  private func state(_ vector: Int, _ builder: NativeBuilder) -> [Int: [NativeValue]] {
    var values: [Int: [NativeValue]] = [:]
    for (item, feedback) in zip(steps.next, source.next) {
      guard let number = schedule.number(of: feedback.symbol) else { continue }
      values[number] = (0..<item.count).map {
        NativeValue(Self.state(vector, item.place + $0), builder)
      }
    }
    return values
  }

  private static func state(_ vector: Int, _ number: Int) -> String { "%state\(vector).\(number)" }

  private func number(ofTest section: Int?) -> Int? {
    section.map { schedule.numbers[source.sections[$0][0]] }
  }

  // MARK: Observation

  /// `void observe(ptr memory)`: what is observed at the present points.
  private func emitObservation() {
    let builder = NativeBuilder(module, lanes: LaneLayout.width)
    let roots = source.sections[observed].map { schedule.numbers[$0] }
    var text = ["define void @observe(ptr noalias %memory) {", "entry:"]
    for vector in 0..<layout.vectors {
      var given = state(vector, builder)
      for clock in clocks {
        guard let number = schedule.number(of: clock) else { continue }
        given[number] = [load(layout.taken, vector, builder)]
      }
      let values = write(roots, given, vector: vector, before: builder, into: builder)
      for k in 0..<layout.stateCount {
        text += loadState(vector, k, as: Self.state(vector, k), builder)
      }
      var place = layout.outputs + vector * LaneLayout.width
      for (root, node) in zip(roots, source.sections[observed]) {
        let elements = values[root] ?? []
        for k in 0..<graph.shape(node).count {
          let element = elements.count == 1 ? elements[0] : elements[k]
          let address = builder.assign("getelementptr double, ptr %memory, i64 \(place)")
          builder.add(
            "store \(builder.realType) \(builder.text(element)), ptr \(address), align 64")
          place += layout.lanes
        }
      }
    }
    text += builder.lines + ["  ret void", "}"]
    module.add(function: text.joined(separator: "\n"))
  }

  private func loadState(
    _ vector: Int, _ k: Int, as name: String, _ builder: NativeBuilder
  ) -> [String] {
    let place = k * layout.lanes + vector * LaneLayout.width
    return [
      "  \(name).place = getelementptr double, ptr %memory, i64 \(place)",
      "  \(name) = load \(builder.realType), ptr \(name).place, align 64",
    ]
  }

  // MARK: Steps

  /// What a step makes of one vector.
  private struct Step {
    var next: [NativeValue]
    /// Numbers that are 0 where nothing was met on the way.
    var failed: NativeValue
    var stopped: String?
    var values: [Int: [NativeValue]]
  }

  /// `i64 steps(ptr memory, i64 most)`: up to so many steps in the lanes that go on; gives 0 when
  /// there are none left.
  private func emitSteps() {
    let entry = NativeBuilder(module, lanes: LaneLayout.width)
    let body = NativeBuilder(module, lanes: LaneLayout.width, label: "loop")
    let real = body.realType
    let tests = (stop: number(ofTest: tests.stop), domain: number(ofTest: tests.domain))
    let all = (0..<layout.vectors).map { emitStep($0, tests.stop, tests.domain, entry, body) }
    let latch = body.label
    // Where no step looks at it, time need not be counted with each.
    let isTimed = clocks.contains { schedule.number(of: $0) != nil }

    var text = ["define i64 @steps(ptr noalias %memory, i64 %most) {", "entry:"]
    text += entry.lines
    text += """
        %time.place = getelementptr double, ptr %memory, i64 \(layout.time)
        %time.first = load double, ptr %time.place
        %calm.place = getelementptr double, ptr %memory, i64 \(layout.calm)
        %calm.first = load i64, ptr %calm.place
        br label %outer
      outer:
        %left = phi i64 [ %most, %\(entry.label) ], [ %left, %restore ], [ %left.next, %commit ]
        %careful = phi i64 [ 0, %\(entry.label) ], [ %careful.again, %restore ], [ %careful.next, %commit ]
        %calm = phi i64 [ %calm.first, %\(entry.label) ], [ 0, %restore ], [ %calm.next, %commit ]
        %time.now = phi double [ %time.first, %\(entry.label) ], [ %time.now, %restore ], [ %time.next, %commit ]
        %more = icmp ne i64 %left, 0
        br i1 %more, label %chunk, label %finished
      chunk:
        %is.careful = icmp ne i64 %careful, 0
        %calm.half = lshr i64 %calm, 1
        %is.calm = icmp ugt i64 %calm.half, \(Self.chunk)
        %limit = select i1 %is.calm, i64 %calm.half, i64 \(Self.chunk)
        %is.short = icmp ult i64 %left, %limit
        %whole = select i1 %is.short, i64 %left, i64 %limit
        %size = select i1 %is.careful, i64 1, i64 %whole
      """.split(separator: "\n").map(String.init)
    for vector in all.indices {
      for k in 0..<layout.stateCount {
        text += loadState(vector, k, as: "%first\(vector).\(k)", body)
      }
    }
    text += [
      "  br label %loop", "loop:",
      "  %k = phi i64 [ 0, %chunk ], [ %k.next, %\(latch) ]",
    ]
    if isTimed {
      text.append("  %time = phi double [ %time.now, %chunk ], [ %time.next, %\(latch) ]")
    }
    func carry(_ name: String, _ first: String, _ next: String) {
      text.append("  \(name) = phi \(real) [ \(first), %chunk ], [ \(next), %\(latch) ]")
    }
    for (vector, step) in all.enumerated() {
      carry("%failed\(vector)", "zeroinitializer", body.text(step.failed))
      if let stopped = step.stopped { carry("%stopped\(vector)", "zeroinitializer", stopped) }
      for (k, element) in step.next.enumerated() {
        carry(Self.state(vector, k), "%first\(vector).\(k)", body.text(element))
      }
    }
    text += body.lines
    text.append("  %k.next = add i64 %k, 1")
    if isTimed { text.append("  %time.next = fadd double %time, 1.0") }
    text += [
      "  %again = icmp ult i64 %k.next, %size",
      "  br i1 %again, label %loop, label %check", "check:",
    ]
    if !isTimed {
      text += [
        "  %size.real = uitofp i64 %size to double",
        "  %time.next = fadd double %time.now, %size.real",
      ]
    }
    text += emitCheck(all, stop: tests.stop, domain: tests.domain)
    module.add(function: text.joined(separator: "\n"))
  }

  /// One step of one vector.
  private func emitStep(
    _ vector: Int, _ stop: Int?, _ domain: Int?, _ entry: NativeBuilder, _ body: NativeBuilder
  ) -> Step {
    let (real, truth) = (body.realType, body.truthType)
    var given = state(vector, body)
    for clock in clocks {
      guard let number = schedule.number(of: clock) else { continue }
      given[number] = [body.spread(NativeValue("%time", body.lanes(1)))]
    }
    let first = body.lines.count
    let roots = steps.next.map(\.number) + [stop, domain].compactMap(\.self)
    let values = write(roots, given, vector: vector, before: entry, into: body)
    let next = steps.next.flatMap { item in
      let elements = values[item.number] ?? []
      return (0..<item.count).map { elements.count == item.count ? elements[$0] : elements[0] }
    }

    // What is met on the way, gathered in numbers that are 0 where nothing is.
    let written = body.lines[first...]
    var stopped: String?
    var failed = NativeValue("%failed\(vector)", body)
    if let stop, given[stop] != nil || steps.isStepped(stop), let value = values[stop]?[0] {
      let holds = body.assign("fcmp une \(real) \(body.text(value)), zeroinitializer")
      stopped = body.assign(
        "select \(truth) \(holds), \(real) \(body.text(1.0)), \(real) %stopped\(vector)")
    }
    if let domain, given[domain] != nil || steps.isStepped(domain), let value = values[domain]?[0] {
      let isOutside = body.assign("fcmp oeq \(real) \(body.text(value)), zeroinitializer")
      failed = NativeValue(
        body.assign(
          "select \(truth) \(isOutside), \(real) \(body.text(1.0)), \(real) %failed\(vector)"),
        body)
    }
    let names = (0..<layout.stateCount).map { Self.state(vector, $0) }
    let carried = Self.carried(by: written, names)
    for (k, element) in next.enumerated()
    where (carried[body.text(element)] ?? 0) & (1 << UInt64(k)) == 0 {
      failed = failed + element * 0
    }
    return Step(next: next, failed: failed, stopped: stopped, values: values)
  }

  /// What follows a chunk: it stands, or it is taken again with care, or lanes end.
  private func emitCheck(_ all: [Step], stop: Int?, domain: Int?) -> [String] {
    // Names of its own, as those of the loop may not be known here.
    let check = NativeBuilder(module, lanes: LaneLayout.width, label: "check")
    let (real, truth) = (check.realType, check.truthType)
    let bits = "i\(LaneLayout.width)"
    func here(_ value: NativeValue) -> NativeValue {
      value.constantValue == nil ? NativeValue(check.text(value), check) : value
    }
    func isNotZero(_ value: String) -> String {
      check.assign("fcmp une \(real) \(value), zeroinitializer")
    }
    func isAny(_ lanes: [String]) -> String {
      let all = lanes.map { check.assign("bitcast \(truth) \($0) to \(bits)") }
      let any = all.dropFirst().reduce(all[0]) { check.assign("or \(bits) \($0), \($1)") }
      return check.assign("icmp ne \(bits) \(any), 0")
    }
    func either(_ a: String, _ b: String) -> String { check.assign("or \(truth) \(a), \(b)") }
    func spread(_ name: String) -> String {
      check.text(check.spread(NativeValue(name, check.lanes(1))))
    }
    func select(_ test: String, _ a: String, _ b: String) -> String {
      check.assign("select \(truth) \(test), \(real) \(a), \(real) \(b)")
    }
    func address(_ place: Int, _ vector: Int) -> String {
      let place = place + vector * LaneLayout.width
      return check.assignHere("getelementptr double, ptr %memory, i64 \(place)")
    }
    func put(_ value: String, at place: Int, _ vector: Int) {
      check.add("store \(real) \(value), ptr \(address(place, vector)), align 64")
    }
    func get(_ place: Int, _ vector: Int) -> String {
      check.assignHere("load \(real), ptr \(address(place, vector)), align 64")
    }

    let active = all.indices.map { get(layout.active, $0) }
    var stops: [String?] = []
    var ends: [String] = []
    for (vector, step) in all.enumerated() {
      // Zero times a number is zero unless it is not finite.
      let zero = step.next.reduce(here(step.failed)) { $0 + here($1) * 0 }
      var hasFailed = isNotZero(check.text(zero))
      var hasStopped = step.stopped.map(isNotZero)
      // Tests that are the same in all steps.
      if step.stopped == nil, let stop, let value = step.values[stop]?[0] {
        hasStopped = isNotZero(check.text(here(value)))
      }
      if let domain, !steps.isStepped(domain), let value = step.values[domain]?[0] {
        let isOutside = check.assign(
          "fcmp oeq \(real) \(check.text(here(value))), zeroinitializer")
        hasFailed = either(hasFailed, isOutside)
      }
      let isMet = hasStopped.map { either(hasFailed, $0) } ?? hasFailed
      stops.append(hasStopped)
      ends.append(check.assign("and \(truth) \(isNotZero(active[vector])), \(isMet)"))
    }
    check.add("br i1 \(isAny(ends)), label %met, label %commit, !prof !0")

    check.begin("met")
    check.add("%is.single = icmp eq i64 %size, 1")
    check.add("br i1 %is.single, label %single, label %restore")
    check.begin("restore")
    check.add("%is.long = icmp ugt i64 %size, \(Self.chunk)")
    check.add("%careful.again = select i1 %is.long, i64 0, i64 %size")
    check.add("br label %outer")

    check.begin("single")
    let failure = check.text(2.0)
    let rest = all.indices.map { vector in
      let outcome = stops[vector].map { select($0, check.text(1.0), failure) } ?? failure
      let end = ends[vector]
      put(select(end, outcome, get(layout.outcome, vector)), at: layout.outcome, vector)
      put(select(end, spread("%time.now"), get(layout.taken, vector)), at: layout.taken, vector)
      let rest = select(end, "zeroinitializer", active[vector])
      put(rest, at: layout.active, vector)
      return rest
    }
    check.add("br label %commit")

    check.begin("commit")
    let kept = zip(active, rest).map {
      check.assignHere("phi \(real) [ \($0), %check ], [ \($1), %single ]")
    }
    let areKept = kept.map(isNotZero)
    for (vector, step) in all.enumerated() {
      for (k, element) in step.next.enumerated() {
        let place = k * layout.lanes
        put(
          select(areKept[vector], check.text(here(element)), get(place, vector)), at: place, vector)
      }
    }
    check.add("%left.next = sub i64 %left, %size")
    check.add("%careful.less = sub i64 %careful, 1")
    check.add("%careful.next = select i1 %is.careful, i64 %careful.less, i64 0")
    check.add("%calm.more = add i64 %calm, %size")
    check.add("%calm.next = select i1 %is.careful, i64 0, i64 %calm.more")
    check.add("br i1 \(isAny(areKept)), label %outer, label %finished")

    check.begin("finished")
    check.add("%time.last = phi double [ %time.now, %outer ], [ %time.next, %commit ]")
    check.add("%calm.last = phi i64 [ %calm, %outer ], [ %calm.next, %commit ]")
    check.add("store double %time.last, ptr %time.place")
    check.add("store i64 %calm.last, ptr %calm.place")
    let goOn = all.indices.map { vector in
      let goesOn = isNotZero(get(layout.active, vector))
      put(select(goesOn, spread("%time.last"), get(layout.taken, vector)), at: layout.taken, vector)
      return goesOn
    }
    check.add("%goes.on = zext i1 \(isAny(goOn)) to i64")
    check.add("ret i64 %goes.on")
    return check.lines + ["}"]
  }

  /// For each name, the numbers of the state, as bits, that make it not finite where they are not.
  ///
  /// Sums, products and what is divided never become finite again: a number that is carried into its
  /// own next value need not be looked at in each step.
  private static func carried(by lines: ArraySlice<String>, _ state: [String]) -> [String: UInt64] {
    var carried: [String: UInt64] = [:]
    for (k, name) in state.enumerated() { carried[name] = 1 << UInt64(k) }
    for line in lines {
      // %name = operation <type> operands
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.count == 4, words[1] == "=" else { continue }
      var names = words[3].split { " ,()<>".contains($0) }.filter { $0.hasPrefix("%") }
      switch words[2] {
      case "fadd", "fsub", "fmul", "fneg": break
      case "fdiv":
        // Of a quotient, what is divided.
        guard let type = words[3].firstIndex(of: ">"), words[3][type...].hasPrefix("> %") else {
          continue
        }
        names = Array(names.prefix(1))
      case "call" where ["fma", "fabs", "sqrt"].contains { words[3].contains("@llvm.\($0).") }:
        break
      default: continue
      }
      let all = names.reduce(0) { $0 | (carried[String($1)] ?? 0) }
      if all != 0 { carried[String(words[0])] = all }
    }
    return carried
  }
}
