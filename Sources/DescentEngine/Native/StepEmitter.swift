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
  static let fewElements = Kernel.fewElements
  /// A state of up to so many numbers stays in registers from step to step.
  static let fewNumbers = 32

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
  var sharedNames: [SharedFunction: String?] = [:]

  struct SharedFunction: Hashable {
    let primitive: PrimitiveID
    let lanes: Int
  }

  /// The values that were put into memory for the interpreter's kernels.
  var stored: Set<Int> = []
  /// Numbers that are zero where the long values of the next state are finite.
  var finiteness: [NativeValue] = []
  /// The rows of the step's batch.
  var batchRows: (first: String, count: String, order: String)?
  /// Whether the interpreter was told which they are.
  var hasChosenRows = false
  let grouped: Set<Int>
  let rowCounts: [RowSet: Int]
  let batch: BatchLayout?
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
  let clocks: [Int]
  let tests: Machine.StepTests

  /// - Parameters:
  ///   - grouped: the columns that are there in groups of eight rows.
  ///   - rowCounts: how many rows there are: many are shared among threads.
  init?(
    _ program: Program, tests: Machine.StepTests, grouped: Set<Int> = [],
    rowCounts: [RowSet: Int] = [:], batch: BatchLayout? = nil
  ) {
    guard let source = program.source else { return nil }
    self.grouped = grouped
    self.rowCounts = rowCounts
    self.batch = batch
    self.program = program
    self.source = source
    self.tests = tests
    graph = source.graph
    schedule = source.schedule
    places = [:]
    for number in 0..<source.schedule.count { places[number] = source.keptPlace(number) }
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
    if isInRegisters, works.allSatisfy({ $0 == .none || $0 == .short }) { body.gatherCores() }
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
    zip(source.next, program.inputs).map { item, place in
      (Int(place.slot.index), place.count, schedule.numbers[item.next])
    }
  }

  func prepareState() {
    for (item, place) in zip(source.next, program.inputs) {
      let (start, count) = (Int(place.slot.index), place.count)
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
    let number = stages.indices.first { number in
      guard isSymbol(number), let place = source.keptPlace(number) else { return false }
      return place.space == .memory && place.start == start
    }
    return number.flatMap { graph.symbol(of: node($0)) }
  }

  /// The address of a number behind a pointer.
  func address(_ pointer: String, _ offset: Int, _ builder: NativeBuilder) -> String {
    if offset == 0 { return pointer }
    return builder.assign("getelementptr double, ptr \(pointer), i64 \(offset)")
  }

  // MARK: Stages

  func emit(stage: Int32) {
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
  /// Whether products of small matrices are left to the interpreter.
  private(set) var leavesProducts = false

  private func classify() {
    works = Array(repeating: .none, count: schedule.count)
    leavesProducts = hasManyProducts()
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
}
