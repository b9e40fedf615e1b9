internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// What a rule sees of a cost: all its parameters' numbers as one vector.
struct Space {
  let graph: Graph
  let cost: Session.Cost
  let clock: Symbol
  let ruleClock: Symbol
  let rows: RowData

  init(_ session: Session, _ cost: Session.Cost) {
    graph = session.graph
    self.cost = cost
    clock = session.clock
    ruleClock = session.ruleClock
    rows = session.rowData
  }

  var parameters: [Symbol] { cost.parameters }
  /// How many numbers each parameter has.
  var counts: [Int] { parameters.map { graph.shape($0).count } }
  /// How many numbers there are.
  var count: Int { counts.reduce(0, +) }
  var isAllScalar: Bool { parameters.allSatisfy { graph.shape($0).isScalar } }
  /// Where the cost was typed.
  var place: Diagnostic.Label {
    Diagnostic.Label(cost.expression.source, cost.expression.range)
  }

  /// Slopes or other values by parameter, one after the other in one vector.
  func joined(_ nodes: [NodeID]) -> NodeID {
    (try? graph.node(Joined.self, nodes)) ?? graph.constant(.nan)
  }
}

/// A program over a space: values at points, and of other inputs that a rule sets.
final class SpaceProgram {
  private let machine: Machine
  private let counts: [Int]
  private let firstExtra: Int
  private let fixedInputs: [Symbol]
  private let firstFixed: Int

  init(_ space: Space, extra: [Symbol] = [], sections: [[NodeID]]) {
    let graph = space.graph
    let own = space.parameters + [space.clock, space.ruleClock] + extra
    let known = Set(own)
    let roots = sections.flatMap { $0 }
    fixedInputs = graph.symbols(in: roots + roots.map { graph.refined($0) }).filter {
      !known.contains($0) && !graph.shape($0).isPerRow
    }
    counts = space.counts
    firstExtra = space.parameters.count + 2
    firstFixed = own.count
    machine = Machine(
      Compiler.compile(graph, inputs: own, fixed: fixedInputs, sections: sections))
    machine.setRows(space.rows)
  }

  func listing(in graph: Graph) -> [String] { machine.program.listing(in: graph) }

  /// Sets what does not change from point to point.
  func load(fixed: SymbolValues) {
    for (position, symbol) in fixedInputs.enumerated() {
      machine.setInput(firstFixed + position, to: fixed[symbol] ?? [])
    }
  }

  /// Sets the point, and the number of steps taken, since the start and since the rule was set.
  func set(_ x: [Double], step: Int, ruleStep: Int) {
    var first = 0
    for (position, count) in counts.enumerated() {
      machine.setInput(position, to: x[first..<(first + count)])
      first += count
    }
    machine.setInput(counts.count, to: [Double(step)])
    machine.setInput(counts.count + 1, to: [Double(ruleStep)])
  }

  func setExtra(_ position: Int, to values: some Collection<Double>) {
    machine.setInput(firstExtra + position, to: values)
  }

  /// Computes one section; those before it have to be computed at the same inputs, each time.
  func run(section: Int = 0) { machine.evaluate(section: section) }
  func runAll() { for section in 0..<machine.program.sectionCount { run(section: section) } }
  func output(section: Int = 0, _ position: Int = 0) -> [Double] {
    machine.output(section: section, position)
  }
}

/// A point with the cost and the gradient there.
struct SpacePoint {
  var x: [Double]
  var cost: Double
  var gradient: [Double]

  var gradientNorm: Double { norm(gradient) }
}

/// The cost and its gradient over the whole space, in one step of a descent.
final class SpaceFunction {
  private let program: SpaceProgram
  private let hasDomain: Bool
  private(set) var fixed: SymbolValues = [:]
  private(set) var step = 0
  private(set) var ruleStep = 0

  init(_ space: Space) {
    let domain = space.graph.domainCondition(of: space.cost.node)
    hasDomain = domain != nil
    program = SpaceProgram(
      space,
      sections: [
        [space.cost.node] + (domain.map { [$0] } ?? []), [space.joined(space.cost.gradient)],
      ])
  }

  func listing(in graph: Graph) -> [String] { program.listing(in: graph) }

  func load(fixed: SymbolValues) {
    self.fixed = fixed
    program.load(fixed: fixed)
  }

  /// Which step is being taken: a cost may draw random numbers in each.
  func begin(step: Int, ruleStep: Int) {
    self.step = step
    self.ruleStep = ruleStep
  }

  /// The point, or nil where the cost or its gradient leaves the reals or a function's domain.
  func point(_ x: [Double]) -> SpacePoint? {
    guard x.allSatisfy(\.isFinite) else { return nil }
    program.set(x, step: step, ruleStep: ruleStep)
    program.run(section: 0)
    let cost = program.output(section: 0, 0)[0]
    guard cost.isFinite, !hasDomain || program.output(section: 0, 1)[0] != 0 else { return nil }
    program.run(section: 1)
    let gradient = program.output(section: 1, 0)
    guard gradient.allSatisfy(\.isFinite) else { return nil }
    return SpacePoint(x: x, cost: cost, gradient: gradient)
  }
}
