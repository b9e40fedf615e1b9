internal import DescentEngine
internal import DescentGraph
internal import Synchronization

/// Many combinations of a sweep at once, each in a lane of native code, over threads.
///
/// A combination has a lane of its own and meets no other: its row is that of the plain descent,
/// whatever the lanes and the threads.
struct LaneSweep: Sendable {
  /// Where numbers come from: from a dimension's value, or the same for all.
  struct Input: Sendable {
    /// What gives them: from one value to the next of it among the combinations, and how many values
    /// there are; nil where they are the same for all.
    var dimension: (stride: Int, count: Int)?
    var numbers: [Double]
    /// The numbers of one value.
    var width: Int

    /// Writes one number of each combination's value.
    func copy(
      _ number: Int, in combinations: UnsafeMutablePointer<Int>, _ count: Int,
      to target: UnsafeMutablePointer<Double>
    ) {
      guard let dimension else { return target.update(repeating: numbers[number], count: count) }
      // Short divisions take half the time of long ones, and there are no more than ten million.
      let (stride, values) = (UInt32(dimension.stride), UInt32(dimension.count))
      numbers.withUnsafeBufferPointer { numbers in
        for k in 0..<count {
          let choice = UInt32(combinations[k]) / stride % values
          target[k] = numbers[Int(choice) * width + number]
        }
      }
    }
  }

  /// A descent that ended where the slope is 0: what place it is tells the curvature.
  struct Resting: Sendable {
    var combination: Int
    var state: [Double]
    var first: RunSummary.Point
    var points: [RunSummary.Point]
  }

  /// What is said of descents.
  struct Found: Sendable {
    var verdicts: [(combination: Int, verdict: String)] = []
    var resting: [Resting] = []
  }

  /// Where rows are put; each by one thread.
  ///
  /// unsafe: they outlive the run, and no two threads have the same combination.
  struct Target: @unchecked Sendable {
    let costs: UnsafeMutablePointer<Double>
    let steps: UnsafeMutablePointer<Int>
    let verdicts: UnsafeMutablePointer<UInt8>
  }

  let program: LaneProgram
  /// The parameters, then what the rule keeps.
  let state: [Input]
  let fixed: [Input]
  /// How many numbers of the state have slopes.
  let slopeCount: Int
  /// A guess at the operations of one step.
  let work: Int

  /// Work of so many operations takes some milliseconds: a thread takes a part of one to begin.
  private static let fewestOperations = 1.5e8

  /// Runs combinations from their starts.
  ///
  /// - Returns: whether all were run, and what is said of them.
  func run(
    _ combinations: SweepCombinations, steps: Int, verdicts: SweepResult.Verdicts,
    into target: Target,
    threads: Int, isInterrupted: () -> Bool
  ) -> (isWhole: Bool, found: Found) {
    let groups = (combinations.count + program.layout.lanes - 1) / program.layout.lanes
    let operations = Double(combinations.count) * Double(steps) * Double(work)
    let others = operations < Self.fewestOperations ? 0 : min(threads, groups) - 1
    let state = Threads.State()
    let found = SharedFound()
    @Sendable func runGroups(_ isInterrupted: () -> Bool) {
      let runner = LaneRunner(self, target, steps: steps, verdicts: verdicts)
      while !state.isStopped {
        let group = state.takeNext()
        guard group < groups else { break }
        if !runner.run(combinations, group: group, isStopped: isInterrupted) { state.stop() }
      }
      found.all.withLock {
        $0.verdicts += runner.found.verdicts
        $0.resting += runner.found.resting
      }
    }
    Threads.run(
      others: others, state, here: { runGroups { state.isStopped || isInterrupted() } },
      there: { runGroups { state.isStopped } },
      waiting: { if isInterrupted() { state.stop() } })
    return (!state.isStopped, found.all.withLock { $0 })
  }

  private final class SharedFound: Sendable {
    let all = Mutex(Found())
  }
}

/// Runs groups of combinations, one after the other, on one thread.
private final class LaneRunner {
  private let sweep: LaneSweep
  private let target: LaneSweep.Target
  private let steps: Int
  private let judged: Bool
  private let machine: LaneMachine
  private let lanes: Int
  private var pace: StepPace
  private(set) var found = LaneSweep.Found()
  /// The combinations in the lanes.
  private let combinations: UnsafeMutablePointer<Int>

  init(_ sweep: LaneSweep, _ target: LaneSweep.Target, steps: Int, verdicts: SweepResult.Verdicts) {
    self.sweep = sweep
    self.target = target
    self.steps = steps
    judged = verdicts == .all
    machine = LaneMachine(sweep.program)
    lanes = sweep.program.layout.lanes
    pace = StepPace(work: sweep.work * lanes)
    combinations = .allocate(capacity: lanes)
  }

  deinit { combinations.deallocate() }

  /// Whether it was not stopped.
  func run(_ combinations: SweepCombinations, group: Int, isStopped: () -> Bool) -> Bool {
    let start = group * lanes
    let count = min(lanes, combinations.count - start)
    load(combinations, from: start, count)
    var first: [RunSummary.Point] = []
    var tails: [[RunSummary.Point]] = []
    if judged {
      machine.observe()
      first = (0..<count).map { point($0, step: 0) }
      tails = Array(repeating: [], count: count)
    }
    let last = max(0, steps - (judged ? RunSummary.pointCount - 1 : 0))
    var goesOn = true
    var left = last
    while goesOn, left > 0 {
      if isStopped() { return false }
      let slice = min(left, pace.slice)
      goesOn = pace.measuring { machine.step(slice) }
      left -= slice
    }
    machine.observe()
    if judged {
      // The last steps one by one: the verdict goes by them.
      for step in last...max(last, steps) {
        if step > last, goesOn {
          goesOn = machine.step(1)
          machine.observe()
        }
        for lane in 0..<count where machine.taken[lane] == Double(step) {
          tails[lane].append(point(lane, step: step))
        }
        if !goesOn { break }
      }
    }
    for lane in 0..<count {
      finish(lane, self.combinations[lane], first, tails)
    }
    return true
  }

  private func load(_ all: SweepCombinations, from start: Int, _ count: Int) {
    machine.begin(count)
    all.copy(from: start, count, to: combinations)
    // Lanes that stand still have the numbers of another: they meet nothing of their own.
    for lane in count..<max(count, lanes) { combinations[lane] = combinations[0] }
    var place = 0
    for input in sweep.state {
      for k in 0..<input.width {
        input.copy(k, in: combinations, lanes, to: machine.states(place + k))
      }
      place += input.width
    }
    for (number, input) in sweep.fixed.enumerated() {
      for k in 0..<input.width {
        input.copy(k, in: combinations, lanes, to: machine.fixedInputs(number, k))
      }
    }
  }

  private func point(_ lane: Int, step: Int) -> RunSummary.Point {
    RunSummary.Point(
      step: step, cost: machine.outputs(0)[lane],
      parameters: (0..<sweep.slopeCount).map { machine.states($0)[lane] },
      gradient: (0..<sweep.slopeCount).map { machine.outputs(1 + $0)[lane] })
  }

  private func finish(
    _ lane: Int, _ combination: Int, _ first: [RunSummary.Point], _ tails: [[RunSummary.Point]]
  ) {
    let cost = machine.outputs(0)[lane]
    target.costs[combination] = cost
    target.steps[combination] = Int(machine.taken[lane])
    let outcome = machine.outcome(lane)
    if outcome == .notFinite || !cost.isFinite {
      target.verdicts[combination] = SweepResult.Ending.notFinite.rawValue
    } else if outcome == .stopped {
      target.verdicts[combination] = SweepResult.Ending.reached.rawValue
    } else if judged, tails[lane].last?.gradientNorm == 0 {
      let state = (0..<sweep.program.layout.stateCount).map { machine.states($0)[lane] }
      found.resting.append(
        LaneSweep.Resting(
          combination: combination, state: state, first: first[lane], points: tails[lane]))
    } else if judged {
      let summary = RunSummary(first: first[lane], points: tails[lane])
      found.verdicts.append((combination, summary.verdict ?? SweepResult.noStep))
    }
  }
}
