/// Reads the rows of a text into columns.
///
/// Cells go into a block of some thousand numbers, column by column, and the blocks into the
/// columns: so no column is touched for each cell, and a row that is dropped is overwritten.
struct SeparatedRows {
  enum Kind {
    /// Numbers, unless a cell shows otherwise.
    case undecided
    case text
    /// Not wanted.
    case skipped
  }

  /// What has been seen of a column.
  private struct Tally {
    var missing = 0
    /// Cells that are no numbers, and those among them with marks between thousands.
    var texts = 0
    var grouped = 0
    var firstMissing: DataError.Cell?
    var firstText: (cell: DataError.Cell, number: Int)?
    /// Texts are held as their numbers here until all are known.
    var interner = TextInterner()
  }

  private static let blockSize = 1 << 14

  private let header: SeparatedHeader
  private let kinds: [Kind]
  private let options: ReadingOptions
  private let blockRows: Int
  private var scanner: CellScanner
  private var columns: [[Double]]
  private var tallies: [Tally]
  /// Rows that are kept, and rows with a missing value, whether they are kept or not.
  private var rows = 0
  private var incompleteRows = 0
  /// All rows so far.
  private var records = 0

  init(_ header: SeparatedHeader, _ kinds: [Kind], _ options: ReadingOptions) {
    self.header = header
    self.kinds = kinds
    self.options = options
    scanner = header.scanner
    // An odd length, so that the columns do not all fall into the same lines of the cache.
    blockRows = max(1, Self.blockSize / kinds.count) | 1
    columns = kinds.map { _ in [] }
    tallies = kinds.map { _ in Tally() }
  }

  // MARK: Reading

  mutating func read(_ progress: inout ReadingProgress) throws(DataError) {
    let total = scanner.bytes.count
    var block = [Double](repeating: 0, count: blockRows * kinds.count)
    let firstRow = scanner.position
    scanner.skipBlankLines()
    while !scanner.isAtEnd {
      let filled = try block.withUnsafeMutableBufferPointer { block throws(DataError) in
        try readBlock(block)
      }
      if rows == 0, filled > 0 { reserve(filled, consumed: scanner.position - firstRow) }
      for column in kinds.indices where kinds[column] != .skipped {
        let start = column * blockRows
        columns[column].append(contentsOf: block[start..<start + filled])
      }
      rows += filled
      let size = rows.multipliedReportingOverflow(by: 8 * kinds.count)
      guard !size.overflow, size.partialValue <= options.memoryLimit else {
        throw .tooLarge(limit: options.memoryLimit)
      }
      try progress.advance(to: scanner.position, of: total)
    }
  }

  /// Makes room for as many rows as the first ones let expect.
  private mutating func reserve(_ filled: Int, consumed: Int) {
    let share = Double(scanner.bytes.count - scanner.position) / Double(max(consumed, 1))
    let expected = Double(filled) * (1 + share * 1.05) + 16
    let most = Double(options.memoryLimit) / Double(8 * kinds.count)
    for column in kinds.indices where kinds[column] != .skipped {
      columns[column].reserveCapacity(Int(min(expected, most)))
    }
  }

  /// Reads until the block or the text is full; how many rows of the block are to be kept.
  private mutating func readBlock(
    _ block: UnsafeMutableBufferPointer<Double>
  ) throws(DataError) -> Int {
    let bytes = scanner.bytes
    let columnCount = kinds.count
    var filled = 0
    while filled < blockRows, !scanner.isAtEnd {
      var isComplete = true
      var place = filled
      let line = scanner.line
      for column in 0..<columnCount {
        var end: CellScanner.End
        // Nearly every cell is a number that a separator or a line break follows.
        if kinds[column] == .undecided,
          let number = DecimalNumber(in: bytes, from: scanner.position, upTo: bytes.count),
          scanner.isCellEnd(number.end)
        {
          block[place] = number.value
          end = scanner.finishCell(at: number.end)
        } else {
          end = try readCell(column, into: &block[place], &isComplete)
        }
        if (end == .record) != (column == columnCount - 1) {
          throw raggedRow(line, cells: column + 1, end)
        }
        place += blockRows
      }
      records += 1
      if !isComplete { incompleteRows += 1 }
      if isComplete || options.missing == .refuse { filled += 1 }
      scanner.skipBlankLines()
    }
    return filled
  }

  /// Any cell that is not a bare number.
  private mutating func readCell(
    _ column: Int, into value: inout Double, _ isComplete: inout Bool
  ) throws(DataError) -> CellScanner.End {
    let cell = try scanner.nextCell()
    guard kinds[column] != .skipped else { return cell.end }
    switch CellMeaning(scanner.bytes, cell.range) {
    case .number(let number) where kinds[column] == .undecided:
      value = number
    case .missing:
      value = .nan
      isComplete = false
      tallies[column].missing += 1
      if tallies[column].firstMissing == nil {
        tallies[column].firstMissing = self.place(of: cell, column)
      }
    case .number, .text:
      value = Double(try number(ofText: cell, column))
    }
    return cell.end
  }

  private mutating func number(
    ofText cell: CellScanner.Cell, _ column: Int
  ) throws(DataError) -> Int {
    let (number, isNew) = tallies[column].interner.number(
      of: scanner.bytes, cell.range, hasDoubledQuotes: cell.hasDoubledQuotes)
    if isNew, String(validating: tallies[column].interner.bytes(of: number), as: UTF8.self) == nil {
      throw .invalidUTF8(place(of: cell, column))
    }
    if tallies[column].texts == 0 { tallies[column].firstText = (place(of: cell, column), number) }
    tallies[column].texts += 1
    if GroupedNumber.matches(scanner.bytes[cell.range]) { tallies[column].grouped += 1 }
    return number
  }

  private func place(of cell: CellScanner.Cell, _ column: Int) -> DataError.Cell {
    DataError.Cell(
      line: cell.line, row: records + 1, column: column + 1, name: header.names[column])
  }

  /// The error for a record that ended too soon or did not end, once `cells` of it are read.
  private mutating func raggedRow(_ line: Int, cells: Int, _ end: CellScanner.End) -> DataError {
    var found = cells
    var end = end
    while end == .cell, let cell = try? scanner.nextCell() {
      found += 1
      end = cell.end
    }
    return .raggedRow(line: line, found: found, expected: kinds.count)
  }

  // MARK: What the columns are

  /// The columns of texts that have numbers among their cells, which must be read again.
  ///
  /// - Throws: ``DataError/notANumber(_:text:count:cells:)`` for the first cell that is no number in
  ///   a column of numbers.
  func textColumnsWithNumbers() throws(DataError) -> [Int] {
    var mixed: [Int] = []
    var first: (cell: DataError.Cell, column: Int)?
    for column in kinds.indices where kinds[column] == .undecided && tallies[column].texts > 0 {
      let tally = tallies[column]
      let present = records - tally.missing
      if 2 * (present - tally.texts + tally.grouped) > present {
        if let cell = tally.firstText?.cell, cell.row < first?.cell.row ?? .max {
          first = (cell, column)
        }
      } else if tally.texts < present {
        mixed.append(column)
      }
    }
    guard let first, let number = tallies[first.column].firstText?.number else { return mixed }
    throw .notANumber(
      first.cell,
      text: String(decoding: tallies[first.column].interner.bytes(of: number), as: UTF8.self),
      count: tallies[first.column].texts, cells: records)
  }

  func table() throws(DataError) -> ColumnTable {
    if options.missing == .refuse { try refuseMissingValues() }
    guard rows > 0 else { throw .everyRowDropped(rows: records) }
    var table = ColumnTable(
      rows: rows, columns: [], droppedRows: records - rows, hasNames: header.isInFile)
    for column in kinds.indices where kinds[column] != .skipped {
      let tally = tallies[column]
      var result = ColumnTable.Column(
        name: header.names[column], values: columns[column], missingCount: tally.missing)
      if tally.texts > 0 || kinds[column] == .text { result.becomeClasses(tally.interner) }
      table.columns.append(result)
    }
    return table
  }

  private func refuseMissingValues() throws(DataError) {
    let places = tallies.compactMap(\.firstMissing)
    guard let first = places.min(by: { ($0.row, $0.column) < ($1.row, $1.column) }) else { return }
    let counts = tallies.indices.filter { tallies[$0].missing > 0 }.map {
      DataError.MissingCount(name: header.names[$0], count: tallies[$0].missing)
    }
    throw .missingValues(first: first, counts: counts, rows: incompleteRows)
  }
}

extension ColumnTable.Column {
  /// Replaces the numbers of an interner by 1, 2, … K in the order of the texts.
  ///
  /// Texts that only dropped rows had are no classes.
  fileprivate mutating func becomeClasses(_ interner: TextInterner) {
    var isUsed = [Bool](repeating: false, count: interner.count)
    for value in values { isUsed[Int(value)] = true }
    let sorted = isUsed.indices.filter { isUsed[$0] }.sorted {
      interner.bytes(of: $0).lexicographicallyPrecedes(interner.bytes(of: $1))
    }
    var numbers = [Double](repeating: 0, count: interner.count)
    for (place, number) in sorted.enumerated() { numbers[number] = Double(place + 1) }
    values = values.map { numbers[Int($0)] }
    classes = sorted.map { String(decoding: interner.bytes(of: $0), as: UTF8.self) }
  }
}
