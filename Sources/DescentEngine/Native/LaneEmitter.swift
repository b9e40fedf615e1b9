internal import DescentGraph

/// Writes the steps of many descents of one program as native code, each descent in a lane of
/// vectors, with the operations of one descent in the same order.
///
/// Steps are taken in chunks without a look at what they meet, which is gathered: where a test held
/// or a number was not finite in a lane that goes on, the chunk is forgotten and taken again step by
/// step, and the lane ends where it has to.
struct LaneEmitter {
  /// Steps between two looks at what was met.
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
  private let module = NativeModule()
  let layout: LaneLayout

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
      lanes: Self.lanes(operations, combinations), stateCount: program.stateSize,
      fixedCounts: fixed.map { source.graph.shape($0).count },
      outputCount: source.sections[observed].reduce(0) { $0 + source.graph.shape($1).count })
  }

  /// Short steps wait for each other's results, unless there are several vectors of them; long ones
  /// have enough to do, and their values fill the registers.
  private static func lanes(_ operations: Int, _ combinations: Int) -> Int {
    let most = operations <= 96 ? 32 : operations <= 400 ? 16 : 8
    var lanes = 8
    while lanes < most, lanes < combinations { lanes *= 2 }
    return lanes
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
    _ roots: [Int], _ given: [Int: [NativeValue]], before entry: NativeBuilder,
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
              load(layout.fixed(input) + k * layout.lanes, entry)
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

  private func load(_ place: Int, _ builder: NativeBuilder) -> NativeValue {
    let address = builder.assign("getelementptr double, ptr %memory, i64 \(place)")
    return NativeValue(
      builder.assign("load \(builder.realType), ptr \(address), align 64"), builder)
  }

  /// The state's symbols with the names of their numbers.
  private func state(_ builder: NativeBuilder) -> [Int: [NativeValue]] {
    var values: [Int: [NativeValue]] = [:]
    for (item, feedback) in zip(steps.next, source.next) {
      guard let number = schedule.number(of: feedback.symbol) else { continue }
      values[number] = (0..<item.count).map { NativeValue("%state\(item.place + $0)", builder) }
    }
    return values
  }

  private func number(ofTest section: Int?) -> Int? {
    section.map { schedule.numbers[source.sections[$0][0]] }
  }

  // MARK: Observation

  /// `void observe(ptr memory)`: what is observed at the present points.
  private func emitObservation() {
    let builder = NativeBuilder(module, lanes: layout.lanes)
    let roots = source.sections[observed].map { schedule.numbers[$0] }
    var given = state(builder)
    for clock in clocks {
      guard let number = schedule.number(of: clock) else { continue }
      given[number] = [load(layout.taken, builder)]
    }
    let values = write(roots, given, before: builder, into: builder)
    var text = ["define void @observe(ptr noalias %memory) {", "entry:"]
    for k in 0..<layout.stateCount { text += loadState(k, as: "%state\(k)", builder) }
    text += builder.lines
    var place = layout.outputs
    for (root, node) in zip(roots, source.sections[observed]) {
      let elements = values[root] ?? []
      for k in 0..<graph.shape(node).count {
        let element = elements.count == 1 ? elements[0] : elements[k]
        text += store(builder.text(element), at: place, name: "%output\(place)", builder)
        place += layout.lanes
      }
    }
    text += ["  ret void", "}"]
    module.add(function: text.joined(separator: "\n"))
  }

  private func loadState(_ k: Int, as name: String, _ builder: NativeBuilder) -> [String] {
    [
      "  \(name).place = getelementptr double, ptr %memory, i64 \(k * layout.lanes)",
      "  \(name) = load \(builder.realType), ptr \(name).place, align 64",
    ]
  }

  private func store(
    _ value: String, at place: Int, name: String, _ builder: NativeBuilder
  ) -> [String] {
    [
      "  \(name).place = getelementptr double, ptr %memory, i64 \(place)",
      "  store \(builder.realType) \(value), ptr \(name).place, align 64",
    ]
  }

  // MARK: Steps

  /// `i64 steps(ptr memory, i64 most)`: up to so many steps in the lanes that go on; gives 0 when
  /// there are none left.
  private func emitSteps() {
    let entry = NativeBuilder(module, lanes: layout.lanes)
    let body = NativeBuilder(module, lanes: layout.lanes, label: "loop")
    let (real, truth) = (body.realType, body.truthType)
    var given = state(body)
    for clock in clocks {
      guard let number = schedule.number(of: clock) else { continue }
      given[number] = [body.spread(NativeValue("%time", body.lanes(1)))]
    }
    let (stop, domain) = (number(ofTest: tests.stop), number(ofTest: tests.domain))
    let roots = steps.next.map(\.number) + [stop, domain].compactMap(\.self)
    let values = write(roots, given, before: entry, into: body)
    let next = steps.next.flatMap { item in
      let elements = values[item.number] ?? []
      return (0..<item.count).map { elements.count == item.count ? elements[$0] : elements[0] }
    }

    // What is met on the way, gathered in numbers that are 0 where nothing is.
    let before = body.lines
    var stopped: String?
    var failed = NativeValue("%failed", body)
    if let stop, given[stop] != nil || steps.isStepped(stop), let value = values[stop]?[0] {
      let holds = body.assign("fcmp une \(real) \(body.text(value)), zeroinitializer")
      stopped = body.assign(
        "select \(truth) \(holds), \(real) \(body.text(1.0)), \(real) %stopped")
    }
    if let domain, given[domain] != nil || steps.isStepped(domain), let value = values[domain]?[0] {
      let isOutside = body.assign("fcmp oeq \(real) \(body.text(value)), zeroinitializer")
      failed = NativeValue(
        body.assign(
          "select \(truth) \(isOutside), \(real) \(body.text(1.0)), \(real) %failed"), body)
    }
    let carried = Self.carried(by: before, stateCount: layout.stateCount)
    for (k, element) in next.enumerated()
    where (carried[body.text(element)] ?? 0) & (1 << UInt64(k)) == 0 {
      failed = failed + element * 0
    }
    let latch = body.label

    var text = ["define i64 @steps(ptr noalias %memory, i64 %most) {", "entry:"]
    text += entry.lines
    text += """
        %time.place = getelementptr double, ptr %memory, i64 \(layout.time)
        %time.first = load double, ptr %time.place
        br label %outer
      outer:
        %left = phi i64 [ %most, %\(entry.label) ], [ %left, %restore ], [ %left.next, %commit ]
        %careful = phi i64 [ 0, %\(entry.label) ], [ %size, %restore ], [ %careful.next, %commit ]
        %time.now = phi double [ %time.first, %\(entry.label) ], [ %time.now, %restore ], [ %time.next, %commit ]
        %more = icmp ne i64 %left, 0
        br i1 %more, label %chunk, label %finished
      chunk:
        %is.careful = icmp ne i64 %careful, 0
        %is.short = icmp ult i64 %left, \(Self.chunk)
        %whole = select i1 %is.short, i64 %left, i64 \(Self.chunk)
        %size = select i1 %is.careful, i64 1, i64 %whole
      """.split(separator: "\n").map(String.init)
    for k in 0..<layout.stateCount { text += loadState(k, as: "%first\(k)", body) }
    text += [
      "  br label %loop", "loop:",
      "  %k = phi i64 [ 0, %chunk ], [ %k.next, %\(latch) ]",
      "  %time = phi double [ %time.now, %chunk ], [ %time.next, %\(latch) ]",
      "  %failed = phi \(real) [ zeroinitializer, %chunk ], [ \(body.text(failed)), %\(latch) ]",
    ]
    if let stopped {
      text.append(
        "  %stopped = phi \(real) [ zeroinitializer, %chunk ], [ \(stopped), %\(latch) ]")
    }
    for (k, element) in next.enumerated() {
      text.append(
        "  %state\(k) = phi \(real) [ %first\(k), %chunk ], [ \(body.text(element)), %\(latch) ]")
    }
    text += body.lines
    text += [
      "  %k.next = add i64 %k, 1", "  %time.next = fadd double %time, 1.0",
      "  %again = icmp ult i64 %k.next, %size",
      "  br i1 %again, label %loop, label %check", "check:",
    ]
    text += emitCheck(next, stopped: stopped, failed: failed, values, stop: stop, domain: domain)
    module.add(function: text.joined(separator: "\n"))
  }

  /// What follows a chunk: it stands, or it is taken again with care, or lanes end.
  private func emitCheck(
    _ next: [NativeValue], stopped: String?, failed: NativeValue,
    _ values: [Int: [NativeValue]], stop: Int?, domain: Int?
  ) -> [String] {
    // Names of its own, as those of the loop may not be known here.
    let check = NativeBuilder(module, lanes: layout.lanes, label: "check")
    let (real, truth) = (check.realType, check.truthType)
    let bits = "i\(layout.lanes)"
    func here(_ value: NativeValue) -> NativeValue {
      value.constantValue == nil ? NativeValue(check.text(value), check) : value
    }
    func isNotZero(_ value: String) -> String {
      check.assign("fcmp une \(real) \(value), zeroinitializer")
    }
    func isAny(_ lanes: String) -> String {
      let all = check.assign("bitcast \(truth) \(lanes) to \(bits)")
      return check.assign("icmp ne \(bits) \(all), 0")
    }
    func either(_ a: String, _ b: String) -> String { check.assign("or \(truth) \(a), \(b)") }
    func spread(_ name: String) -> String {
      check.text(check.spread(NativeValue(name, check.lanes(1))))
    }
    func select(_ test: String, _ a: String, _ b: String) -> String {
      check.assign("select \(truth) \(test), \(real) \(a), \(real) \(b)")
    }
    func put(_ value: String, at place: Int) {
      let address = check.assignHere("getelementptr double, ptr %memory, i64 \(place)")
      check.add("store \(real) \(value), ptr \(address), align 64")
    }
    func get(_ place: Int) -> String {
      let address = check.assignHere("getelementptr double, ptr %memory, i64 \(place)")
      return check.assignHere("load \(real), ptr \(address), align 64")
    }

    let active = get(layout.active)
    // Zero times a number is zero unless it is not finite.
    let zero = next.reduce(here(failed)) { $0 + here($1) * 0 }
    var hasFailed = isNotZero(check.text(zero))
    var hasStopped = stopped.map(isNotZero)
    // Tests that are the same in all steps.
    if stopped == nil, let stop, let value = values[stop]?[0] {
      hasStopped = isNotZero(check.text(here(value)))
    }
    if let domain, !steps.isStepped(domain), let value = values[domain]?[0] {
      let isOutside = check.assign(
        "fcmp oeq \(real) \(check.text(here(value))), zeroinitializer")
      hasFailed = either(hasFailed, isOutside)
    }
    let isMet = hasStopped.map { either(hasFailed, $0) } ?? hasFailed
    let ends = check.assign("and \(truth) \(isNotZero(active)), \(isMet)")
    check.add("br i1 \(isAny(ends)), label %met, label %commit, !prof !0")

    check.begin("met")
    check.add("%is.single = icmp eq i64 %size, 1")
    check.add("br i1 %is.single, label %single, label %restore")
    check.begin("restore")
    check.add("br label %outer")

    check.begin("single")
    let failure = check.text(2.0)
    let outcome = hasStopped.map { select($0, check.text(1.0), failure) } ?? failure
    put(select(ends, outcome, get(layout.outcome)), at: layout.outcome)
    put(select(ends, spread("%time.now"), get(layout.taken)), at: layout.taken)
    let rest = select(ends, "zeroinitializer", active)
    put(rest, at: layout.active)
    check.add("br label %commit")

    check.begin("commit")
    let kept = check.assignHere("phi \(real) [ \(active), %check ], [ \(rest), %single ]")
    let isKept = isNotZero(kept)
    for (k, element) in next.enumerated() {
      let place = k * layout.lanes
      put(select(isKept, check.text(here(element)), get(place)), at: place)
    }
    check.add("%left.next = sub i64 %left, %size")
    check.add("%careful.less = sub i64 %careful, 1")
    check.add("%careful.next = select i1 %is.careful, i64 %careful.less, i64 0")
    check.add("br i1 \(isAny(isKept)), label %outer, label %finished")

    check.begin("finished")
    check.add("%time.last = phi double [ %time.now, %outer ], [ %time.next, %commit ]")
    check.add("store double %time.last, ptr %time.place")
    let goesOn = isNotZero(get(layout.active))
    put(select(goesOn, spread("%time.last"), get(layout.taken)), at: layout.taken)
    check.add("%goes.on = zext i1 \(isAny(goesOn)) to i64")
    check.add("ret i64 %goes.on")
    return check.lines + ["}"]
  }

  /// For each name, the numbers of the state, as bits, that make it not finite where they are not.
  ///
  /// Sums, products and what is divided never become finite again: a number that is carried into its
  /// own next value need not be looked at in each step.
  private static func carried(by lines: [String], stateCount: Int) -> [String: UInt64] {
    var carried: [String: UInt64] = [:]
    for k in 0..<stateCount { carried["%state\(k)"] = 1 << UInt64(k) }
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
