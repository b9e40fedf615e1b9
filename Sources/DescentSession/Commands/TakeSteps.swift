package import DescentSource
package import DescentSyntax

/// `step`, `step 5`, `step 1000 every 100`, `step until norm(grad) < 1e-6 max 10000`.
package struct TakeSteps: Command {
  package static let word = "step"
  package static let help = CommandHelp(
    .move, ["step [N] [every K]", "step until TEST [max N] [every K]"],
    "Takes N steps (1 unless given), or steps until a test holds (at most 10000 unless given), and prints the step table. Ctrl-C stops at the last completed step.",
    ["cost w^2", "w = 5", "step", "step 5", "step until abs(grad) < 1e-6 max 1000"])
  package static let keepsWhatWasDone = true

  private enum Goal {
    case count(Expression?)
    case until(Expression, most: Expression?)
  }

  private let goal: Goal
  private let every: Expression?

  static let most = 1_000_000_000_000_000

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> TakeSteps {
    var goal = Goal.count(nil)
    if parser.accept(word: "until") != nil {
      let test = try parser.test()
      let most = parser.accept(word: "max") != nil ? try parser.expression() : nil
      goal = .until(test, most: most)
    } else if !parser.isAtEndOfCommand, !parser.isWord("every") {
      goal = .count(try parser.expression())
    }
    let every = parser.accept(word: "every") != nil ? try parser.expression() : nil
    return TakeSteps(goal: goal, every: every)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let every = try self.every.map { expression throws(Diagnostic) in
      try session.wholeNumber(expression, "the number after 'every'", in: 1...Self.most)
    }
    let goal: StepRunner.Goal
    switch self.goal {
    case .count(let expression):
      let count = try expression.map { expression throws(Diagnostic) in
        try session.wholeNumber(expression, "a number of steps", in: 0...Self.most)
      }
      goal = .count(count ?? 1)
    case .until(let test, let most):
      let count = try most.map { expression throws(Diagnostic) in
        try session.wholeNumber(expression, "a number of steps", in: 0...Self.most)
      }
      goal = .until(test, most: count ?? 10_000)
    }
    return try Self.take(goal, every.map { .every($0) } ?? .thinned, &session, environment)
  }

  /// Takes steps; where none was taken, nothing has changed.
  static func take(
    _ goal: StepRunner.Goal, _ shown: StepRunner.Shown, _ session: inout Session,
    _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    if session.checksOnly {
      _ = try session.requiredCost()
      return .proceed
    }
    let before = session
    do { return try StepRunner(environment).run(&session, goal, shown) } catch {
      // Where no step was taken, what the rule would have begun with is no change either.
      if session.descent.step == before.descent.step { session = before }
      throw error
    }
  }
}
