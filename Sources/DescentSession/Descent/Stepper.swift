internal import DescentEngine
internal import DescentGraph

/// One way to take steps from a point: the compiled steps of a rule in the language, or a rule that
/// looks at the whole space.
///
/// What is computed depends on the point it is given alone, so that any step is found again to the
/// bit, and copies of a session share it.
protocol Stepper: AnyObject {
  /// The instructions that are run, to read.
  func listing(in graph: Graph) -> [String]
  /// A guess at the work of one step, in operations on numbers.
  var work: Int { get }
  /// Goes to a point.
  func load(_ point: Point, fixed: SymbolValues)
  /// Takes up to `count` steps from where it is; fewer only where it is interrupted or has an outcome
  /// that says why.
  func step(_ count: Int, isInterrupted: () -> Bool) -> (taken: Int, outcome: StepOutcome)
  /// The parameters' numbers one after the other, then those that the rule keeps.
  var state: [Double] { get }
  /// Where a symbol's numbers stand in the state.
  func place(of symbol: Symbol) -> Int?
  /// What there is to say of the steps since ``load(_:fixed:)``.
  var remarks: [String] { get }
  /// What runs the steps; nil where they are no program.
  var engineReport: EngineReport? { get }
}

extension Stepper {
  /// The same without interruption.
  func step(_ count: Int) -> (taken: Int, outcome: StepOutcome) {
    step(count, isInterrupted: { false })
  }

  var engineReport: EngineReport? { nil }
}

/// Why a run of steps ended.
enum StepOutcome: Equatable, Sendable {
  /// All steps were taken.
  case finished
  /// The stop test held before the next step.
  case stopped
  /// The next step would leave the finite numbers, or a function's domain: it was not taken.
  case notFinite
  /// No step lowers the cost any more.
  case exhausted
}
