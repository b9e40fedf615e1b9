package import DescentGraph

/// The steps of many descents at once as native code, and what is observed at their points.
///
/// unsafe: the code is the processor's, is never written to again, and keeps nothing of its own.
package final class LaneProgram: @unchecked Sendable {
  typealias Steps = @convention(c) (Memory, Int) -> Int
  typealias Observation = @convention(c) (Memory) -> Void

  package let layout: LaneLayout
  let steps: Steps
  let observe: Observation
  private let code: NativeCode

  /// Nothing where a program reads rows, has long values, or where there is no LLVM library.
  ///
  /// - Parameters:
  ///   - clocks: inputs that count steps, from 0.
  ///   - tests: the sections of tests.
  ///   - observed: the section of what is observed.
  ///   - combinations: how many descents there are to be.
  package init?(
    _ graph: Graph, clocks: [Symbol], fixed: [Symbol], sections: [[NodeID]],
    feedback: [Compiler.Feedback], tests: Machine.StepTests, observed: Int, combinations: Int
  ) {
    let program = Compiler.compile(
      graph, inputs: clocks, fixed: fixed, sections: sections, feedback: feedback)
    guard
      let emitter = LaneEmitter(
        program, tests: tests, observed: observed, clocks: clocks, fixed: fixed,
        combinations: combinations),
      case let module = emitter.emit(),
      let code = try? NativeLibrary.compile(module.text, module.addresses),
      let steps = code.address(of: "steps"), let observe = code.address(of: "observe")
    else { return nil }
    layout = emitter.layout
    self.code = code
    // unsafe: the emitter writes the functions with these types.
    self.steps = unsafeBitCast(steps, to: Steps.self)
    self.observe = unsafeBitCast(observe, to: Observation.self)
  }
}

/// Descents that are under way in the lanes of a ``LaneProgram``.
package final class LaneMachine {
  private let program: LaneProgram
  private let layout: LaneLayout
  private let memory: Memory

  package init(_ program: LaneProgram) {
    self.program = program
    layout = program.layout
    memory = LargeMemory.allocate(layout.size)
  }

  deinit { LargeMemory.release(memory) }

  // MARK: Setting

  /// Begins as many descents, with their states and fixed inputs yet to be set; the lanes behind
  /// them stand still.
  package func begin(_ count: Int) {
    memory[layout.time] = 0
    let lanes = layout.lanes
    (memory + layout.active).update(repeating: 1, count: count)
    (memory + layout.active + count).update(repeating: 0, count: lanes - count)
    taken.update(repeating: 0, count: lanes)
    outcomes.update(repeating: Outcome.finished.rawValue, count: lanes)
  }

  /// Goes on with descents that have taken so many steps, their states yet to be set.
  package func resume(after steps: Int) {
    memory[layout.time] = Double(steps)
    taken.update(repeating: Double(steps), count: layout.lanes)
  }

  // Where a number stands of all lanes, one after the other.

  package func states(_ number: Int) -> Memory { memory + number * layout.lanes }
  package func fixedInputs(_ input: Int, _ number: Int) -> Memory {
    memory + layout.fixed(input) + number * layout.lanes
  }
  package func outputs(_ number: Int) -> Memory {
    memory + layout.outputs + number * layout.lanes
  }
  /// The steps taken.
  package var taken: Memory { memory + layout.taken }

  // MARK: Running

  /// Takes up to so many steps in all descents that go on; whether any does.
  package func step(_ count: Int) -> Bool { program.steps(memory, count) != 0 }

  /// Computes what is observed at all present points.
  package func observe() { program.observe(memory) }

  // MARK: Reading

  /// How a descent ended.
  package enum Outcome: Double {
    case finished = 0
    case stopped = 1
    case notFinite = 2
  }

  /// By their raw values.
  package var outcomes: Memory { memory + layout.outcome }
}
