/// How many steps are taken between two looks at whether to stop: some ten milliseconds of work.
struct StepPace {
  private(set) var slice: Int
  private let clock = ContinuousClock()

  /// - Parameter work: a guess at the operations of one step.
  init(work: Int) { slice = max(1, 4_000_000 / max(1, work)) }

  /// Takes a slice of steps, and makes the next one longer or shorter.
  mutating func measuring<Result>(_ steps: () -> Result) -> Result {
    let start = clock.now
    let result = steps()
    let time = clock.now - start
    if time > .milliseconds(40) {
      slice = max(1, slice / 4)
    } else if time < .milliseconds(5), slice < 1 << 40 {
      slice *= 2
    }
    return result
  }
}
