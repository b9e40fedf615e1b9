internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `data "exam.csv"`, `data x = [1, 2, 3], y = [2, 4, 6]`, `data rows = 100, u = uniform(-1, 1)`;
/// alone, it describes the columns.
package struct LoadData: Command {
  package static let word = "data"
  package static let help = CommandHelp(
    .define,
    [
      "data \"FILE\" [as NAMES], …", "data NAME = [1, 2, 3], …", "data rows = N, NAME = VALUES, …",
      "data … validation \"FILE\"", "data … drop missing", "data",
    ],
    "Rows to learn from: a column is a value for each row. Reads CSV and TSV, NumPy and IDX files, each also compressed by gzip, files side by side; or takes the numbers that are written, a vector a column, a matrix for a vector a row; or makes them, random numbers drawn once. After 'as', 'x = p0..p63' puts columns into a vector, 'h = \"Hours studied\"' gives one another name, and 'class(label)' numbers its values from 1. 'drop missing' leaves out rows that miss a value. Alone, it describes every column.",
    [
      "data x = [1, 2, 3], y = [2, 4, 6]", "data", "cost (w*x - y)^2", "step 3",
      "data rows = 1000, x = uniform(-1, 1), y = 3*x + normal(0, 0.1)", "step 3",
    ])

  private let request: DataRequest?

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> LoadData {
    LoadData(request: parser.isAtEndOfCommand ? nil : try DataRequest.parse(&parser))
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    guard let request else {
      guard let data = session.data else {
        throw Diagnostic(
          "rows.none", "there are no rows of data", at: place,
          help: ["to load some, write: data \"file.csv\""])
      }
      session.describe(data, .wholly, environment)
      return .proceed
    }
    var loader = DataLoader(request, session, environment, in: place.source)
    do { try loader.load() } catch {
      guard error.code == Environment.stopped else { throw error }
      environment.emit(.line("stopped: the data are as they were"))
      return .interrupted
    }
    let columns = loader.columns.map { column in
      DataSet.Column(
        name: column.name, original: column.values,
        symbols: session.columnSymbols(column.name, width: column.values.width),
        classes: column.classes, missingCount: column.missingCount)
    }
    session.scope.nextDraw = loader.session.scope.nextDraw
    try session.refuseMissing(from: columns, at: place)
    var remarks = loader.remarks
    if session.split != nil, loader.trainingCount != nil {
      session.split = nil
      remarks.append("the rows are not split any more: there are files to validate with")
    }
    let names = Set(columns.map(\.name))
    let lost = session.scaledNames.filter { !names.contains($0) }
    session.scaledNames.removeAll { !names.contains($0) }
    if !lost.isEmpty {
      remarks.append(
        "no longer scaled, as there is no such column: \(lost.joined(separator: ", "))")
    }
    let data = try session.arranged(
      DataSet.Unarranged(
        columns: columns, rowCount: loader.rows, trainingRows: loader.trainingCount,
        source: loader.origin), at: place)
    try session.setData(data)
    session.describe(data, .briefly, environment)
    if let size = session.batchSize, size > data.trainingCount {
      remarks.append("a batch of \(size) is all \(data.trainingCount) rows to learn from")
    }
    for remark in remarks { environment.emit(.line(remark)) }
    return .proceed
  }
}

extension Session {
  /// Refuses a column that would be called like something that is there.
  func refuseColumn(_ name: String, at label: Diagnostic.Label) throws(Diagnostic) {
    let what: String? =
      if scope.parameter(name) != nil {
        "a parameter"
      } else if scope.isDefined(name) {
        cost?.name == name ? "the cost" : "defined by 'let'"
      } else if textInputs[name] != nil {
        "an input"
      } else {
        nil
      }
    guard let what else { return }
    throw Diagnostic(
      "name.defined", "'\(name)' would be a column, and is \(what) already", at: label,
      help: ["give the column another name: data \"FILE\" as \(name)1 = \(name)"])
  }

  /// Refuses data without a column that something there is made of.
  func refuseMissing(
    from columns: [DataSet.Column], at place: Diagnostic.Label
  ) throws(Diagnostic) {
    let names = Set(columns.map(\.name))
    let lost = (data?.columns.map(\.name) ?? []).filter { !names.contains($0) }
    guard !lost.isEmpty else { return }
    let made = scope.definedNames.filter { $0 != cost?.name } + (cost == nil ? [] : ["cost"])
    for name in lost {
      var user = made.first { namesUsed(by: $0).contains(name) }
      if user == nil {
        user = watches.first { $0.expression.tree.names.contains(name) }.map(\.name)
      }
      guard let user else { continue }
      let has = columns.prefix(8).map(\.name).joined(separator: ", ")
      throw Diagnostic(
        "data.needed",
        "\(user == "cost" ? "the cost" : "'\(user)'") needs the column '\(name)', which these rows do not have",
        at: place,
        help: [
          "they have: \(has)\(columns.count > 8 ? ", …" : "")",
          "to give a column that name: data \"FILE\" as \(name) = …",
        ])
    }
  }
}
