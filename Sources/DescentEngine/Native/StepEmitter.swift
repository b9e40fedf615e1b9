internal import DescentGraph

/// Writes the whole loop of a descent as native code: cost and slopes, update rule, schedule, stop
/// test, and whether the next state is finite.
///
/// Values of few elements stay in registers. Long ones are computed in loops over elements, as many
/// operations in one loop as can be; what is made of them is known after the loop. So values come
/// in stages: in each the short ones, then the loops, then what only the interpreter's kernels can
/// do, which are called.
final class StepEmitter {
  /// Values of up to so many elements stay in registers.
  static let fewElements = 16
  /// A state of up to so many numbers stays in registers from step to step.
  private static let fewNumbers = 32

  let graph: Graph
  let schedule: Schedule
  let source: StepSource
  let program: Program
  let module = NativeModule()
  /// What is the same in all steps.
  let entry: NativeBuilder
  /// The step; or for a while another function.
  var body: NativeBuilder
  /// Lays out what the called kernels read and write, behind the program's own memory.
  var layout: Compiler
  /// What is left to the interpreter's kernels, by number.
  var calls: [Stage] = []
  /// The elements of short values.
  var values: [Int: [NativeValue]] = [:]
  /// Where values stand in memory.
  var places: [Int: Place]
  /// The functions of their own that primitives have in a long program; nil for those that have none.
  private var sharedNames: [SharedFunction: String?] = [:]

  private struct SharedFunction: Hashable {
    let primitive: PrimitiveID
    let lanes: Int
  }

  /// The rows of the step's batch.
  var batchRows: (count: String, numbers: String)?
  /// Whether the interpreter was told which they are.
  var hasChosenRows = false
  let grouped: Set<Int>
  let rowCounts: [RowSet: Int]
  /// The loops over rows.
  var rowLoops: [RowWork] = []
  /// The long values that stand in memory, and those that are on their way there.
  var keptLong: Set<Int> = []
  var beingKept: Set<Int> = []
  /// The stage of each value: short ones are known in it, long ones can be computed in it.
  var stages: [Int32]
  /// Whether the state is in registers.
  let isInRegisters: Bool
  /// The inputs that count steps.
  private let clocks: [Int]
  private let tests: Machine.StepTests

  /// - Parameters:
  ///   - grouped: the columns that are there in groups of eight rows.
  ///   - rowCounts: how many rows there are: many are shared among threads.
  init?(
    _ program: Program, tests: Machine.StepTests, grouped: Set<Int> = [],
    rowCounts: [RowSet: Int] = [:]
  ) {
    guard let source = program.source else { return nil }
    self.grouped = grouped
    self.rowCounts = rowCounts
    self.program = program
    self.source = source
    self.tests = tests
    graph = source.graph
    schedule = source.schedule
    places = source.places
    entry = NativeBuilder(module, label: "entry")
    body = NativeBuilder(module, label: "step")
    layout = Compiler(graph: graph, schedule: schedule)
    _ = layout.memory.allocatePermanent(program.memorySize)
    for (number, place) in places { layout.places[number] = place }
    layout.program.columns = program.columns
    stages = Array(repeating: -1, count: schedule.count)
    isInRegisters =
      program.stateSize <= Self.fewNumbers
      && source.next.allSatisfy { source.graph.shape($0.symbol).count <= Self.fewElements }
    clocks = tests.clocks.map { Int(program.inputs[$0].slot.index) }
  }

  // MARK: Reading the program

  func node(_ number: Int) -> NodeID { schedule.numbers.nodes[number] }
  func count(_ number: Int) -> Int { schedule.count(of: number) }
  func isLong(_ number: Int) -> Bool { count(number) > Self.fewElements }
  func isSymbol(_ number: Int) -> Bool { graph.symbol(of: node(number)) != nil }
  func kernel(_ number: Int) -> Kernel { graph.kernel(node(number)) }

  /// Whether a value is computed in each step.
  func isStepped(_ number: Int) -> Bool {
    schedule.section(of: number) >= 2 && !isSymbol(number) && graph.knownValue(node(number)) == nil
  }

  // MARK: The function

  /// The function of steps:
  /// `i64 steps(ptr memory, ptr context, i64 most, i64 parity)`, which gives four times the number
  /// of steps taken, and why it ended.
  func emit() -> NativeSteps {
    classify()
    rowLoops = planRows()
    keptLong = planMemory()
    prepareState()
    let last = Int(stages.max() ?? 0)
    for stage in 0...max(0, last) { emit(stage: Int32(stage)) }
    finish()
    return NativeSteps(
      module: module, calls: calls, memorySize: layout.memory.size,
      blockSize: max(program.blockSize, layout.program.blockSize), isInRegisters: isInRegisters)
  }

  /// What is the next state: its places, and the values.
  var next: [(place: Int, count: Int, number: Int)] {
    var start = 0
    return source.next.map { item in
      let count = graph.shape(item.symbol).count
      defer { start += count }
      return (start, count, schedule.numbers[item.next])
    }
  }

  private func prepareState() {
    var start = 0
    for item in source.next {
      let count = graph.shape(item.symbol).count
      defer { start += count }
      guard let number = schedule.number(of: item.symbol), count <= Self.fewElements else {
        continue
      }
      values[number] = (0..<count).map { k in
        isInRegisters
          ? NativeValue("%state\(start + k)", body)
          : NativeValue(
            body.assignHere("load double, ptr \(address("%source", start + k, body))"), body)
      }
    }
    for (position, input) in tests.clocks.enumerated() {
      let symbol = symbol(ofInput: input)
      guard let symbol, let number = schedule.number(of: symbol) else { continue }
      values[number] = [NativeValue("%clock\(position)", body)]
    }
  }

  private func symbol(ofInput input: Int) -> Symbol? {
    let start = Int(program.inputs[input].slot.index)
    for (number, place) in source.places
    where place.space == .memory && place.start == start && isSymbol(number) {
      return graph.symbol(of: node(number))
    }
    return nil
  }

  /// The address of a number behind a pointer.
  func address(_ pointer: String, _ offset: Int, _ builder: NativeBuilder) -> String {
    if offset == 0 { return pointer }
    return builder.assign("getelementptr double, ptr \(pointer), i64 \(offset)")
  }

  // MARK: Short values

  /// The elements of a short value where it is read.
  func elements(_ number: Int) -> [NativeValue] {
    if let known = values[number] { return known }
    if let known = graph.knownValue(node(number)) { return [NativeValue(known)] }
    // What is computed once, or set: it is the same in all steps.
    var result: [NativeValue] = []
    if let place = places[number] {
      for k in 0..<count(number) {
        let address = address("%memory", place.start + place.offset + k, entry)
        result.append(NativeValue(entry.assign("load double, ptr \(address)"), body))
      }
    }
    values[number] = result
    return result
  }

  /// Whether all elements of a value can be written one by one.
  func canEmit(_ number: Int) -> Bool {
    let kernel = kernel(number)
    if kernel.isElementwise || kernel.fold != nil { return true }
    if graph.primitive(node(number)).offset(inOperand: integers(number)) != nil { return true }
    guard let native = kernel.nativeElements, kernel.rowReduction == nil else { return false }
    // A call says whether it can be written; with zeros it costs nothing.
    let operands = schedule.operands(of: number).map {
      Array(repeating: NativeValue(0), count: count($0))
    }
    return native(call(number, operands)) != nil
  }

  func integers(_ number: Int) -> [Int] {
    if case .integers = graph.attribute(node(number)) { return graph.integers(node(number)) }
    return []
  }

  func call(
    _ number: Int, _ operands: [[NativeValue]], sums: [NativeValue] = []
  ) -> NativeCall {
    NativeCall(
      operands: operands,
      operandExtents: schedule.operands(of: number).map {
        graph.shape(node($0)).extents
      }, extents: graph.shape(node(number)).extents, integers: integers(number),
      sums: sums)
  }

  /// Writes all elements of a value, one by one.
  func emit(
    _ number: Int, of operands: [[NativeValue]], into builder: NativeBuilder
  ) -> [NativeValue] {
    let kernel = kernel(number)
    let count = count(number)
    if !operands.isEmpty,
      let offset = graph.primitive(node(number)).offset(inOperand: integers(number))
    {
      return Array(operands[0][offset..<(offset + count)])
    }
    if let fold = kernel.fold {
      let terms = operands[0].indices.map { k in fold.term(operands.map { $0[k] }) }
      return [Self.sum(terms)]
    }
    if let native = kernel.nativeElements, let result = native(call(number, operands)) {
      return result
    }
    let extents = graph.shape(node(number)).extents
    let operandExtents = schedule.operands(of: number).map { graph.shape(node($0)).extents }
    return (0..<count).map { k in
      let (i, j) = (k / extents.width, k % extents.width)
      let arguments = zip(operands, operandExtents).map { elements, extents in
        elements[
          (extents.height == 1 ? 0 : i) * extents.width + (extents.width == 1 ? 0 : j)]
      }
      return apply(number, arguments, builder)
    }
  }

  /// One element of an elementwise operation.
  func apply(
    _ number: Int, _ arguments: [NativeValue], _ builder: NativeBuilder
  ) -> NativeValue {
    let kernel = kernel(number)
    if let native = kernel.native {
      return shared(number, native, arguments, builder) ?? native(arguments)
    }
    let address: UnsafeRawPointer
    // unsafe: a C function pointer is the address of its code.
    switch kernel.scalar {
    case .unary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .binary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .ternary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .none: return NativeValue(0)
    }
    let name = graph.primitive(node(number)).name.filter {
      $0.isASCII && ($0.isLetter || $0.isNumber)
    }
    let id = graph.primitiveID(node(number)).index
    return builder.call(name.isEmpty ? "primitive\(id)" : name, at: address, arguments)
  }

  /// Programs of more operations than this call their longer functions instead of having each written
  /// out where it is used: compiling takes longer than in proportion to the code.
  private static let mostWrittenOut = 400
  /// Functions of up to so many lines are written out everywhere.
  private static let fewLines = 8

  /// A call of a function that many places of a long program share; nil where it is written out.
  private func shared(
    _ number: Int, _ native: Kernel.Native, _ arguments: [NativeValue], _ builder: NativeBuilder
  ) -> NativeValue? {
    guard program.instructionCount > Self.mostWrittenOut else { return nil }
    let key = SharedFunction(primitive: graph.primitiveID(node(number)), lanes: builder.lanes)
    if sharedNames[key] == nil { sharedNames[key] = .some(share(key, native, arguments.count)) }
    guard case .some(.some(let name)) = sharedNames[key] else { return nil }
    let list = arguments.map { "\(builder.realType) \(builder.text($0))" }.joined(separator: ", ")
    return NativeValue(builder.assign("call \(builder.realType) @\(name)(\(list))"), builder)
  }

  /// Writes a function of its own for a primitive; its name, or nil if it is too short for one.
  private func share(
    _ key: SharedFunction, _ native: Kernel.Native, _ count: Int
  ) -> String? {
    let inside = NativeBuilder(module, lanes: key.lanes)
    let result = native((0..<count).map { NativeValue("%x\($0)", inside) })
    guard inside.lines.count > Self.fewLines else { return nil }
    let name = "shared\(key.primitive.index).\(key.lanes)"
    let type = inside.realType
    let parameters = (0..<count).map { "\(type) %x\($0)" }.joined(separator: ", ")
    module.add(
      function: """
        define internal \(type) @\(name)(\(parameters)) noinline nounwind readnone willreturn {
        entry:
        \(inside.lines.joined(separator: "\n"))
          ret \(type) \(inside.text(result))
        }
        """)
    return name
  }

  /// A sum in the order of ``Reduction``: up to eight from left to right, more in eight running
  /// sums.
  static func sum(_ terms: [NativeValue]) -> NativeValue {
    if terms.count <= 8 {
      return terms.dropFirst().reduce(terms.first ?? 0) { $0 + $1 }
    }
    var lanes = Array(repeating: NativeValue(0), count: 8)
    let whole = terms.count / 8 * 8
    for k in 0..<whole { lanes[k % 8] = lanes[k % 8] + terms[k] }
    let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
    let two = (0..<2).map { four[$0] + four[$0 + 2] }
    return terms[whole...].reduce(two[0] + two[1]) { $0 + $1 }
  }

  // MARK: Stages

  private func emit(stage: Int32) {
    for number in stages.indices where stages[number] == stage && isShort(number) {
      values[number] = emit(number, of: schedule.operands(of: number).map(elements), into: body)
    }
    emitElementLoops(stage)
    emitRowLoops(stage)
    emitCalls(stage)
  }

  /// Whether a value is computed in registers.
  func isShort(_ number: Int) -> Bool { works[number] == .short }

  /// How a value is computed.
  enum Work: UInt8 {
    /// It is not: an input, or what is computed once; or a value for each row.
    case none
    /// In registers.
    case short
    /// Element by element, in the loops that read it.
    case long
    /// A sum of terms of long values.
    case fold
    /// A few elements of a long value.
    case pick
    /// By an interpreter's kernel.
    case called
    /// Made of all rows.
    case total
  }

  private(set) var works: [Work] = []

  private func classify() {
    works = Array(repeating: .none, count: schedule.count)
    for number in 0..<schedule.count {
      stages[number] = 0
      if !isStepped(number) { continue }
      if schedule.isPerRow(number) {
        stages[number] = schedule.operands(of: number).map { stages[$0] }.max() ?? 0
        continue
      }
      let operands = schedule.operands(of: number)
      let stage = operands.map { stages[$0] }.max() ?? 0
      let work = work(number, operands)
      works[number] = work
      stages[number] = work == .short || work == .long ? stage : stage + 1
    }
  }

  private func work(_ number: Int, _ operands: [Int]) -> Work {
    if operands.contains(where: { schedule.isPerRow($0) }) { return .total }
    let kernel = kernel(number)
    let isView = graph.primitive(node(number)).offset(inOperand: integers(number)) != nil
    if !isLong(number), !operands.contains(where: { isLong($0) }) {
      return canEmit(number) ? .short : .called
    }
    if isLong(number) {
      if isView && !operands.isEmpty { return .long }
      if let start = graph.primitive(node(number)).place(ofOperand: integers(number)),
        isLong(operands[0])
      {
        // Reading a little beyond both ends of memory is provided for.
        let rest = count(number) - start - count(operands[0])
        return start <= NativeSteps.margin / 8 && rest <= NativeSteps.margin / 8 ? .long : .called
      }
      let extents = graph.shape(node(number)).extents
      let isPlain = operands.allSatisfy {
        count($0) == 1 || graph.shape(node($0)).extents == extents
      }
      return kernel.isElementwise && isPlain ? .long : .called
    }
    if kernel.fold != nil, operands.allSatisfy({ isLong($0) }) { return .fold }
    return isView ? .pick : .called
  }

  // MARK: What is called

  private func emitCalls(_ stage: Int32) {
    for number in works.indices where stages[number] == stage + 1 {
      switch works[number] {
      case .called:
        let operands = schedule.operands(of: number)
        for operand in operands { store(operand) }
        let place = Place(
          space: .memory, start: layout.memory.allocatePermanent(count(number)))
        setPlace(number, place)
        var code = Code()
        code.instructions = [Instruction(operation: .tile(0), destination: Int32(place.start))]
        code.tiles = [layout.tile(node(number), operands, to: place)]
        emitCall(.code(code))
        if !isLong(number) { load(number, place) }
      case .pick:
        let operand = schedule.operands(of: number)[0]
        let offset = graph.primitive(node(number)).offset(inOperand: integers(number)) ?? 0
        let pointer = pointer(operand, body)
        values[number] = (0..<count(number)).map {
          NativeValue(
            body.assignHere("load double, ptr \(address(pointer, offset + $0, body))"), body)
        }
      default: break
      }
    }
  }

  /// Leaves work to the interpreter.
  func emitCall(_ stage: Stage) {
    let symbol = module.function(
      "stage", at: NativeSteps.runStage, type: "void", parameters: ["ptr", "i64", "i64"],
      isPure: false)
    body.add("call void @\(symbol)(ptr %context, i64 \(calls.count), i64 %parity)")
    calls.append(stage)
  }

  func setPlace(_ number: Int, _ place: Place) {
    places[number] = place
    layout.places[number] = place
  }

  /// The elements of a short value that stands in memory.
  func load(_ number: Int, _ place: Place) {
    values[number] = (0..<count(number)).map {
      NativeValue(
        body.assignHere(
          "load double, ptr \(address("%memory", place.start + place.offset + $0, body))"), body)
    }
  }

  private var stored: Set<Int> = []

  /// Puts a short value into memory, where the interpreter's kernels find it; a long one is there.
  func store(_ number: Int) {
    guard !isLong(number), stored.insert(number).inserted else { return }
    if graph.knownValue(node(number)) == nil, isSymbol(number), !isInRegisters || !isState(number),
      !isClock(number)
    {
      return
    }
    if !isStepped(number), !isSymbol(number), places[number] != nil { return }
    let elements = elements(number)
    if places[number] == nil {
      setPlace(
        number, Place(space: .memory, start: layout.memory.allocatePermanent(elements.count)))
    }
    guard let place = places[number] else { return }
    for (k, element) in elements.enumerated() {
      let address = address("%memory", place.start + place.offset + k, body)
      body.add("store double \(body.text(element)), ptr \(address)")
    }
  }

  private func isState(_ number: Int) -> Bool {
    guard let place = places[number], isSymbol(number), place.space == .memory else { return false }
    return place.start < program.stateSize
  }

  private func isClock(_ number: Int) -> Bool {
    guard let place = places[number], isSymbol(number) else { return false }
    return clocks.contains(place.start)
  }

  /// Where the first number of a value in memory is.
  func pointer(_ number: Int, _ builder: NativeBuilder) -> String {
    guard let place = places[number] else { return "%memory" }
    // A part of the state is where the state is.
    if !isInRegisters, place.start < program.stateSize {
      return address("%source", place.start + place.offset, builder)
    }
    return address("%memory", place.start + place.offset, builder)
  }

  // MARK: The end of a step

  private func finish() {
    // The next state, and whether it is finite: zero times a number is zero unless it is not.
    var zero: NativeValue = 0
    var nextState: [NativeValue] = []
    for item in next {
      if item.count > Self.fewElements { continue }
      let elements = elements(item.number)
      let filled =
        elements.count == item.count
        ? elements : Array(repeating: elements.first ?? 0, count: item.count)
      for (k, element) in filled.enumerated() {
        nextState.append(element)
        zero = zero.addingProduct(element, 0)
        if !isInRegisters {
          let address = address("%target", item.place + k, body)
          body.add("store double \(body.text(element)), ptr \(address)")
        }
      }
    }
    for value in finiteness { zero = zero + value }
    func exit(_ condition: String, to label: String, else other: String) {
      body.add("br i1 \(condition), label %\(label), label %\(other), !prof !0")
      body.begin(other)
    }
    if let section = tests.stop {
      let stop = elements(schedule.numbers[source.sections[section][0]])[0]
      let test = body.assign("fcmp une double \(body.text(stop)), 0.0")
      exit(test, to: "stopped", else: "going")
    }
    if let section = tests.domain {
      let domain = elements(schedule.numbers[source.sections[section][0]])[0]
      let test = body.assign("fcmp oeq double \(body.text(domain)), 0.0")
      exit(test, to: "failed", else: "inside")
    }
    let test = body.assign("fcmp une double \(body.text(zero)), 0.0")
    exit(test, to: "failed", else: "latch")

    var text: [String] = [
      "define i64 @steps(ptr noalias %memory, ptr %context, i64 %most, i64 %first.parity) {",
      "entry:",
    ]
    for (k, slot) in clocks.enumerated() {
      text.append("  %clock\(k).place = getelementptr double, ptr %memory, i64 \(slot)")
      text.append("  %clock\(k).first = load double, ptr %clock\(k).place")
    }
    let n = program.stateSize
    if isInRegisters {
      for k in 0..<n {
        text.append("  %state\(k).place = getelementptr double, ptr %memory, i64 \(k)")
        text.append("  %state\(k).first = load double, ptr %state\(k).place")
      }
    } else {
      text.append("  %other = getelementptr double, ptr %memory, i64 \(n)")
      text.append("  %swapped = icmp ne i64 %first.parity, 0")
      text.append("  %first.source = select i1 %swapped, ptr %other, ptr %memory")
      text.append("  %first.target = select i1 %swapped, ptr %memory, ptr %other")
    }
    text += entry.lines
    text.append("  br label %loop")
    text.append("loop:")
    text.append("  %taken = phi i64 [ 0, %entry ], [ %taken.next, %latch ]")
    for k in clocks.indices {
      text.append(
        "  %clock\(k) = phi double [ %clock\(k).first, %entry ], [ %clock\(k).next, %latch ]")
    }
    if isInRegisters {
      for k in 0..<n {
        text.append(
          "  %state\(k) = phi double [ %state\(k).first, %entry ], [ \(body.text(nextState[k])), %latch ]"
        )
      }
    } else {
      text.append("  %source = phi ptr [ %first.source, %entry ], [ %target, %latch ]")
      text.append("  %target = phi ptr [ %first.target, %entry ], [ %source, %latch ]")
    }
    text.append(
      isInRegisters
        ? "  %parity = phi i64 [ 0, %entry ], [ 0, %latch ]"
        : "  %parity = phi i64 [ %first.parity, %entry ], [ %parity.next, %latch ]")
    text.append("  %more = icmp ult i64 %taken, %most")
    text.append("  br i1 %more, label %step, label %finished")
    text.append("step:")
    text += body.lines
    text.append("  %taken.next = add i64 %taken, 1")
    for k in clocks.indices {
      text.append("  %clock\(k).next = fadd double %clock\(k), 1.0")
    }
    if !isInRegisters { text.append("  %parity.next = xor i64 %parity, 1") }
    text.append("  br label %loop")
    for (outcome, label) in ["finished", "stopped", "failed"].enumerated() {
      text.append("\(label):")
      for k in clocks.indices { text.append("  store double %clock\(k), ptr %clock\(k).place") }
      if isInRegisters {
        for k in 0..<n { text.append("  store double %state\(k), ptr %state\(k).place") }
      }
      text.append("  %\(label).steps = shl i64 %taken, 2")
      text.append("  %\(label).result = or i64 %\(label).steps, \(outcome)")
      text.append("  ret i64 %\(label).result")
    }
    text.append("}")
    module.add(function: text.joined(separator: "\n"))
  }

  /// Numbers that are zero where the long values of the next state are finite.
  var finiteness: [NativeValue] = []
}
