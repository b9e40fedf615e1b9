internal import DescentEngine
internal import DescentSource
internal import DescentSyntax

/// What ran some steps, and how long that and the compilation took.
struct EngineReport {
  var isNative: Bool
  /// Why there is no native code, where it was to be made.
  var failure: String?
  /// The time that steps took in the interpreter, where native code may take over.
  var interpretedTime: Duration
  /// How much of it there may be before native code is made.
  var patience: Duration
  var compileTime: Duration
}

extension Session {
  /// What runs the steps of the present cost, and why.
  func engineEquations() throws(Diagnostic) -> [Equation] {
    let choice =
      switch engine {
      case .automatic: "native code for what takes longer than to compile it"
      case .machine: "the interpreter, chosen with --engine"
      case .native: "native code for everything, chosen with --engine"
      }
    var result = [Equation("engine", "\(engine.rawValue): \(choice)")]
    if let cost {
      var copy = self
      let plan = try copy.plan(cost)
      result.append(Equation("steps", stepsText(plan, copy.plans.report ?? plan.engineReport)))
      if let plan = plan as? StepPlan, let listing = plan.nativeListing("") {
        let left = listing.calledCount
        let (count, noun) = (
          plan.operationCount, plan.operationCount == 1 ? "operation" : "operations"
        )
        result.append(
          Equation(
            "a step",
            left == 0
              ? "\(count) \(noun), all of them native code where there is any"
              : "\(count) \(noun); native code calls the interpreter for \(left)"))
      }
    }
    guard let library = NativeLibrary.description else {
      return result + [Equation("library", "none: \(Self.libraryAdvice)")]
    }
    return result + [
      Equation("library", library), Equation("processor", NativeLibrary.processor),
    ]
  }

  /// The steps of the present cost as native code.
  func nativeText(at place: Diagnostic.Label) throws(Diagnostic) -> String {
    let cost = try requiredCost()
    var copy = self
    let title =
      "Steps of \(rule.text) down \(cost.expression.source.text(in: cost.expression.range))"
    guard let plan = try copy.plan(cost) as? StepPlan,
      let listing = plan.nativeListing(title.split(separator: "\n").joined(separator: " "))
    else {
      throw Diagnostic(
        "native.none", "the rule '\(rule.name)' has no program of steps, so it has no native code",
        at: place, help: ["the rules that are written in the language have: rule gd, rule adam, …"])
    }
    return listing.text
  }

  private static let libraryAdvice =
    "for native code install LLVM 15 or newer: apt-get install libllvm19, or brew install llvm"

  private func stepsText(_ plan: any Stepper, _ report: EngineReport?) -> String {
    guard let report else { return "the rule \(rule.name) has no program of steps" }
    if report.isNative {
      let before =
        report.interpretedTime > .zero
        ? " after \(text(report.interpretedTime)) in the interpreter" : ""
      return "native code, compiled in \(text(report.compileTime))\(before)"
    }
    if let failure = report.failure {
      let hasLibrary = NativeLibrary.description != nil
      return hasLibrary
        ? "the interpreter: \(failure)" : "the interpreter: no LLVM library is found"
    }
    switch engine {
    case .machine: return "the interpreter"
    case .native: return "native code, to be compiled before the first step"
    case .automatic:
      if NativeLibrary.description == nil { return "the interpreter: no LLVM library is found" }
      return
        "the interpreter: \(text(report.interpretedTime)) so far, compiled when it is over \(text(report.patience))"
    }
  }

  private func text(_ duration: Duration) -> String {
    let seconds =
      Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    let style = NumberStyle(significantDigits: 3)
    return seconds < 1 ? "\(style.text(of: seconds * 1e3)) ms" : "\(style.text(of: seconds)) s"
  }
}
