internal import DescentData
internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// Makes rows of what `data` is asked for.
struct DataLoader {
  private(set) var session: Session
  private let environment: Environment
  private let request: DataRequest
  private let source: SourceText

  private(set) var columns: [FileColumns.Made] = []
  private(set) var origin = DataSource()
  /// What is to be said of names.
  private(set) var remarks: [String] = []
  private var rowCount: (count: Int, from: Diagnostic.Label)?
  /// How many rows are there to learn from, where files to validate with follow.
  private(set) var trainingCount: Int?
  private var nextFile = 0
  /// Columns that were made so far, as values of expressions: all their rows at once.
  private var made: [String: Symbol] = [:]

  init(
    _ request: DataRequest, _ session: Session, _ environment: Environment, in source: SourceText
  ) {
    self.request = request
    self.session = session
    self.environment = environment
    self.source = source
    origin.seed = session.settings.seed
  }

  var rows: Int { rowCount?.count ?? 0 }

  /// Reads and computes all columns.
  mutating func load() throws(Diagnostic) {
    let first = session.scope.nextDraw
    let files = request.items.filter { if case .file = $0 { true } else { false } }.count
    if !request.validation.isEmpty, files != request.validation.count {
      throw Diagnostic(
        "data.validation",
        files == 0
          ? "only files have validation files beside them"
          : "\(counted(files, "file")) to learn from, and \(request.validation.count) to validate with",
        at: Diagnostic.Label(source, request.validation[0].range),
        help: files == 0 ? ["to keep rows for validation: split 0.8"] : [])
    }
    for item in request.items {
      if !origin.parts.isEmpty { origin.parts.append(.text(", ")) }
      switch item {
      case .file(let name, let groups, let text): try file(name, groups, text)
      case .rows(let count):
        let number = try session.wholeNumber(count, "a number of rows", in: 1...Self.mostRows)
        try agree(on: number, at: Diagnostic.Label(count.source, count.range))
        origin.parts.append(.text("rows = \(number)"))
      case .column(let name, let width, let value): try column(name, width, value)
      }
    }
    guard let rowCount, !columns.isEmpty else {
      throw Diagnostic(
        "data.columns", "rows need at least one column", at: rowCount?.from,
        help: ["write: data rows = 100, x = uniform(0, 1)"])
    }
    if session.scope.nextDraw != first { origin.firstDraw = first }
    guard rowCount.count <= Self.mostRows else {
      throw Diagnostic(
        "data.size", "there are \(rowCount.count) rows, and \(Self.mostRows) are the most",
        at: rowCount.from)
    }
    if !request.validation.isEmpty, let trainingCount, trainingCount >= rowCount.count {
      throw Diagnostic("data.validation", "there are no rows to validate with", at: rowCount.from)
    }
    finishOrigin()
  }

  /// What rows are numbered with has 32 bits.
  private static let mostRows = Int(Int32.max)

  private func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private mutating func agree(
    on count: Int, at place: Diagnostic.Label
  ) throws(Diagnostic) {
    guard let known = rowCount else {
      rowCount = (count, place)
      return
    }
    guard known.count != count else { return }
    throw Diagnostic(
      "data.rows",
      "there are \(known.count) rows already, and this has \(count)",
      at: place, secondary: [known.from.telling(counted(known.count, "row"))])
  }

  private mutating func add(_ column: FileColumns.Made, at place: Diagnostic.Label)
    throws(Diagnostic)
  {
    guard !columns.contains(where: { $0.name == column.name }) else {
      throw Diagnostic(
        "name.twice", "two columns are called '\(column.name)'", at: place,
        help: ["give one another name: data \"FILE\" as \(column.name)1 = \(column.name)"])
    }
    try session.refuseColumn(column.name, at: place)
    columns.append(column)
    let (rows, width) = (column.values.rows, column.values.width)
    made[column.name] = session.graph.makeSymbol(
      column.name, shape: width == 1 ? .vector(rows) : .matrix(rows, width))
  }

  // MARK: Files

  private mutating func file(
    _ template: StringTemplate, _ groups: [DataRequest.Group], _ text: String
  ) throws(Diagnostic) {
    let label = Diagnostic.Label(source, template.range)
    let classes = groups.filter(\.isClasses).map { group in
      if case .single(let reference) = group.form { reference.text } else { group.name.text }
    }
    var (table, path) = try table(template, classes: classes)
    origin.parts.append(.file(path))
    if !groups.isEmpty { origin.parts.append(.text(" as \(text)")) }
    let count = table.rows
    if nextFile < request.validation.count {
      let second = request.validation[nextFile]
      table = try table.followed(
        by: try self.table(second, classes: classes).0, at: Diagnostic.Label(source, second.range))
      if let trainingCount, trainingCount != count {
        throw Diagnostic(
          "data.rows",
          "there are \(trainingCount) rows to learn from already, and this has \(count)",
          at: label)
      }
      trainingCount = count
    }
    nextFile += 1
    try agree(on: table.rows, at: label)
    if table.droppedRows > 0, request.items.count > 1 {
      throw Diagnostic(
        "data.missing",
        "\(counted(table.droppedRows, "row")) would be dropped here, and those beside them in the other columns not",
        at: label, help: ["put all columns into one file, or fill in what is missing"])
    }
    origin.droppedRows += table.droppedRows
    for group in groups {
      try session.refuseDefinition(
        of: group.name.text, at: Diagnostic.Label(source, group.name.range))
    }
    let wanted = groups.map(\.name.text)
    var reader = FileColumns(table, at: label)
    table = ColumnTable(rows: 0, columns: [])
    for column in try reader.columns(groups) {
      let isNamed = wanted.firstIndex(of: column.name)
      try add(
        column,
        at: isNamed.map { Diagnostic.Label(source, groups[$0].name.range) } ?? label)
    }
    remarks += reader.renamed.prefix(8).map { "'\($0.from)' is called \($0.to) here" }
    if reader.renamed.count > 8 {
      remarks.append("and \(reader.renamed.count - 8) more columns have other names here")
    }
  }

  /// - Parameter classes: columns whose cells may be texts among numbers.
  private func table(
    _ template: StringTemplate, classes: [String]
  ) throws(Diagnostic) -> (ColumnTable, String) {
    let label = Diagnostic.Label(source, template.range)
    guard try !session.filledIn(template).isEmpty else {
      throw Diagnostic("file.unnamed", "a file needs a name", at: label)
    }
    let path = try session.path(of: template)
    var options = ReadingOptions()
    options.missing = request.dropsMissing ? .dropRow : .refuse
    return (try environment.table(path, options, classes: classes, at: label), path)
  }

  // MARK: Columns of expressions

  private mutating func column(
    _ name: (text: String, range: SourceRange), _ width: Expression?, _ value: Expression
  ) throws(Diagnostic) {
    let label = Diagnostic.Label(source, name.range)
    let place = Diagnostic.Label(value.source, value.range)
    try session.refuseDefinition(of: name.text, at: label)
    let width = try width.map { width throws(Diagnostic) in
      try session.wholeNumber(width, "a length", in: 1...1_000_000)
    }
    var elaborator = session.elaborator()
    elaborator.scope.columns = []
    let graph = session.graph
    elaborator.scope.readable["rows"] = rowCount.map { graph.constant(Double($0.count)) }
    elaborator.arguments = made.mapValues { graph.symbol($0) }
    if let rows = rowCount?.count {
      elaborator.randomness?.shape = width.map { .matrix(rows, $0) } ?? .vector(rows)
    }
    let node = try elaborator.elaborate(value)
    session.scope.nextDraw = elaborator.scope.nextDraw
    let shape = graph.shape(node)
    guard !shape.isPerRow else {
      throw Diagnostic(
        "data.perRow", "this is a value for each row of the data that is there now", at: place,
        help: ["write the column's values, or what they are made of"])
    }
    var numbers = graph.evaluate([node], at: values(for: node))[0]
    let columnWidth: Int
    switch shape.extents {
    case .scalar:
      guard let rows = rowCount?.count else {
        throw Diagnostic(
          "data.scalar", "a column has a number for each row, and this is one number", at: place,
          help: [
            "write the numbers in brackets: \(name.text) = [1, 2, 3]",
            "or say how many rows there are: data rows = 100, \(name.text) = …",
          ])
      }
      columnWidth = width ?? 1
      numbers = Array(repeating: numbers[0], count: rows * columnWidth)
    case .vector(let count):
      try agree(on: count, at: place)
      columnWidth = 1
    case .matrix(let count, let n):
      try agree(on: count, at: place)
      columnWidth = n
    }
    if let width, width != columnWidth {
      throw Diagnostic(
        "shape.mismatch",
        "a row of \(name.text) is to have \(width) numbers, and this has \(columnWidth)", at: place)
    }
    if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
      throw Diagnostic(
        "value.notFinite",
        "the numbers of a column are finite, and row \(bad / columnWidth + 1) is \(session.text(numbers[bad]))",
        at: place)
    }
    try add(
      FileColumns.Made(
        name: name.text, values: DescentEngine.Column(numbers, width: columnWidth), classes: nil,
        missingCount: 0), at: label)
    note(name.text, width, value, used: elaborator.usedNames)
  }

  /// The values of what an expression reads: of the session, and columns that were made before.
  private func values(for node: NodeID) -> SymbolValues {
    var values = session.environmentValues
    let read = Set(session.graph.symbols(in: [node]))
    for column in columns {
      guard let symbol = made[column.name], read.contains(symbol) else { continue }
      values[symbol] = Array(column.values.values)
    }
    return values
  }

  // MARK: What makes them again

  private mutating func note(
    _ name: String, _ width: Int?, _ value: Expression, used: Set<String>
  ) {
    let scope = session.scope
    let isLasting = used.allSatisfy { name in
      scope.parameter(name) == nil && !scope.isDefined(name)
        && (name == "rows" || scope.readable[name] == nil)
    }
    if isLasting {
      let head = width.map { "\(name)[\($0)]" } ?? name
      origin.parts.append(.text("\(head) = \(session.closed(value).text)"))
    } else {
      origin.parts.append(.numbers(column: name))
    }
  }

  private mutating func finishOrigin() {
    for (place, template) in request.validation.enumerated() {
      origin.parts.append(.text(place == 0 ? " validation " : ", "))
      origin.parts.append(.file((try? session.path(of: template)) ?? ""))
    }
    if request.dropsMissing { origin.parts.append(.text(" drop missing")) }
  }
}

extension Diagnostic.Label {
  fileprivate func telling(_ text: String) -> Diagnostic.Label {
    Diagnostic.Label(source, range, text)
  }
}
