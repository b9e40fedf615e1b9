internal import DescentEngine
internal import DescentGraph

/// The steps of a rule that looks at the whole space.
final class WholeSpacePlan: Stepper {
  private let space: Space
  private let method: any WholeSpaceRule
  private let function: SpaceFunction
  private let rate: NodeID
  private let rateProgram: SpaceProgram
  private let stopProgram: SpaceProgram?
  private let ruleBegin: Int

  /// Where it stands.
  private var x: [Double] = []
  private var kept: [Double] = []
  private var step = 0
  /// The cost and the gradient here, where the last step left them.
  private var here: SpacePoint?
  private var taken = 0
  private var damped = 0
  private var saddles = 0

  convenience init(
    _ space: Space, rate: NodeID, from ruleBegin: Int, method: any WholeSpaceRule
  ) {
    self.init(
      space, rate: rate, from: ruleBegin, method: method, function: SpaceFunction(space),
      rateProgram: SpaceProgram(space, sections: [[rate]]), stopProgram: nil)
  }

  private init(
    _ space: Space, rate: NodeID, from ruleBegin: Int, method: any WholeSpaceRule,
    function: SpaceFunction, rateProgram: SpaceProgram, stopProgram: SpaceProgram?
  ) {
    self.space = space
    self.method = method
    self.function = function
    self.rate = rate
    self.ruleBegin = ruleBegin
    self.rateProgram = rateProgram
    self.stopProgram = stopProgram
  }

  /// The same steps, with a test before each.
  func stopping(at stop: NodeID) -> WholeSpacePlan {
    WholeSpacePlan(
      space, rate: rate, from: ruleBegin, method: method, function: function,
      rateProgram: rateProgram, stopProgram: SpaceProgram(space, sections: [[stop]]))
  }

  /// A plateau's numbers are no part of what these rules keep.
  func place(of symbol: Symbol) -> Int? { nil }
  func listing(in graph: Graph) -> [String] { function.listing(in: graph) }
  /// So much that a person who interrupts waits for one step at most.
  var work: Int { .max }
  var state: [Double] { x + kept }

  func load(_ point: Point, fixed: SymbolValues) {
    x = Array(point.state.prefix(space.count))
    kept = Array(point.state.dropFirst(space.count))
    step = point.step
    here = nil
    (taken, damped, saddles) = (0, 0, 0)
    function.load(fixed: fixed)
    rateProgram.load(fixed: fixed)
    stopProgram?.load(fixed: fixed)
  }

  func step(
    _ count: Int, isInterrupted: () -> Bool
  ) -> (taken: Int, outcome: StepOutcome) {
    for number in 0..<count {
      let ruleStep = step - ruleBegin
      if let stopProgram, value(stopProgram, ruleStep) != 0 { return (number, .stopped) }
      function.begin(step: step, ruleStep: ruleStep)
      let rate = value(rateProgram, ruleStep)
      // A cost that draws random numbers in each step is another function now.
      guard rate.isFinite, var point = dependsOnStep ? function.point(x) : here ?? function.point(x)
      else { return (number, .notFinite) }
      guard method.step(from: &point, keeping: &kept, rate: rate, of: function) else {
        return (number, .exhausted)
      }
      x = point.x
      here = point
      step += 1
      taken += 1
      if method.wasDamped { damped += 1 }
      if method.leftSaddle { saddles += 1 }
    }
    return (count, .finished)
  }

  private lazy var dependsOnStep = space.graph.depends(
    space.cost.node, on: [space.clock, space.ruleClock])

  private func value(_ program: SpaceProgram, _ ruleStep: Int) -> Double {
    program.set(x, step: step, ruleStep: ruleStep)
    program.run()
    return program.output()[0]
  }

  var remarks: [String] {
    var remarks: [String] = []
    if saddles > 0 {
      remarks.append(
        "\(counted(saddles)) left a saddle or a maximum, along a direction in which the slope is 0 "
          + "and the cost curves down")
    }
    if damped > 0 {
      let isOne = damped == 1
      remarks.append(
        "\(counted(damped)) \(isOne ? "was" : "were") damped: the plain \(type(of: method).name) step "
          + "would not have lowered the cost")
    }
    return remarks
  }

  private func counted(_ number: Int) -> String {
    if taken == 1 { return "this step" }
    return number == taken ? "all \(taken) steps" : "\(number) of \(taken) steps"
  }
}
