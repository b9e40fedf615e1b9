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
  var memory: Memory
  var block: Memory
  typealias BoundSection = UnsafeMutableBufferPointer<BoundStage>
  typealias BoundSections = UnsafeMutableBufferPointer<BoundSection>
  /// The sections as plain addresses.
  var code: BoundSections
  /// The swapped sections, from the first step that runs them.
  private var swappedCode: BoundSections?
  var preparation: BoundSection
  var native = Native()
  /// Which copy of the sections runs next: the one that reads the present state.
  var parity = 0
  /// The data's columns, by their numbers in the program.
  var columns: [Column?]
  var rowCounts: [RowSet: Int] = [:]
  var batches: (any BatchOrder)?
  var batch = BatchRows.range(0..<0)
  /// How many threads parts of the rows are shared among.
  private(set) var threads = 1
  /// The values of rows that are kept.
  var kept: [UnsafeMutableBufferPointer<Double>]
  /// Whether what depends on fixed inputs and data alone is computed for those that are set.
  private var isPrepared = false

  package init(_ program: Program, engine: Engine = .machine) {
    self.program = program
    native.engine = engine
    native.passWords.initialize(repeating: 0, count: 5)
    memory = Self.memory(of: program.memorySize)
    block = LargeMemory.allocate(program.blockSize)
    for (slot, value) in program.constants { memory[Int(slot)] = value }
    code = Self.bound(program.sections, memory, block)
    preparation = Self.bound(program.preparation, memory, block)
    columns = Array(repeating: nil, count: program.columns.count)
    kept = Array(repeating: .init(start: nil, count: 0), count: program.kept.count)
    let setup = Self.bound(program.setup, memory, block)
    run(setup)
    Self.release(setup)
  }

  deinit {
    releaseCode()
    releaseGroups()
    native.passWords.deallocate()
    Self.release(memory)
    LargeMemory.release(block)
    for values in kept { LargeMemory.release(values.baseAddress) }
  }

  /// Zeros, with a margin before and behind them.
  static func memory(of size: Int) -> Memory {
    LargeMemory.allocate(size + 2 * NativeSteps.margin) + NativeSteps.margin
  }

  static func release(_ memory: Memory) {
    LargeMemory.release(memory - NativeSteps.margin)
  }

  static func bound(
    _ section: Section, _ memory: Memory, _ block: Memory
  ) -> BoundSection {
    let buffer = BoundSection.allocate(capacity: section.count)
    _ = buffer.initialize(
      fromContentsOf: section.map { BoundStage($0, memory: memory, block: block) })
    return buffer
  }

  static func bound(
    _ sections: [Section], _ memory: Memory, _ block: Memory
  ) -> BoundSections {
    let buffer = BoundSections.allocate(capacity: sections.count)
    _ = buffer.initialize(fromContentsOf: sections.map { bound($0, memory, block) })
    return buffer
  }

  /// The sections that read the present state.
  @inline(__always)
  private var presentCode: BoundSections {
    if parity == 0 { return code }
    if let swappedCode { return swappedCode }
    let bound = Self.bound(program.swappedSections, memory, block)
    swappedCode = bound
    return bound
  }

  func releaseCode() {
    for sections in [code, swappedCode].compactMap(\.self) {
      for section in sections { Self.release(section) }
      sections.deallocate()
    }
    swappedCode = nil
    Self.release(preparation)
    for section in native.calls { Self.release(section) }
    native.calls = []
  }

  static func release(_ section: BoundSection) {
    for stage in section { stage.release() }
    section.deinitialize()
    section.deallocate()
  }

  // MARK: Values

  /// Sets an input; for one that is fed back, the present state.
  package func setInput(_ position: Int, to values: some Collection<Double>) {
    let place = program.inputs[position]
    let start = memory + Int(place.slot.index) + offset(of: place)
    if let extents = program.transposedInputs[position], values.count == place.count {
      MatrixMultiplication.transpose(
        Array(values), into: start, m: extents.width, n: extents.height)
      return
    }
    let target = UnsafeMutableBufferPointer(start: start, count: place.count)
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
    guard let extents = program.transposedInputs[position] else {
      return Array(UnsafeBufferPointer(start: start, count: place.count))
    }
    return Array(unsafeUninitializedCapacity: place.count) { numbers, count in
      if let result = numbers.baseAddress {
        MatrixMultiplication.transpose(start, into: result, m: extents.height, n: extents.width)
      }
      count = place.count
    }
  }

  private func offset(of place: Location) -> Int {
    parity == 1 && Int(place.slot.index) < program.stateSize ? program.stateSize : 0
  }

  /// The state that is fed back, whole: one input's numbers after another's.
  package var state: [Double] {
    get { (0..<program.stateInputCount).flatMap { input($0) } }
    set {
      var rest = newValue[...]
      for (position, place) in program.inputs.prefix(program.stateInputCount).enumerated() {
        setInput(position, to: rest.prefix(place.count))
        rest = rest.dropFirst(place.count)
      }
    }
  }

  /// The data that the program reads.
  package func setRows(_ data: RowData) {
    batches = data.batches
    threads = data.threads
    // Another pass is to be found.
    native.passWords[1] = 0
    let isSame =
      rowCounts == data.counts
      && zip(columns, program.columns).allSatisfy { $0 === data.columns[$1.symbol] }
    // Native code was made for batches like those before, and for as many rows.
    if native.isTried || native.compiled != nil,
      !isSame || batches.map({ BatchLayout($0) }) != native.batch
    {
      native.function = nil
      native.compiled = nil
      native.isTried = false
    }
    if isSame { return }
    releaseGroups()
    rowCounts = data.counts
    columns = program.columns.map { data.columns[$0.symbol] }
    for (number, kept) in program.kept.enumerated() {
      let size = kept.width * (rowCounts[kept.rows] ?? 0)
      if self.kept[number].count != size {
        LargeMemory.release(self.kept[number].baseAddress)
        self.kept[number] = .init(start: LargeMemory.allocate(size), count: size)
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
    run(presentCode[section])
  }

  package func output(section: Int = 0, _ position: Int) -> [Double] {
    switch program.outputs[min(parity, program.outputs.count - 1)][section][position] {
    case .value(let place):
      Array(UnsafeBufferPointer(start: memory + Int(place.slot.index), count: place.count))
    case .rows(let number): Array(kept[number])
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
  ///
  /// - Parameter isInterrupted: asked while native code is made; then no more steps are taken.
  package func step(
    _ count: Int, tests: StepTests, isInterrupted: () -> Bool = { false }
  ) -> (taken: Int, outcome: Outcome) {
    prepare()
    if native.engine == .machine { return interpret(count, tests) }
    var taken = 0
    var slice = 1
    while native.function == nil, taken < count {
      if !native.isTried, native.engine == .native || native.spent > native.patience(program) {
        makeNative(tests, unless: isInterrupted)
        if native.compiled != nil { return (taken, .finished) }
        continue
      }
      // In parts: the steps of one call may take long enough to be compiled.
      let start = native.clock.now
      let (some, outcome) = interpret(min(slice, count - taken), tests)
      let time = native.clock.now - start
      native.spent += time
      taken += some
      if outcome != .finished { return (taken, outcome) }
      if time < .milliseconds(1), slice < count { slice *= 2 }
    }
    guard let function = native.function else { return (taken, .finished) }
    let (rest, outcome) = run(function, count - taken)
    return (taken + rest, outcome)
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
    let sections = presentCode
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
  func run(_ section: BoundSection) {
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

  func run(_ loop: BoundLoop) {
    let total = rowCounts[loop.rows == .batch ? .training : loop.rows] ?? 0
    let rows = loop.rows == .batch ? batch : .range(0..<total)
    loop.run(columns, rows: rows, of: total, threads: threads, keeping: kept)
  }

  /// Every slot an instruction names is below `memorySize`: the compiler allocated it.
  @inline(__always)
  func run(_ stage: UnsafeMutablePointer<BoundStage>) {
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
}
