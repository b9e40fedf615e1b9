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
          var choice = UInt32(truncatingIfNeeded: combinations[k])
          if stride != 1 { choice /= stride }
          if choice >= values { choice %= values }
          target[k] = numbers[Int(choice) * width + number]
        }
      }
    }
  }

  /// A descent that ended where the slope is 0: what place it is tells the curvature.
  struct Resting: Sendable {
    var combination: Int
    var state: [Double]
  }

  /// Where descents were before their last steps, by which they are judged: those that are judged
  /// later go on from there.
  ///
  /// unsafe: descents are run by one thread each, and looked at when all have been run.
  final class Kept: @unchecked Sendable {
    private let states: UnsafeMutablePointer<Double>
    private let combinations: SweepCombinations

    /// The numbers that a sweep keeps, all its descents together.
    static let most = 1 << 21

    /// Nothing where there is too much to keep.
    ///
    /// - Parameter room: how many numbers may be kept; less by those that are.
    init?(_ combinations: SweepCombinations, stateCount: Int, within room: inout Int) {
      let size = combinations.count * stateCount
      guard size <= room else { return nil }
      room -= size
      self.combinations = combinations
      states = .allocate(capacity: max(1, size))
    }

    deinit { states.deallocate() }

    /// Where a number of descents from the one at a position on is.
    subscript(number: Int, position: Int) -> UnsafeMutablePointer<Double> {
      states + (number * combinations.count + position)
    }

    func position(of combination: Int) -> Int { combinations.position(of: combination) }
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

  /// Runs combinations from their starts, or to be judged from where they are kept.
  ///
  /// - Returns: whether all were run, and what is said of them.
  func run(
    _ combinations: SweepCombinations, steps: Int, verdicts: SweepResult.Verdicts, kept: Kept?,
    into target: Target, threads: Int, isInterrupted: () -> Bool
  ) -> (isWhole: Bool, found: Found) {
    let groups = (combinations.count + program.layout.lanes - 1) / program.layout.lanes
    let operations = Double(combinations.count) * Double(steps) * Double(work)
    let others = operations < Self.fewestOperations ? 0 : min(threads, groups) - 1
    let state = Threads.State()
    let found = SharedFound()
    @Sendable func runGroups(_ isInterrupted: () -> Bool) {
      let runner = LaneRunner(self, target, steps: steps, verdicts: verdicts, kept)
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
