internal import DescentElaboration
internal import DescentEngine
package import DescentSource
package import DescentSyntax

/// `scale hours, quiz`, `scale off hours`, `scale off`; alone, it looks.
package struct ScaleColumns: Command {
  package static let word = "scale"
  package static let help = CommandHelp(
    .define, ["scale COLUMN, …", "scale off [COLUMN, …]", "scale"],
    "Standardizes columns: mean 0 and variance 1 over the rows that are learned from, and the others by the same figures; again when data or split change. A new descent begins. 'E at hours = 3' takes values in the original units, and 'show weights' tells the weights in them. Alone, it lists what is scaled.",
    [
      "data hours = [1, 2, 3, 5], quiz = [50, 60, 55, 80], score = [40, 52, 55, 80]",
      "scale hours, quiz", "scale", "cost (w1*hours + w2*quiz + b - score)^2", "step 3",
      "show weights", "w1*hours + w2*quiz + b at hours = 4, quiz = 70",
    ])

  private enum Form {
    case look
    case off
    case columns([(text: String, range: SourceRange)], isOn: Bool)
  }

  private let form: Form

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> ScaleColumns {
    if parser.isAtEndOfCommand { return ScaleColumns(form: .look) }
    let isOff = parser.accept(word: "off") != nil
    if isOff, parser.isAtEndOfCommand { return ScaleColumns(form: .off) }
    var names = [try parser.name("a column's name")]
    while parser.accept(.comma) != nil { names.append(try parser.name("a column's name")) }
    return ScaleColumns(form: .columns(names, isOn: !isOff))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    let data = try session.requiredData(at: place)
    switch form {
    case .look:
      session.tellScaling(environment)
      return .proceed
    case .off:
      session.scaledNames = []
    case .columns(let names, let isOn):
      for name in names {
        let label = Diagnostic.Label(place.source, name.range)
        guard let column = data.column(name.text) else {
          throw noColumn(name.text, data, label)
        }
        if isOn, column.classes != nil {
          throw Diagnostic(
            "scale.classes",
            "'\(name.text)' numbers classes, which are no quantities to be standardized",
            at: label,
            help: ["leave it out, or write: onehot(\(name.text), \(column.classes?.count ?? 2))"])
        }
        session.scaledNames.removeAll { $0 == name.text }
        if isOn { session.scaledNames.append(name.text) }
      }
    }
    try session.arrangeAgain(at: place)
    session.tellScaling(environment)
    return .proceed
  }

  private func noColumn(
    _ name: String, _ data: DataSet, _ label: Diagnostic.Label
  ) -> Diagnostic {
    let names = data.columns.map(\.name)
    let near = suggestion(for: name, among: names)
    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    return Diagnostic(
      "name.unknown", "no column is called '\(name)'", at: label,
      help: near.map { ["did you mean '\($0)'?"] } ?? ["the columns are: \(shown)"])
  }
}

extension Session {
  /// What is scaled, and by which figures.
  func tellScaling(_ environment: Environment) {
    let columns = (data?.columns ?? []).filter { $0.scaling != nil }
    guard !columns.isEmpty else {
      environment.emit(.line("no column is scaled"))
      return
    }
    let equations = columns.map { column in
      guard let scaling = column.scaling, column.original.width == 1 else {
        return Equation(column.name, "each element by its own mean and deviation")
      }
      let mean = text(scaling.mean[0])
      let difference =
        scaling.mean[0] < 0 ? "\(column.name) + \(mean.dropFirst())" : "\(column.name) - \(mean)"
      return Equation(column.name, "(\(difference))/\(text(scaling.deviation[0]))")
    }
    environment.emit(.equations(equations))
  }
}
