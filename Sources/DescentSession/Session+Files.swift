internal import DescentData
internal import DescentSource
internal import DescentSyntax

extension Environment {
  /// What a reading that was stopped by the person ends with.
  static let stopped = "data.stopped"

  /// A file as a table.
  ///
  /// - Parameter classes: columns whose cells may be texts among numbers.
  func table(
    _ path: String, _ options: ReadingOptions, classes: [String], at label: Diagnostic.Label
  ) throws(Diagnostic) -> ColumnTable {
    let (stops, progress) = (isInterrupted, progress)
    progress?.begin()
    defer { progress?.end() }
    let report: ProgressReport = { fraction in
      progress?.show { "reading \(path): \(Int(100 * fraction)) %" }
      return !stops()
    }
    let result: Result<ColumnTable, DataError>
    if let readTable {
      result = readTable(path, options, report)
    } else {
      switch read(path) {
      case .success(let bytes):
        result = Result { () throws(DataError) in
          try DataReader.table(of: bytes, name: path, options, progress: report)
        }
      case .failure(let problem):
        throw Diagnostic("data.unreadable", "cannot read '\(path)': \(problem.reason)", at: label)
      }
    }
    switch result {
    case .success(let table): return table
    case .failure(.notANumber(let cell, _, _, _))
    where classes.contains(cell.name) && !options.textColumns.contains(cell.name):
      var options = options
      options.textColumns.insert(cell.name)
      return try table(path, options, classes: classes, at: label)
    case .failure(let error):
      var help = error.help
      if case .missingValues(_, _, let rows) = error {
        help = [
          "fill them in, or leave out \(rows == 1 ? "the row that misses one" : "the \(rows) rows that miss one"): data … drop missing"
        ]
      }
      let code = error == .cancelled ? Self.stopped : "data.unreadable"
      throw Diagnostic(
        code, "cannot read '\(path)': \(error.message)", at: label, help: help)
    }
  }
}

extension Session {
  /// Writes a text to a file, found from the folder of the script that names it.
  func write(
    _ text: String, to name: String, _ environment: Environment, at label: Diagnostic.Label
  ) throws(Diagnostic) {
    if checksOnly { return }
    guard !name.isEmpty else {
      throw Diagnostic("file.unnamed", "a file needs a name", at: label)
    }
    let path = RunFile.path(name, from: openFiles.last)
    if let problem = environment.write(path, Array(text.utf8)) {
      throw Diagnostic(
        "file.unwritable", "cannot write '\(path)': \(problem.reason)", at: label)
    }
  }

  /// Writes a table to a file, each number in full: as JSON if the name ends in .json, else as CSV.
  /// Says how many rows went where.
  func write(
    _ table: Table, to file: StringTemplate, _ environment: Environment, in source: SourceText
  ) throws(Diagnostic) {
    let name = try filledIn(file)
    let text = name.hasSuffix(".json") ? table.json + "\n" : table.csv(lineEnd: "\n")
    try write(text, to: name, environment, at: Diagnostic.Label(source, file.range))
    let count = table.rowCount
    environment.emit(.line("\(count == 1 ? "1 row" : "\(count) rows") to \(name)"))
  }
}
