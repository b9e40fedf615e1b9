import DescentEngine
import DescentGraph
import DescentSource
import DescentSyntax
import Testing

@testable import DescentSession

/// The same steps by the interpreter and by native code, to be compared bit for bit.
struct EngineComparison {
  /// Why tests of native code are left out where there is no library.
  static let noLibrary: Comment =
    "no LLVM library is found here: apt-get install libllvm19, or brew install llvm"
  static var hasLibrary: Bool { NativeLibrary.description != nil }

  /// Who takes the steps of a run.
  enum Way: CaseIterable {
    case machine
    case native
    /// Native code whose rows three threads share.
    case threads
    /// The interpreter, with as many.
    case machineThreads
    /// The interpreter first, then native code, as it is where steps take long.
    case switching
    /// Native code whose making is interrupted once.
    case interrupted
  }

  /// How far a run came.
  struct Result {
    var taken: Int
    var outcome: StepOutcome
    var state: [Double]

    /// Where two runs differ; nil where they do not.
    func difference(from other: Result) -> String? {
      if taken != other.taken || outcome != other.outcome {
        return "\(taken) steps, \(outcome); \(other.taken) steps, \(other.outcome)"
      }
      let place = zip(state, other.state).enumerated().first { _, pair in
        pair.0.bitPattern != pair.1.bitPattern && !(pair.0.isNaN && pair.1.isNaN)
      }
      return place.map { "number \($0.offset): \($0.element.0) and \($0.element.1)" }
    }
  }

  private let session: Session
  private let cost: Session.Cost
  private let stop: NodeID?

  /// - Parameters:
  ///   - text: commands that set a cost, and whatever else steps are made of.
  ///   - until: a test that stops the steps.
  init(_ text: String, until: String? = nil) throws {
    let typed = TestSession()
    try typed.run(text)
    var session = typed.session
    cost = try session.requiredCost()
    stop = try until.map { until in
      var parser = try Parser(SourceText(name: "test", text: until), origin: .prompt)
      return try StepRunner.stopTest(try parser.expression(), session)
    }
    // The rule's state is made once for all runs.
    _ = try session.plan(cost)
    self.session = session
  }

  /// Takes steps from the start.
  ///
  /// - Throws: why there was no native code where there has to be.
  func run(_ steps: Int, _ way: Way) throws -> Result {
    var copy = session
    copy.forgetPlans()
    copy.engine = [.machine, .machineThreads, .switching].contains(way) ? .machine : .native
    copy.threads = [.threads, .machineThreads].contains(way) ? 3 : 1
    let plan = try #require(try copy.plan(cost, stop: stop) as? StepPlan)
    plan.load(
      Point(step: copy.descent.step, state: copy.state(of: cost)), fixed: copy.environmentValues)
    if way == .interrupted {
      let early = plan.step(steps) { true }
      #expect(early.taken == 0 && early.outcome == .finished && !plan.isNative)
    }
    var (taken, outcome) = plan.step(way == .switching ? steps / 2 : steps)
    if way == .switching, outcome == .finished {
      plan.engine = .native
      let rest = plan.step(steps - taken)
      taken += rest.taken
      outcome = rest.outcome
    }
    if plan.engine == .native, !plan.isNative {
      throw NoNativeCode(reason: plan.nativeFailure ?? "nothing was written")
    }
    return Result(taken: taken, outcome: outcome, state: plan.state)
  }

  struct NoNativeCode: Error {
    var reason: String
  }

  /// What differs between the interpreter and others, in words; nil where nothing does.
  func difference(steps: Int, _ ways: [Way] = [.native]) throws -> String? {
    let machine = try run(steps, .machine)
    for way in ways {
      guard try run(steps, way).difference(from: machine) != nil else { continue }
      // The first step after which they differ tells more.
      for count in 1...steps {
        if let difference = try run(count, way).difference(from: run(count, .machine)) {
          return "\(way) and machine after \(count): \(difference)"
        }
      }
      return "\(way) and machine after \(steps), and not after fewer"
    }
    return nil
  }

  /// Expects that nothing differs.
  static func expectSameBits(
    _ text: String, steps: Int = 5, until: String? = nil, _ ways: [Way] = [.native],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let difference: String?
    do {
      difference = try EngineComparison(text, until: until).difference(steps: steps, ways)
    } catch let failure as NoNativeCode {
      difference = "no native code: \(failure.reason)"
    }
    #expect(
      difference == nil, "\(difference ?? "")\n\(text)\n\(until.map { "until \($0)" } ?? "")",
      sourceLocation: sourceLocation)
  }
}
