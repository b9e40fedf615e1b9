internal import DescentGraph

/// Native code in the interpreter's place, and what it finds here.
extension Machine {
  /// What is known of native code for the steps.
  struct Native {
    var engine = Engine.machine
    let clock = ContinuousClock()
    /// The time that steps took in the interpreter.
    var spent = Duration.zero
    var isTried = false
    /// What is being compiled.
    var compiled: (steps: NativeSteps, compilation: Compilation)?
    var code: NativeCode?
    var function: NativeSteps.Function?
    var isInRegisters = false
    /// What is left to the interpreter, for either parity.
    var calls: [BoundSection] = []
    var pass: BatchPass?
    /// The sums of parts of the rows.
    var sums: [Double] = []
    let passWords = UnsafeMutablePointer<Int>.allocate(capacity: 5)
    /// What the code takes for granted of batches.
    var batch: BatchLayout?
    /// Narrow columns in groups of eight rows, by their numbers in the program.
    var groups: [Int: Memory] = [:]
    var failure: String?
    var compileTime = Duration.zero

    /// The numbers of a column that fit a processor's cache.
    static let mostGrouped = 1 << 17
    /// The numbers of a column whose copy takes little memory. Of batches each is read in no time.
    static let mostGroupedOfBatches = 1 << 21

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
    let batch = batches.map { BatchLayout($0) }
    // Of columns that fill no cache reading takes longer than exchanging.
    let grouped = columns.indices.filter {
      guard let column = columns[$0], column.width > 1 else { return false }
      if program.columns[$0].rows != .batch { return column.values.count <= Native.mostGrouped }
      guard let batch, batch.isOrdered, batch.size % 8 == 0 else { return false }
      return column.values.count <= Native.mostGroupedOfBatches
    }
    return StepEmitter(
      program, tests: tests, grouped: Set(grouped), rowCounts: rowCounts, batch: batch)?.emit()
  }

  /// Makes native code, unless that is interrupted; then it can be gone on with.
  func makeNative(_ tests: StepTests, unless isInterrupted: () -> Bool) {
    if native.isTried { return }
    let start = native.clock.now
    defer { native.compileTime += native.clock.now - start }
    if native.compiled == nil {
      native.compileTime = .zero
      native.isTried = true
      guard program.instructionCount <= Native.mostOperations else {
        native.failure = "a step has \(program.instructionCount) operations, too many to compile"
        return
      }
      guard let steps = nativeSteps(tests) else { return }
      native.isTried = false
      native.batch = batches.map { BatchLayout($0) }
      native.compiled = (steps, Compilation(steps.module, function: "steps"))
    }
    guard let (steps, compilation) = native.compiled,
      let outcome = compilation.wait(unless: isInterrupted)
    else { return }
    native.compiled = nil
    native.isTried = true
    switch outcome {
    case .success(let code):
      native.code = code
      // unsafe: the emitter writes the function with this type.
      native.function = unsafeBitCast(code.address(of: "steps"), to: NativeSteps.Function?.self)
      native.isInRegisters = steps.isInRegisters
      move(to: steps.linked(code.address(of:)))
    case .failure(let failure): native.failure = failure.text
    }
  }

  /// Moves to the memory that native code needs.
  func move(to steps: NativeSteps) {
    let larger = Self.memory(of: steps.memorySize)
    larger.update(from: memory, count: program.memorySize)
    releaseCode()
    Self.release(memory)
    LargeMemory.release(block)
    memory = larger
    block = LargeMemory.allocate(steps.blockSize)
    code = Self.bound(program.sections, memory, block)
    preparation = Self.bound(program.preparation, memory, block)
    native.calls = [
      Self.bound(steps.calls, memory, block),
      Self.bound(steps.calls.map { $0.swapped(program.stateSize) }, memory, block),
    ]
  }

  func run(
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
    let address = found.order?.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } ?? 0
    for (place, word) in [found.first, found.end, found.size, found.rowCount, address].enumerated()
    {
      native.passWords[place] = word
    }
  }

  /// What native code knows of the pass: its first step, the step after its last, the rows of a
  /// batch and of all, and where their numbers are, if not all in order. They stay until another
  /// pass is found.
  var passWords: UnsafeMutablePointer<Int> { native.passWords }

  /// Memory for the sums of parts.
  func sums(_ count: Int) -> Memory? {
    if native.sums.count < count { native.sums = Array(repeating: 0, count: count) }
    return native.sums.withUnsafeMutableBufferPointer { $0.baseAddress }
  }

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

  func releaseGroups() {
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
