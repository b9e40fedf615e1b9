internal import DescentGraph

/// Runs a ``Program``: a portable interpreter, one call through a C function pointer an instruction.
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
  private let memory: Memory
  /// The sections as plain pointers, so that a step counts no references; for either parity.
  private let code: UnsafeMutableBufferPointer<Code>
  private let swappedCode: UnsafeMutableBufferPointer<Code>
  /// Which copy of the sections runs next: the one that reads the present state.
  private var parity = 0

  package init(_ program: Program) {
    self.program = program
    memory = Memory.allocate(capacity: max(1, program.memorySize))
    memory.initialize(repeating: 0, count: max(1, program.memorySize))
    for (slot, value) in program.constants { memory[Int(slot)] = value }
    code = Self.pinned(program.copies[0], memory)
    swappedCode = Self.pinned(program.copies[program.copies.count - 1], memory)
    run(program.setup)
  }

  deinit {
    memory.deallocate()
    for sections in [code, swappedCode] {
      for section in sections {
        section.instructions.deallocate()
        for tile in section.tiles { tile.release() }
        section.tiles.deinitialize()
        section.tiles.deallocate()
      }
      sections.deallocate()
    }
  }

  private struct Code {
    let instructions: UnsafeMutableBufferPointer<Instruction>
    let tiles: UnsafeMutableBufferPointer<BoundTile>
  }

  private static func pinned(_ sections: [Section], _ memory: Memory) -> UnsafeMutableBufferPointer<
    Code
  > {
    pinned(
      sections.map {
        Code(
          instructions: pinned($0.instructions),
          tiles: pinned($0.tiles.map { BoundTile($0, memory) }))
      })
  }

  private static func pinned<T>(_ values: [T]) -> UnsafeMutableBufferPointer<T> {
    let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: values.count)
    _ = buffer.initialize(fromContentsOf: values)
    return buffer
  }

  // MARK: Values

  /// Sets an input; for one that is fed back, the present state.
  package func setInput(_ position: Int, to values: some Collection<Double>) {
    let place = program.inputs[position]
    var target = memory + Int(place.slot.index) + offset(of: place)
    for value in values.prefix(place.count) {
      target.pointee = value
      target += 1
    }
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
      for (k, value) in newValue.prefix(program.stateSize).enumerated() {
        memory[parity * program.stateSize + k] = value
      }
    }
  }

  /// Computes one section with the present inputs, and gives an output of it.
  package func evaluate(section: Int = 0) {
    run((parity == 0 ? code : swappedCode)[section], memory)
  }

  package func output(section: Int = 0, _ position: Int) -> [Double] {
    let place = program.outputs[min(parity, program.outputs.count - 1)][section][position]
    return Array(
      UnsafeBufferPointer(start: memory + Int(place.slot.index), count: place.count))
  }

  // MARK: Steps

  /// What a program of steps tells the machine besides the steps themselves.
  package struct StepTests: Sendable {
    /// The section whose output is not zero when the run is to stop before this step.
    package var stop: Int?
    /// The section whose output is zero when the point is outside a function's domain.
    package var domain: Int?
    /// The inputs that count steps.
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
    let n = program.stateSize
    let clocks = tests.clocks.map { Int(program.inputs[$0].slot.index) }
    // Where a test's output is, in either copy.
    let stop = places(ofSection: tests.stop)
    let domain = places(ofSection: tests.domain)
    var taken = 0
    while taken < count {
      if let outcome = runSections(tests, stop: stop[parity], domain: domain[parity]) {
        return (taken, outcome)
      }
      let next = memory + (1 - parity) * n
      // Zero times a number is zero unless the number is not finite.
      var zero = 0.0
      for k in 0..<n { zero += next[k] * 0 }
      if zero != 0 { return (taken, .notFinite) }
      parity = 1 - parity
      taken += 1
      for clock in clocks { memory[clock] += 1 }
    }
    return (taken, .finished)
  }

  /// Computes the next state; or says why there is none.
  @inline(__always)
  private func runSections(_ tests: StepTests, stop: Int, domain: Int) -> Outcome? {
    let sections = parity == 0 ? code : swappedCode
    for number in 0..<sections.count {
      run(sections[number], memory)
      if number == tests.stop, memory[stop] != 0 { return .stopped }
      if number == tests.domain, memory[domain] == 0 { return .notFinite }
    }
    return nil
  }

  private func places(ofSection section: Int?) -> [Int] {
    guard let section else { return [0, 0] }
    let slots = program.outputs.map { Int($0[section][0].slot.index) }
    return [slots[0], slots[slots.count - 1]]
  }

  // MARK: Running

  private func run(_ section: Section) {
    let code = Code(
      instructions: Self.pinned(section.instructions),
      tiles: Self.pinned(section.tiles.map { BoundTile($0, memory) }))
    run(code, memory)
    for tile in code.tiles { tile.release() }
    code.instructions.deallocate()
    code.tiles.deinitialize()
    code.tiles.deallocate()
  }

  /// Every slot an instruction names is below `memorySize`: the compiler allocated it.
  @inline(__always)
  private func run(_ code: Code, _ memory: Memory) {
    guard var instruction = code.instructions.baseAddress else { return }
    let end = instruction + code.instructions.count
    while instruction < end {
      let a = memory[Int(instruction.pointee.a)]
      switch instruction.pointee.operation {
      case .unary(let f): memory[Int(instruction.pointee.destination)] = f(a)
      case .binary(let f):
        memory[Int(instruction.pointee.destination)] = f(a, memory[Int(instruction.pointee.b)])
      case .ternary(let f):
        memory[Int(instruction.pointee.destination)] = f(
          a, memory[Int(instruction.pointee.b)], memory[Int(instruction.pointee.c)])
      case .tile(let number):
        code.tiles[Int(number)].function(code.tiles[Int(number)].call)
      }
      instruction += 1
    }
  }
}

private struct BoundTile {
  let function: TileFunction
  let call: TileCall
  init(_ tile: Tile, _ memory: Memory) {
    function = tile.function
    let operands = UnsafeMutablePointer<TileOperand>.allocate(capacity: max(1, tile.operands.count))
    let count = Shape(tile.extents).count
    let isStretched = tile.operandExtents.contains {
      let size = Shape($0).count
      return size != 1 && size != count
    }
    for (k, place) in tile.operands.enumerated() {
      let extents = tile.operandExtents[k]
      (operands + k).initialize(
        to: TileOperand(
          start: memory + place, extents: extents, rowStride: 0,
          outerStride: extents.height == 1 ? 0 : extents.width,
          innerStride: (isStretched ? extents.width : Shape(extents).count) == 1 ? 0 : 1))
    }
    let integers = UnsafeMutablePointer<Int>.allocate(capacity: max(1, tile.integers.count))
    integers.initialize(from: tile.integers, count: tile.integers.count)
    var call = TileCall(
      destination: memory + tile.destination, operands: operands,
      operandCount: tile.operands.count, extents: tile.extents, integers: integers)
    if isStretched { (call.outer, call.inner) = (tile.extents.height, tile.extents.width) }
    self.call = call
  }
  func release() {
    call.operands.deallocate()
    call.integers.deallocate()
  }
}
