internal import DescentGraph

/// Runs a ``Program``: a portable interpreter, one call through a C function pointer an instruction;
/// and native code for its steps when they take long.
package final class Machine {
  /// Why a run of steps ended.
  package enum Outcome: Equatable, Sendable {
    /// All steps were taken.
    case finished
    /// The stop test held before the next step.
    case stopped
    /// The next step would leave the finite numbers, or a function's domain: it was not taken.
    case notFinite
  }

  package let program: Program
  private var memory: Memory
  private var block: Memory
  private typealias BoundSection = UnsafeMutableBufferPointer<BoundStage>
  /// The sections as plain addresses, for either parity.
  private var code: UnsafeMutableBufferPointer<BoundSection>
  private var swappedCode: UnsafeMutableBufferPointer<BoundSection>
  private var preparation: BoundSection
  private var native = Native()
  /// Which copy of the sections runs next: the one that reads the present state.
  private var parity = 0
  /// The data's columns, by their numbers in the program.
  private var columns: [Column?]
  private var rowCounts: [RowSet: Int] = [:]
  private var batches: (any BatchOrder)?
  private var batch = BatchRows.range(0..<0)
  /// The values of rows that are kept.
  private var kept: [[Double]]
  /// Whether what depends on fixed inputs and data alone is computed for those that are set.
  private var isPrepared = false

  package init(_ program: Program, engine: Engine = .machine, threads: Int = 1) {
    self.program = program
    native.engine = engine
    native.threads = threads
    native.passWords.initialize(repeating: 0, count: 5)
    memory = Self.memory(of: program.memorySize)
    block = Memory.allocate(capacity: max(1, program.blockSize))
    block.initialize(repeating: 0, count: max(1, program.blockSize))
    for (slot, value) in program.constants { memory[Int(slot)] = value }
    (code, swappedCode, preparation) = Self.bound(program, memory, block)
    columns = Array(repeating: nil, count: program.columns.count)
    kept = Array(repeating: [], count: program.kept.count)
    let setup = Self.bound(program.setup, memory, block)
    run(setup)
    Self.release(setup)
  }

  deinit {
    releaseCode()
    releaseGroups()
    native.passWords.deallocate()
    Self.release(memory)
    block.deallocate()
  }

  /// Zeros, with a margin before and behind them.
  private static func memory(of size: Int) -> Memory {
    LargeMemory.allocate(size + 2 * NativeSteps.margin) + NativeSteps.margin
  }

  private static func release(_ memory: Memory) {
    LargeMemory.release(memory - NativeSteps.margin)
  }

  private static func bound(
    _ section: Section, _ memory: Memory, _ block: Memory
  ) -> BoundSection {
    let buffer = BoundSection.allocate(capacity: section.count)
    _ = buffer.initialize(
      fromContentsOf: section.map { BoundStage($0, memory: memory, block: block) })
    return buffer
  }

  private static func bound(
    _ program: Program, _ memory: Memory, _ block: Memory
  ) -> (
    UnsafeMutableBufferPointer<BoundSection>, UnsafeMutableBufferPointer<BoundSection>,
    BoundSection
  ) {
    func bound(_ sections: [Section]) -> UnsafeMutableBufferPointer<BoundSection> {
      let buffer = UnsafeMutableBufferPointer<BoundSection>.allocate(capacity: sections.count)
      _ = buffer.initialize(fromContentsOf: sections.map { self.bound($0, memory, block) })
      return buffer
    }
    return (
      bound(program.copies[0]), bound(program.copies[program.copies.count - 1]),
      self.bound(program.preparation, memory, block)
    )
  }

  private func releaseCode() {
    for sections in [code, swappedCode] {
      for section in sections { Self.release(section) }
      sections.deallocate()
    }
    Self.release(preparation)
    for section in native.calls { Self.release(section) }
    native.calls = []
  }

  private static func release(_ section: BoundSection) {
    for stage in section { stage.release() }
    section.deinitialize()
    section.deallocate()
  }

  // MARK: Values

  /// Sets an input; for one that is fed back, the present state.
  package func setInput(_ position: Int, to values: some Collection<Double>) {
    let place = program.inputs[position]
    let target = UnsafeMutableBufferPointer(
      start: memory + Int(place.slot.index) + offset(of: place), count: place.count)
    if position >= program.firstFixedInput, isPrepared {
      isPrepared = target.elementsEqual(values.prefix(place.count))
      if isPrepared { return }
    }
    let isCopied: Void? = values.prefix(place.count).withContiguousStorageIfAvailable {
      _ = target.update(fromContentsOf: $0)
    }
    if isCopied == nil { _ = target.update(from: values.prefix(place.count)) }
  }

  package func input(_ position: Int) -> [Double] {
    let place = program.inputs[position]
    let start = memory + Int(place.slot.index) + offset(of: place)
    return Array(UnsafeBufferPointer(start: start, count: place.count))
  }

  private func offset(of place: Location) -> Int {
    parity == 1 && Int(place.slot.index) < program.stateSize ? program.stateSize : 0
  }

  /// The state that is fed back, whole.
  package var state: [Double] {
    get {
      Array(
        UnsafeBufferPointer(start: memory + parity * program.stateSize, count: program.stateSize))
    }
    set {
      let target = UnsafeMutableBufferPointer(
        start: memory + parity * program.stateSize, count: program.stateSize)
      newValue.prefix(program.stateSize).withContiguousStorageIfAvailable {
        _ = target.update(fromContentsOf: $0)
      }
    }
  }

  /// The data that the program reads.
  package func setRows(_ data: RowData) {
    batches = data.batches
    // Another pass is to be found.
    native.passWords[1] = 0
    let isSame =
      rowCounts == data.counts
      && zip(columns, program.columns).allSatisfy { $0 === data.columns[$1.symbol] }
    if isSame { return }
    releaseGroups()
    rowCounts = data.counts
    columns = program.columns.map { data.columns[$0.symbol] }
    for (number, kept) in program.kept.enumerated() {
      let size = kept.width * (rowCounts[kept.rows] ?? 0)
      if self.kept[number].count != size {
        self.kept[number] = Array(repeating: 0, count: size)
      }
    }
    isPrepared = false
  }

  private func prepare() {
    if isPrepared { return }
    run(preparation)
    isPrepared = true
  }

  /// Computes one section with the present inputs.
  package func evaluate(section: Int = 0) {
    prepare()
    run((parity == 0 ? code : swappedCode)[section])
  }

  package func output(section: Int = 0, _ position: Int) -> [Double] {
    switch program.outputs[min(parity, program.outputs.count - 1)][section][position] {
    case .value(let place):
      Array(UnsafeBufferPointer(start: memory + Int(place.slot.index), count: place.count))
    case .rows(let number): kept[number]
    }
  }

  // MARK: Steps

  /// What a program of steps tells the machine besides the steps themselves.
  package struct StepTests: Sendable {
    /// The section whose output is not zero when the run is to stop before this step.
    package var stop: Int?
    /// The section whose output is zero when the point is outside a function's domain.
    package var domain: Int?
    /// The inputs that count steps; the first is the time.
    package var clocks: [Int]

    package init(stop: Int? = nil, domain: Int? = nil, clocks: [Int] = []) {
      self.stop = stop
      self.domain = domain
      self.clocks = clocks
    }
  }

  /// Takes up to `count` steps and says how many were taken.
  ///
  /// Nothing is allocated. A step whose next state is not finite is not taken.
  package func step(_ count: Int, tests: StepTests) -> (taken: Int, outcome: Outcome) {
    prepare()
    switch native.engine {
    case .machine: return interpret(count, tests)
    case .native:
      makeNative(tests)
    case .automatic:
      if native.spent > native.patience(program) { makeNative(tests) }
    }
    if let function = native.function { return run(function, count) }
    let start = native.clock.now
    defer { native.spent += native.clock.now - start }
    return interpret(count, tests)
  }

  private func interpret(_ count: Int, _ tests: StepTests) -> (taken: Int, outcome: Outcome) {
    let n = program.stateSize
    let hasBatches = batches != nil && !tests.clocks.isEmpty
    let clocks = tests.clocks.map { Int(program.inputs[$0].slot.index) }
    // Where a test's output is, in either copy.
    let stop = places(ofSection: tests.stop)
    let domain = places(ofSection: tests.domain)
    var taken = 0
    while taken < count {
      if hasBatches { batch = batches?.rows(ofStep: Int(memory[clocks[0]])) ?? batch }
      if let outcome = runSections(tests, stop: stop[parity], domain: domain[parity]) {
        return (taken, outcome)
      }
      let next = memory + (1 - parity) * n
      if !Self.isFinite(next, n) { return (taken, .notFinite) }
      parity = 1 - parity
      taken += 1
      for clock in clocks { memory[clock] += 1 }
    }
    return (taken, .finished)
  }

  /// Zero times a number is zero unless the number is not finite.
  @inline(__always)
  private static func isFinite(_ values: Memory, _ count: Int) -> Bool {
    var k = 0
    // Four sums, so that none waits for the one before it.
    var zeros = SIMD4<Double>.zero
    while k + 4 <= count {
      zeros += SIMD4(values[k], values[k + 1], values[k + 2], values[k + 3]) * 0
      k += 4
    }
    var zero = zeros.sum()
    while k < count {
      zero += values[k] * 0
      k += 1
    }
    return zero == 0
  }

  /// Computes the next state; or says why there is none.
  @inline(__always)
  private func runSections(_ tests: StepTests, stop: Int, domain: Int) -> Outcome? {
    let sections = parity == 0 ? code : swappedCode
    for number in 0..<sections.count {
      run(sections[number])
      if number == tests.stop, memory[stop] != 0 { return .stopped }
      if number == tests.domain, memory[domain] == 0 { return .notFinite }
    }
    return nil
  }

  private func places(ofSection section: Int?) -> [Int] {
    guard let section else { return [0, 0] }
    let slots = program.outputs.map { outputs in
      guard case .value(let place) = outputs[section][0] else { return 0 }
      return Int(place.slot.index)
    }
    return [slots[0], slots[slots.count - 1]]
  }

  // MARK: Running

  @inline(__always)
  private func run(_ section: BoundSection) {
    for number in 0..<section.count {
      let stage = section.baseAddress.unsafelyUnwrapped + number
      if let loop = stage.pointee.loop {
        run(loop.takeUnretainedValue())
      } else if let elements = stage.pointee.elements {
        elements.takeUnretainedValue().run()
      } else {
        run(stage)
      }
    }
  }

  private func run(_ loop: BoundLoop) {
    let total = rowCounts[loop.rows == .batch ? .training : loop.rows] ?? 0
    let rows = loop.rows == .batch ? batch : .range(0..<total)
    loop.run(columns, rows: rows, of: total, keeping: &kept)
  }

  /// Every slot an instruction names is below `memorySize`: the compiler allocated it.
  @inline(__always)
  private func run(_ stage: UnsafeMutablePointer<BoundStage>) {
    let (memory, tiles) = (memory, stage.pointee.tiles)
    guard var instruction = stage.pointee.instructions.baseAddress else { return }
    let end = instruction + stage.pointee.instructions.count
    while instruction < end {
      let a = memory[Int(instruction.pointee.a)]
      switch instruction.pointee.operation {
      case .unary(let f): memory[Int(instruction.pointee.destination)] = f(a)
      case .binary(let f):
        memory[Int(instruction.pointee.destination)] = f(a, memory[Int(instruction.pointee.b)])
      case .ternary(let f):
        memory[Int(instruction.pointee.destination)] = f(
          a, memory[Int(instruction.pointee.b)], memory[Int(instruction.pointee.c)])
      case .add:
        memory[Int(instruction.pointee.destination)] = a + memory[Int(instruction.pointee.b)]
      case .subtract:
        memory[Int(instruction.pointee.destination)] = a - memory[Int(instruction.pointee.b)]
      case .multiply:
        memory[Int(instruction.pointee.destination)] = a * memory[Int(instruction.pointee.b)]
      case .divide:
        memory[Int(instruction.pointee.destination)] = a / memory[Int(instruction.pointee.b)]
      case .tile(let number): tiles[Int(number)].run()
      }
      instruction += 1
    }
  }

  // MARK: Native code

  /// What is known of native code for the steps.
  private struct Native {
    var engine = Engine.machine
    let clock = ContinuousClock()
    /// The time that steps took in the interpreter.
    var spent = Duration.zero
    var isTried = false
    var code: NativeCode?
    var function: NativeSteps.Function?
    var isInRegisters = false
    /// What is left to the interpreter, for either parity.
    var calls: [BoundSection] = []
    var pass: BatchPass?
    /// The sums of parts of the rows.
    var sums: [Double] = []
    var threads = 1
    let passWords = UnsafeMutablePointer<Int>.allocate(capacity: 5)
    /// The numbers from 0, of which a batch that is not shuffled is a part.
    var rowNumbers: [Int32] = []
    /// Narrow columns in groups of eight rows, by their numbers in the program.
    var groups: [Int: Memory] = [:]
    var failure: String?
    var compileTime = Duration.zero

    /// The numbers of a column that fit a processor's cache.
    static let mostGrouped = 1 << 17

    /// How long steps may take in the interpreter before they are compiled: as long as that takes,
    /// so that the time is never more than twice that of the better choice.
    func patience(_ program: Program) -> Duration {
      // As measured: more than in proportion to the operations.
      let thousands = Double(program.instructionCount) / 1000
      return .milliseconds(15) + .milliseconds(60)
        * (thousands + thousands * thousands.squareRoot())
    }

    /// Operations that take the library a quarter of a minute.
    static let mostOperations = 20_000
  }

  /// The native code of the steps, as text.
  func nativeSteps(_ tests: StepTests) -> NativeSteps? {
    // Of columns that fill no cache reading takes longer than exchanging.
    let grouped = columns.indices.filter {
      guard let column = columns[$0], column.width > 1 else { return false }
      return column.values.count <= Native.mostGrouped
    }
    return StepEmitter(program, tests: tests, grouped: Set(grouped), rowCounts: rowCounts)?.emit()
  }

  private func makeNative(_ tests: StepTests) {
    if native.isTried { return }
    native.isTried = true
    let start = native.clock.now
    defer { native.compileTime = native.clock.now - start }
    guard program.instructionCount <= Native.mostOperations else {
      native.failure = "a step has \(program.instructionCount) operations, too many to compile"
      return
    }
    guard let steps = nativeSteps(tests) else { return }
    do throws(NativeFailure) {
      let code = try NativeLibrary.compile(steps.module)
      guard let address = code.address(of: "steps") else {
        throw NativeFailure(text: "the code has no function")
      }
      native.code = code
      // unsafe: the emitter writes the function with this type.
      native.function = unsafeBitCast(address, to: NativeSteps.Function.self)
    } catch {
      native.failure = error.text
      return
    }
    native.isInRegisters = steps.isInRegisters
    move(to: steps.linked { native.code?.address(of: $0) })
  }

  /// Moves to the memory that native code needs.
  private func move(to steps: NativeSteps) {
    let larger = Self.memory(of: steps.memorySize)
    larger.update(from: memory, count: program.memorySize)
    releaseCode()
    Self.release(memory)
    block.deallocate()
    memory = larger
    block = Memory.allocate(capacity: max(1, steps.blockSize))
    block.initialize(repeating: 0, count: max(1, steps.blockSize))
    (code, swappedCode, preparation) = Self.bound(program, memory, block)
    native.calls = [
      Self.bound(steps.calls, memory, block),
      Self.bound(steps.calls.map { $0.swapped(program.stateSize) }, memory, block),
    ]
  }

  private func run(
    _ function: NativeSteps.Function, _ count: Int
  ) -> (taken: Int, outcome: Outcome) {
    if native.isInRegisters, parity == 1 {
      memory.update(from: memory + program.stateSize, count: program.stateSize)
      parity = 0
    }
    let result = function(memory, Unmanaged.passUnretained(self).toOpaque(), count, parity)
    let taken = result >> 2
    if !native.isInRegisters { parity ^= taken & 1 }
    return (taken, [Outcome.finished, .stopped, .notFinite][min(2, result & 3)])
  }

  /// Runs what native code leaves to the interpreter.
  func runCall(_ number: Int, _ parity: Int) {
    let stage = native.calls[parity].baseAddress.unsafelyUnwrapped + number
    if let loop = stage.pointee.loop { run(loop.takeUnretainedValue()) } else { run(stage) }
  }

  /// Chooses the rows of the step at this time.
  func chooseRows(at time: Double) { batch = batches?.rows(ofStep: Int(time)) ?? batch }

  /// Writes the pass of the step at this time where native code reads it.
  func findPass(at step: Int) {
    guard let found = batches?.pass(ofStep: step) else { return }
    native.pass = found
    var numbers = found.order
    if numbers == nil {
      if native.rowNumbers.count < found.rowCount + BatchRows.margin {
        native.rowNumbers = Array(0..<Int32(found.rowCount + BatchRows.margin))
      }
      numbers = native.rowNumbers
    }
    let address = numbers?.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } ?? 0
    for (place, word) in [found.first, found.end, found.size, found.rowCount, address].enumerated()
    {
      native.passWords[place] = word
    }
  }

  /// What native code knows of the pass: its first step, the step after its last, the rows of a
  /// batch and of all, and where their numbers are. They stay until another pass is found.
  var passWords: UnsafeMutablePointer<Int> { native.passWords }

  /// Memory for the sums of parts.
  func sums(_ count: Int) -> Memory? {
    if native.sums.count < count { native.sums = Array(repeating: 0, count: count) }
    return native.sums.withUnsafeMutableBufferPointer { $0.baseAddress }
  }

  /// How many threads parts are shared among.
  var threads: Int { native.threads }

  func rowCount(_ rows: RowSet) -> Int { rowCounts[rows == .batch ? .training : rows] ?? 0 }

  func column(_ number: Int) -> UnsafeMutablePointer<Double>? {
    columns[number]?.values.baseAddress
  }

  /// A column in groups of eight rows, in each all rows' first numbers, then all their second ones:
  /// rows that are gone through again and again need not be exchanged each time.
  func groupedColumn(_ number: Int) -> UnsafeMutablePointer<Double>? {
    guard let column = columns[number] else { return nil }
    if let groups = native.groups[number] { return groups }
    let width = column.width
    let groups = LargeMemory.allocate((column.rows + 8) / 8 * 8 * width)
    for row in 0..<column.rows {
      for k in 0..<width {
        groups[row / 8 * 8 * width + k * 8 + row % 8] = column.values[row * width + k]
      }
    }
    native.groups[number] = groups
    return groups
  }

  private func releaseGroups() {
    for groups in native.groups.values { LargeMemory.release(groups) }
    native.groups = [:]
  }

  /// Why there is no native code, where it was to be made.
  package var nativeFailure: String? { native.failure }
  package var isNative: Bool { native.function != nil }
  /// What runs the steps from the next on.
  package var engine: Engine {
    get { native.engine }
    set { native.engine = newValue }
  }
  package var compileTime: Duration { native.compileTime }
  /// The time that steps took in the interpreter, and may take before they are compiled.
  package var interpretedTime: Duration { native.spent }
  package var patience: Duration { native.patience(program) }
}
