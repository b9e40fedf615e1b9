/// A table in text, such as CSV.
///
/// **What a column is.** A column whose present cells are all numbers is one of numbers. One whose
/// cells are mostly numbers (more than half, those with marks between thousands counted among them)
/// is meant as numbers, and a cell that is none is an error with its place. Any other is a column of
/// texts: its distinct texts, sorted by their bytes, become 1, 2, … K. Missing cells say nothing
/// about it; a column without any other is one of numbers.
///
/// Blank lines are no rows. Most tables are read in one pass. One with a column that turns out to be texts, though some of
/// its cells are numbers, is read again, for those were not kept as texts.
struct SeparatedText {
  let bytes: UnsafeRawBufferPointer
  let start: Int
  let separator: UInt8

  init(_ bytes: UnsafeRawBufferPointer, from start: Int, separator: UInt8) {
    self.bytes = bytes
    self.start = start
    self.separator = separator
  }

  func table(
    _ options: ReadingOptions, _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    let header = try SeparatedHeader(scanner, options)
    var kinds = try columnKinds(header, options)
    while true {
      var rows = SeparatedRows(header, kinds, options)
      try rows.read(&progress)
      let mixed = try rows.textColumnsWithNumbers()
      if mixed.isEmpty { return try rows.table() }
      for column in mixed { kinds[column] = .text }
      progress.repeatStage()
    }
  }

  private var scanner: CellScanner {
    CellScanner(bytes: bytes, separator: separator, position: start)
  }

  private func columnKinds(
    _ header: SeparatedHeader, _ options: ReadingOptions
  ) throws(DataError) -> [SeparatedRows.Kind] {
    for name in options.textColumns.sorted() where !header.names.contains(name) {
      throw .noSuchColumn(name: name, columns: header.names)
    }
    let selected = options.selection.map { $0(header.names) }
    return header.names.enumerated().map { column, name in
      if let selected, !selected.contains(column) { return .skipped }
      return options.textColumns.contains(name) ? .text : .undecided
    }
  }
}

/// The names of the columns, and where the rows begin.
struct SeparatedHeader {
  let names: [String]
  let isInFile: Bool
  /// Stands before the first row.
  let scanner: CellScanner

  /// What is kept of a column beside its values, roughly: a line of a million separators needs it.
  private static let bytesPerColumn = 512

  init(_ scanner: CellScanner, _ options: ReadingOptions) throws(DataError) {
    let bytes = scanner.bytes
    var next = scanner
    next.skipBlankLines()
    guard !next.isAtEnd else { throw .empty }
    let rowStart = next
    var cells: [CellScanner.Cell] = []
    repeat {
      cells.append(try next.nextCell())
      guard cells.count <= options.memoryLimit / Self.bytesPerColumn else {
        throw .tooLarge(limit: options.memoryLimit)
      }
    } while cells.last?.end == .cell

    isInFile =
      switch options.names {
      case .inFirstLine: true
      case .none: false
      case .detected: Self.areNames(cells, bytes)
      }
    guard isInFile else {
      names = cells.indices.map { "c\($0 + 1)" }
      self.scanner = rowStart
      return
    }
    var names: [String] = []
    var places: [String: Int] = [:]
    for (column, cell) in cells.enumerated() {
      let unnamed = "c\(column + 1)"
      guard let text = cell.text(in: bytes) else {
        throw .invalidUTF8(.init(line: cell.line, row: 0, column: column + 1, name: unnamed))
      }
      let name = text.isEmpty ? unnamed : text
      if let first = places.updateValue(column, forKey: name) {
        throw .sameName(name: name, first: first + 1, second: column + 1)
      }
      names.append(name)
    }
    next.skipBlankLines()
    guard !next.isAtEnd else { throw .namesOnly(columns: names.count) }
    self.names = names
    self.scanner = next
  }

  /// Whether the first record is made of names: see ``ReadingOptions/Names/detected``.
  private static func areNames(
    _ cells: [CellScanner.Cell], _ bytes: UnsafeRawBufferPointer
  ) -> Bool {
    var hasText = false
    for cell in cells {
      switch CellMeaning(bytes, cell.range) {
      case .text: hasText = true
      case .missing: break
      case .number:
        let isWhole = bytes[cell.range].allSatisfy { $0 &- UInt8(ascii: "0") <= 9 }
        guard isWhole else { return false }
      }
    }
    return hasText
  }
}

extension CellScanner.Cell {
  /// The text, with each doubled quotation mark once; `nil` if it is not UTF-8.
  fileprivate func text(in bytes: UnsafeRawBufferPointer) -> String? {
    var interner = TextInterner()
    _ = interner.number(of: bytes, range, hasDoubledQuotes: hasDoubledQuotes)
    return String(validating: interner.bytes(of: 0), as: UTF8.self)
  }
}
