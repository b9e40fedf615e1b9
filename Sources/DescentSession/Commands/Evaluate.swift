internal import DescentData
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
    if graph.shape(node).isPerRow {
      describe(value, of: node, as: expression, environment)
      return
    }
    environment.emit(
      .value(
        block(value, shape: graph.shape(node)), of: expression.source.text(in: expression.range),
        numbers: Numbers(values: value, lengths: graph.shape(node).extents.lengths)))
  }
}

extension Session {
  /// The rows that are shown of a value for each row.
  private static let shownRows = 8

  /// Prints the first of a value for each row, and what sums them up.
  private func describe(
    _ values: [Double], of node: NodeID, as expression: Expression, _ environment: Environment
  ) {
    let shape = graph.shape(node)
    guard let data, let rows = shape.rows, shape.count > 0 else { return }
    let count = data.count(of: rows)
    let shown = count <= Self.shownRows + 2 ? count : Self.shownRows
    let title = expression.text.count <= 40 ? expression.text : "value"
    var one = shape
    one.rows = nil
    let cells: Table.Column.Values =
      shape.isScalar
      ? .numbers(Array(values.prefix(shown)))
      : .text(
        (0..<shown).map { row in
          text(Array(values[(row * shape.count)..<((row + 1) * shape.count)]), shape: one)
        })
    let numbers = (0..<shown).map { data.number(ofRow: $0, in: rows) }
    environment.emit(
      .table(
        Table(columns: [Table.Column("row", .steps(numbers)), Table.Column(title, cells)]), style))
    guard let statistics = Statistics(of: values) else { return }
    let which = rows == .all || data.parts == nil ? "" : " \(rows.rawValue)"
    let figures =
      "min \(text(statistics.minimum)), mean \(text(statistics.mean)), max \(text(statistics.maximum))"
    environment.emit(.line("\(count)\(which) row\(count == 1 ? "" : "s"): \(figures)"))
  }
}
