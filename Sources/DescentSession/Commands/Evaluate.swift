internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `w^2 + 1`, `cost at w = 3`: an expression alone.
package struct Evaluate: Command {
  package static let word = "expression"
  package static let help = CommandHelp(
    .look, ["EXPRESSION [at NAME = VALUE, …]"],
    "An expression alone prints its value, here or at other values of parameters.",
    ["w = 3", "w^2 + 1", "w^2 + 1 at w = 10"])

  private let expression: Expression

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Evaluate {
    Evaluate(expression: try parser.expressionWithBindings())
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    do { try session.look(at: expression, environment) } catch {
      throw advised(error)
    }
    return .proceed
  }

  /// A word alone that is no name may have been meant as a command.
  private func advised(_ problem: Diagnostic) -> Diagnostic {
    let word = expression.source.text(in: expression.range)
    guard problem.code == "name.unknown", problem.primary?.range == expression.range else {
      return problem
    }
    if let way = Vocabulary.foreignWords[word] {
      var problem = problem
      problem.help = [way]
      return problem
    }
    let leaving = ["exit", "bye", "q", "logout"]
    let command =
      leaving.contains(word)
      ? Quit.word : suggestion(for: word, among: Vocabulary.words.keys.sorted())
    guard let command else { return problem }
    var problem = problem
    problem.help.insert("for the command, write: \(command)", at: 0)
    return problem
  }
}

extension Session {
  /// Prints an expression's value.
  func look(at expression: Expression, _ environment: Environment) throws(Diagnostic) {
    let (node, value) = try value(of: expression)
    environment.emit(
      .value(
        block(value, shape: graph.shape(node)), of: expression.source.text(in: expression.range),
        numbers: Numbers(values: value, lengths: graph.shape(node).extents.lengths)))
  }
}
