#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

extension DataError {
  /// One sentence in lower case without a full stop, to go after "cannot read FILE: ".
  package var message: String {
    switch self {
    case .noSuchFile: "there is no such file"
    case .isDirectory: "it is a directory"
    case .noPermission: "you have no permission to read it"
    case .system(let code): String(cString: strerror(code)).lowercased()
    case .cancelled: "the reading was stopped"
    case .tooLarge(let limit): "it needs more memory than the limit of \(Self.size(limit))"
    case .empty: "it holds no data"
    case .foreignFormat(let name): "it is \(name), not a table in text, NumPy or IDX"
    case .missingValues(let first, let counts, _):
      "\(first) is missing a value"
        + (counts.reduce(0) { $0 + $1.count } == 1
          ? "" : "; missing in all: " + Self.list(counts.map { "\($0.name) \($0.count)" }))
    case .everyRowDropped(let rows):
      rows == 1
        ? "the only row is missing a value" : "each of the \(rows) rows is missing a value"
    case .namesOnly(let columns):
      "it has \(columns == 1 ? "a name of a column" : "names of \(columns) columns") and no rows"
    case .controlCharacter(let byte, let line):
      "it is no text: line \(line) has a byte 0x\(Self.hexadecimal(byte))"
    case .utf16: "it is text in the encoding UTF-16, not UTF-8"
    case .invalidUTF8(let cell): "\(cell) is not in the encoding UTF-8"
    case .openQuote(let line): "the quotation that begins in line \(line) has no end"
    case .textAfterQuote(let line):
      "line \(line) has text between the end of a quotation and the next separator"
    case .raggedRow(let line, let found, let expected):
      "line \(line) has \(Self.count(found, "cell")), where those before it have \(expected)"
    case .sameName(let name, let first, let second):
      "columns \(first) and \(second) have the same name, \(Self.excerpt(name))"
    case .noSuchColumn(let name, let columns):
      "there is no column \(Self.excerpt(name)); the columns are \(Self.list(columns))"
    case .notANumber(let cell, let text, let count, let cells):
      "\(cell): \(Self.excerpt(text)) is no number"
        + Self.others(count - 1, of: cells)
    case .compressionCutShort(let bytes):
      "the compressed file ends too soon, after \(Self.count(bytes, "byte"))"
    case .compressionDamaged(let offset): "the compressed file is damaged near byte \(offset)"
    case .bytesAfterCompression(let count):
      "\(Self.count(count, "byte")) after the end of the compressed data belong to nothing"
    case .malformed(let format, let part):
      "its \(part.rawValue) is not that of \(format == .idx ? "an IDX" : "a NumPy") file"
    case .elementType(let format, let name):
      "\(format.rawValue) elements of the type \(Self.excerpt(name)) cannot become numbers"
    case .wrongLength(let format, let expected, let found):
      "its \(format.rawValue) header asks for \(Self.count(expected, "byte")) in all, and it has \(found)"
    }
  }

  /// Lines of advice, most useful first.
  package var help: [String] {
    switch self {
    case .missingValues(_, _, let rows):
      ["fill them in, or drop the rows that miss one, \(rows) in all"]
    case .everyRowDropped: ["leave out the column that has no values"]
    case .foreignFormat, .controlCharacter:
      ["save the data as CSV, comma-separated values, or as a NumPy array (.npy)"]
    case .utf16, .invalidUTF8: ["save the file in the encoding UTF-8"]
    case .openQuote: ["a quotation mark inside a quotation is written twice"]
    case .textAfterQuote:
      ["a quotation covers a whole cell, and a quotation mark inside it is written twice"]
    case .raggedRow:
      ["put a cell that holds the separator into quotation marks, and leave missing cells empty"]
    case .sameName: ["give each column a name of its own"]
    case .notANumber(_, let text, _, _): Self.help(for: text)
    case .compressionCutShort, .compressionDamaged: ["fetch the file anew"]
    case .wrongLength(_, let expected, let found):
      found < expected ? ["the file was cut off; fetch it anew"] : []
    case .elementType(let format, _):
      format == .numPy ? ["in Python: numpy.save(\"data.npy\", a.astype(float))"] : []
    case .noSuchFile, .isDirectory, .noPermission, .system, .cancelled, .tooLarge, .empty,
      .namesOnly, .noSuchColumn, .bytesAfterCompression, .malformed:
      []
    }
  }

  private static func help(for text: String) -> [String] {
    if GroupedNumber.matches(Array(text.utf8)) {
      return ["write numbers with a decimal point, and without marks between thousands: 1234.5"]
    }
    return ["correct it, leave it empty if it is missing, or read the column as classes"]
  }

  // MARK: Wording

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func others(_ count: Int, of cells: Int) -> String {
    switch count {
    case 0: ""
    case 1: ", nor is 1 other of its \(cells) cells"
    default: ", nor are \(count) others of its \(cells) cells"
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10 << 20 ? count(bytes, "byte") : "\(bytes >> 20) MiB"
  }

  /// So many that a line holds them, and how many there are besides.
  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count <= 8 ? shown : shown + " and \(names.count - 8) more"
  }

  /// The text in quotation marks, its beginning if it is long.
  private static func excerpt(_ text: String) -> String {
    let shown = text.prefix(40)
    return "'\(shown)\(shown.endIndex == text.endIndex ? "" : "…")'"
  }
}

extension DataError.Cell: CustomStringConvertible {
  /// `line 17, column 3 (score)`.
  package var description: String {
    "\(line.map { "line \($0)" } ?? "row \(row)"), column \(column) (\(name))"
  }
}
