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
  /// Which copy of the sections runs next: the one that reads the present state.
  private var parity = 0

  package init(_ program: Program) {
    self.program = program
    memory = Memory.allocate(capacity: max(1, program.memorySize))
    memory.initialize(repeating: 0, count: max(1, program.memorySize))
    for (slot, value) in program.constants { memory[Int(slot)] = value }
    run(program.setup)
  }

  deinit { memory.deallocate() }

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
    run(program.copies[min(parity, program.copies.count - 1)][section])
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
    /// The input that counts steps.
    package var clock: Int?

    package init(stop: Int? = nil, domain: Int? = nil, clock: Int? = nil) {
      self.stop = stop
      self.domain = domain
      self.clock = clock
    }
  }

  /// Takes up to `count` steps and says how many were taken.
  ///
  /// Nothing is allocated. A step whose next state is not finite is not taken.
  package func step(_ count: Int, tests: StepTests) -> (taken: Int, outcome: Outcome) {
    let n = program.stateSize
    let clock = tests.clock.map { memory + Int(program.inputs[$0].slot.index) }
    let stop = tests.stop.map { section in
      program.outputs.map { Int($0[section][0].slot.index) }
    }
    let domain = tests.domain.map { section in
      program.outputs.map { Int($0[section][0].slot.index) }
    }
    var taken = 0
    return withCode { code in
      while taken < count {
        for section in code[parity] {
          run(section.instructions, section.count, section.tiles)
          if section.number == tests.stop, let stop, memory[stop[parity]] != 0 {
            return (taken, .stopped)
          }
          if section.number == tests.domain, let domain, memory[domain[parity]] == 0 {
            return (taken, .notFinite)
          }
        }
        let next = memory + (1 - parity) * n
        // Zero times a number is zero unless the number is not finite.
        var zero = 0.0
        for k in 0..<n { zero += next[k] * 0 }
        guard zero == 0 else { return (taken, .notFinite) }
        parity = 1 - parity
        taken += 1
        clock?.pointee += 1
      }
      return (taken, .finished)
    }
  }

  // MARK: Running

  private struct Code {
    let number: Int
    let instructions: UnsafePointer<Instruction>
    let count: Int
    let tiles: UnsafePointer<Tile>
  }

  /// The sections as plain pointers, so that a step counts no references.
  private func withCode<R>(_ body: ([[Code]]) -> R) -> R {
    var buffers: [UnsafeMutablePointer<Instruction>] = []
    var tileBuffers: [(UnsafeMutablePointer<Tile>, Int)] = []
    let code = program.copies.map { sections in
      sections.enumerated().compactMap { number, section -> Code? in
        let instructions = UnsafeMutablePointer<Instruction>.allocate(
          capacity: max(1, section.instructions.count))
        instructions.initialize(
          from: section.instructions, count: section.instructions.count)
        let tiles = UnsafeMutablePointer<Tile>.allocate(capacity: max(1, section.tiles.count))
        tiles.initialize(from: section.tiles, count: section.tiles.count)
        buffers.append(instructions)
        tileBuffers.append((tiles, section.tiles.count))
        return Code(
          number: number, instructions: instructions, count: section.instructions.count,
          tiles: tiles)
      }
    }
    defer {
      for buffer in buffers { buffer.deallocate() }
      for (buffer, count) in tileBuffers {
        buffer.deinitialize(count: count)
        buffer.deallocate()
      }
    }
    return body(code)
  }

  private func run(_ section: Section) {
    section.instructions.withUnsafeBufferPointer { instructions in
      section.tiles.withUnsafeBufferPointer { tiles in
        guard let start = instructions.baseAddress else { return }
        run(start, instructions.count, tiles.baseAddress)
      }
    }
  }

  /// Every slot an instruction names is below `memorySize`: the compiler allocated it.
  @inline(__always)
  private func run(
    _ start: UnsafePointer<Instruction>, _ count: Int, _ tiles: UnsafePointer<Tile>?
  ) {
    var instruction = start
    let end = start + count
    let memory = memory
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
        if let tiles { tiles[Int(number)].function(memory, tiles[Int(number)].call) }
      }
      instruction += 1
    }
  }
}
