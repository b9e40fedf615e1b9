/// Why bytes did not become a table.
package enum DataError: Error, Sendable, Equatable {
  /// A cell of a table in text; rows of binary files have no line.
  package struct Cell: Sendable, Equatable {
    /// Counted from 1, the line of names included.
    package var line: Int?
    /// Counted from 1, the line of names not included.
    package var row: Int
    /// Counted from 1.
    package var column: Int
    package var name: String
  }

  /// How many cells of a column are missing.
  package struct MissingCount: Sendable, Equatable {
    package var name: String
    package var count: Int
  }

  package enum BinaryFormat: String, Sendable {
    case numPy = "NumPy"
    case idx = "IDX"
  }

  // Files
  case noSuchFile
  case isDirectory
  case noPermission
  /// Anything else that the system says, by its number.
  case system(code: Int32)
  case cancelled
  case tooLarge(limit: Int)

  // Any format
  case empty
  /// The first bytes are those of a format that is not read, such as a spreadsheet.
  case foreignFormat(name: String)
  case missingValues(first: Cell, counts: [MissingCount], rows: Int)
  /// Every row had a missing value and was dropped.
  case everyRowDropped(rows: Int)

  // Text
  case namesOnly(columns: Int)
  case controlCharacter(byte: UInt8, line: Int)
  case utf16
  case invalidUTF8(Cell)
  case openQuote(line: Int)
  case textAfterQuote(line: Int)
  case raggedRow(line: Int, found: Int, expected: Int)
  case sameName(name: String, first: Int, second: Int)
  case noSuchColumn(name: String, columns: [String])
  /// A cell of a column whose cells are mostly numbers.
  case notANumber(Cell, text: String, count: Int, cells: Int)

  // gzip
  case compressionCutShort(bytes: Int)
  case compressionDamaged(offset: Int)
  case bytesAfterCompression(count: Int)

  // NumPy and IDX
  case malformed(BinaryFormat, MalformedPart)
  /// Element types that are not read: Python objects, structures, complex numbers.
  case elementType(BinaryFormat, name: String)
  case wrongLength(BinaryFormat, expected: Int, found: Int)

  /// The part of a binary file that does not follow its format.
  package enum MalformedPart: String, Sendable {
    case signature, version, header, shape
  }
}
