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

    /// Where the numbers for a combination begin.
    func first(in combination: Int) -> Int {
      dimension.map { combination / $0.stride % $0.count * width } ?? 0
    }
  }

  /// A descent that ended where the slope is 0: what place it is tells the curvature.
  struct Resting: Sendable {
    var combination: Int
    var state: [Double]
    var first: RunSummary.Point
    var points: [RunSummary.Point]
  }

  /// Where rows are put; each by one thread.
  ///
  /// unsafe: they outlive the run, and no two threads have the same combination.
  struct Target: @unchecked Sendable {
    let costs: UnsafeMutablePointer<Double>
    let steps: UnsafeMutablePointer<Int>
    let verdicts: UnsafeMutablePointer<String>
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
  /// - Returns: whether all were run, and those whose verdict is left open.
  func run(
    _ combinations: SweepCombinations, steps: Int, verdicts: SweepResult.Verdicts,
    into target: Target,
    threads: Int, isInterrupted: () -> Bool
  ) -> (isWhole: Bool, resting: [Resting]) {
    let groups = (combinations.count + program.layout.lanes - 1) / program.layout.lanes
    let operations = Double(combinations.count) * Double(steps) * Double(work)
    let others = operations < Self.fewestOperations ? 0 : min(threads, groups) - 1
    let state = Threads.State()
    let found = Found()
    @Sendable func runGroups(_ isInterrupted: () -> Bool) {
      let runner = LaneRunner(self, target, steps: steps, verdicts: verdicts)
      while !state.isStopped {
        let group = state.takeNext()
        guard group < groups else { break }
        if !runner.run(combinations, group: group, isStopped: isInterrupted) { state.stop() }
      }
      found.resting.withLock { $0 += runner.resting }
    }
    Threads.run(
      others: others, state, here: { runGroups { state.isStopped || isInterrupted() } },
      there: { runGroups { state.isStopped } },
      waiting: { if isInterrupted() { state.stop() } })
    return (!state.isStopped, found.resting.withLock { $0 })
  }

  private final class Found: Sendable {
    let resting = Mutex<[Resting]>([])
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
  private(set) var resting: [LaneSweep.Resting] = []

  init(_ sweep: LaneSweep, _ target: LaneSweep.Target, steps: Int, verdicts: SweepResult.Verdicts) {
    self.sweep = sweep
    self.target = target
    self.steps = steps
    judged = verdicts == .all
    machine = LaneMachine(sweep.program)
    lanes = sweep.program.layout.lanes
    pace = StepPace(work: sweep.work * lanes)
  }

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
        for lane in 0..<count where machine.taken(lane) == step {
          tails[lane].append(point(lane, step: step))
        }
        if !goesOn { break }
      }
    }
    for lane in 0..<count {
      finish(lane, combinations[start + lane], first, tails)
    }
    return true
  }

  private func load(_ combinations: SweepCombinations, from start: Int, _ count: Int) {
    machine.begin(count)
    for lane in 0..<lanes {
      // Lanes that stand still have the numbers of another: they meet nothing of their own.
      let combination = combinations[start + min(lane, count - 1)]
      var place = 0
      for input in sweep.state {
        let first = input.first(in: combination)
        for k in 0..<input.width {
          machine.setState(place + k, lane: lane, to: input.numbers[first + k])
        }
        place += input.width
      }
      for (number, input) in sweep.fixed.enumerated() {
        let first = input.first(in: combination)
        for k in 0..<input.width {
          machine.setFixed(number, k, lane: lane, to: input.numbers[first + k])
        }
      }
    }
  }

  private func point(_ lane: Int, step: Int) -> RunSummary.Point {
    RunSummary.Point(
      step: step, cost: machine.output(0, lane: lane),
      parameters: (0..<sweep.slopeCount).map { machine.state($0, lane: lane) },
      gradient: (0..<sweep.slopeCount).map { machine.output(1 + $0, lane: lane) })
  }

  private func finish(
    _ lane: Int, _ combination: Int, _ first: [RunSummary.Point], _ tails: [[RunSummary.Point]]
  ) {
    let cost = machine.output(0, lane: lane)
    target.costs[combination] = cost
    target.steps[combination] = machine.taken(lane)
    let outcome = machine.outcome(lane)
    if outcome == .notFinite || !cost.isFinite {
      target.verdicts[combination] = SweepResult.notFinite
    } else if outcome == .stopped {
      target.verdicts[combination] = SweepResult.reached
    } else if judged, tails[lane].last?.gradientNorm == 0 {
      let state = (0..<sweep.program.layout.stateCount).map { machine.state($0, lane: lane) }
      resting.append(
        LaneSweep.Resting(
          combination: combination, state: state, first: first[lane], points: tails[lane]))
    } else if judged {
      let summary = RunSummary(first: first[lane], points: tails[lane])
      target.verdicts[combination] = summary.verdict ?? SweepResult.noStep
    }
  }
}
