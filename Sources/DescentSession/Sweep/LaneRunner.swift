internal import DescentEngine
internal import DescentGraph

/// Runs groups of combinations in lanes, one after the other, on one thread.
final class LaneRunner {
  private let sweep: LaneSweep
  private let target: LaneSweep.Target
  private let steps: Int
  private let kept: LaneSweep.Kept?
  private let machine: LaneMachine
  private let lanes: Int
  private var pace: StepPace
  private(set) var found = LaneSweep.Found()
  /// The combinations in the lanes.
  private let combinations: UnsafeMutablePointer<Int>
  /// Of each of the last points a number of all lanes beside the next: the cost, room for the length
  /// of the gradient, the parameters, the slopes. Nothing where descents are not judged.
  private let trail: Memory?
  /// The lengths of the gradients at the starts.
  private let firstNorms: Memory
  private let firstCosts: Memory

  private var width: Int { sweep.slopeCount }
  /// From one point of the trail to the next.
  private var pointStride: Int { (2 + 2 * width) * lanes }
  /// The step from which on points are looked at.
  private var last: Int { max(0, steps - (RunSummary.pointCount - 1)) }

  init(
    _ sweep: LaneSweep, _ target: LaneSweep.Target, steps: Int, verdicts: SweepResult.Verdicts,
    _ kept: LaneSweep.Kept?
  ) {
    self.sweep = sweep
    self.target = target
    self.steps = steps
    self.kept = kept
    machine = LaneMachine(sweep.program)
    lanes = sweep.program.layout.lanes
    pace = StepPace(work: sweep.work * lanes)
    combinations = .allocate(capacity: lanes)
    firstNorms = .allocate(capacity: lanes)
    firstCosts = .allocate(capacity: lanes)
    trail =
      verdicts == .all
      ? .allocate(capacity: RunSummary.pointCount * (2 + 2 * sweep.slopeCount) * lanes) : nil
  }

  deinit {
    combinations.deallocate()
    firstNorms.deallocate()
    firstCosts.deallocate()
    trail?.deallocate()
  }

  /// Whether it was not stopped.
  func run(_ all: SweepCombinations, group: Int, isStopped: () -> Bool) -> Bool {
    let start = group * lanes
    let count = min(lanes, all.count - start)
    load(all, from: start, count)
    guard let trail else {
      guard let goesOn = step(last, isStopped) else { return false }
      if let kept {
        let position = kept.position(of: combinations[0])
        for k in 0..<sweep.program.layout.stateCount {
          kept[k, position].update(from: machine.states(k), count: count)
        }
      }
      if goesOn, steps > last { _ = machine.step(steps - last) }
      machine.observe()
      finish(count)
      return true
    }
    machine.observe()
    for lane in 0..<count {
      firstCosts[lane] = machine.outputs(0)[lane]
      firstNorms[lane] = RunSummary.Point.norm(width) { machine.outputs(1 + $0)[lane] }
    }
    var goesOn = true
    if let kept {
      resume(kept)
    } else {
      guard let isUnderWay = step(last, isStopped) else { return false }
      goesOn = isUnderWay
    }
    machine.observe()
    // The last steps one by one: the verdict goes by them.
    record(0, trail)
    for step in last..<max(last, steps) where goesOn {
      goesOn = machine.step(1)
      machine.observe()
      record(step + 1 - last, trail)
    }
    finish(count)
    judge(count, trail)
    return true
  }

  /// Takes steps from the start on; whether any descent goes on, nil when it was stopped.
  private func step(_ count: Int, _ isStopped: () -> Bool) -> Bool? {
    var goesOn = true
    var left = count
    while goesOn, left > 0 {
      if isStopped() { return nil }
      let slice = min(left, pace.slice)
      goesOn = pace.measuring { machine.step(slice) }
      left -= slice
    }
    return goesOn
  }

  // MARK: Numbers

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

  private func resume(_ kept: LaneSweep.Kept) {
    machine.resume(after: last)
    for lane in 0..<lanes {
      let position = kept.position(of: combinations[lane])
      for k in 0..<sweep.program.layout.stateCount {
        machine.states(k)[lane] = kept[k, position].pointee
      }
    }
  }

  /// Keeps a point of all lanes.
  private func record(_ point: Int, _ trail: Memory) {
    let begin = trail + point * pointStride
    begin.update(from: machine.outputs(0), count: lanes)
    for k in 0..<width {
      (begin + (2 + k) * lanes).update(from: machine.states(k), count: lanes)
      (begin + (2 + width + k) * lanes).update(from: machine.outputs(1 + k), count: lanes)
    }
  }

  // MARK: Rows

  private func finish(_ count: Int) {
    let (costs, taken, outcomes) = (machine.outputs(0), machine.taken, machine.outcomes)
    let (finished, stopped) = (
      LaneMachine.Outcome.finished.rawValue, LaneMachine.Outcome.stopped.rawValue
    )
    for lane in 0..<count {
      let (combination, cost, outcome) = (combinations[lane], costs[lane], outcomes[lane])
      target.costs[combination] = cost
      if outcome == finished, cost.isFinite {
        target.steps[combination] = steps
        continue
      }
      target.steps[combination] = Int(taken[lane])
      let ending: SweepResult.Ending =
        outcome == stopped && cost.isFinite ? .reached : .notFinite
      target.verdicts[combination] = ending.rawValue
    }
  }

  /// Verdicts on the descents that went on to their last step.
  private func judge(_ count: Int, _ trail: Memory) {
    let points = steps - last + 1
    let (costs, outcomes) = (machine.outputs(0), machine.outcomes)
    let finished = LaneMachine.Outcome.finished.rawValue
    for lane in 0..<count where outcomes[lane] == finished && costs[lane].isFinite {
      let numbers = trail + lane
      for point in 0..<points {
        let slopes = numbers + (point * pointStride + (2 + width) * lanes)
        numbers[point * pointStride + lanes] = RunSummary.Point.norm(width) { slopes[$0 * lanes] }
      }
      let first = (step: 0, cost: firstCosts[lane], gradientNorm: firstNorms[lane])
      let summary = RunTrail(
        first: first, lastStep: steps, count: points, width: width, numbers: numbers,
        strides: (point: pointStride, number: lanes))
      let combination = combinations[lane]
      if summary.hasSteps, summary.gradientNorm(points - 1) == 0,
        case .atRest = summary.motion
      {
        let state = (0..<sweep.program.layout.stateCount).map { machine.states($0)[lane] }
        found.resting.append(LaneSweep.Resting(combination: combination, state: state))
      } else {
        found.verdicts.append((combination, summary.verdict ?? SweepResult.noStep))
      }
    }
  }
}
