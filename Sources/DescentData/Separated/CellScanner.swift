/// Cuts a text into cells, as RFC 4180 says, and a little more leniently.
///
/// A line ends with `\n`, `\r\n` or `\r`. Spaces and tabs around a cell are no part of it. A
/// quotation mark begins a quotation only at the start of a cell; elsewhere it is a letter.
struct CellScanner {
  enum End { case cell, record }

  struct Cell {
    /// Where its text is, without spaces around it and without the quotation marks.
    var range: Range<Int>
    /// Whether quotation marks in it are written twice.
    var hasDoubledQuotes = false
    /// The line it begins in.
    var line: Int
    var end: End
  }

  let bytes: UnsafeRawBufferPointer
  let separator: UInt8
  var position: Int
  var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let newline = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  var isAtEnd: Bool { position >= bytes.count }

  @inline(__always)
  private func isSpace(_ byte: UInt8) -> Bool {
    (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")) && byte != separator
  }

  /// Goes on to the next line that has more than spaces.
  mutating func skipBlankLines() {
    while position < bytes.count {
      var index = position
      while index < bytes.count, isSpace(bytes[index]) { index += 1 }
      if index < bytes.count {
        guard takeLineBreak(&index) else { return }
        line += 1
      }
      position = index
    }
  }

  /// The next cell. At the end of the text it is empty: the text may end with a separator.
  mutating func nextCell() throws(DataError) -> Cell {
    var index = position
    let firstLine = line
    while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    if index < bytes.count, bytes[index] == Self.quote { return try quotedCell(from: index) }
    let lower = index
    while index < bytes.count, !endsCell(bytes[index]) {
      if bytes[index] < 0x20, bytes[index] != UInt8(ascii: "\t") {
        throw .controlCharacter(byte: bytes[index], line: line)
      }
      index += 1
    }
    var upper = index
    while upper > lower, isSpace(bytes[upper - 1]) { upper -= 1 }
    return Cell(range: lower..<upper, line: firstLine, end: finishCell(at: index))
  }

  private mutating func quotedCell(from start: Int) throws(DataError) -> Cell {
    var index = start + 1
    let firstLine = line
    var hasDoubledQuotes = false
    while true {
      guard index < bytes.count else { throw .openQuote(line: firstLine) }
      let byte = bytes[index]
      if byte == Self.quote {
        guard index + 1 < bytes.count, bytes[index + 1] == Self.quote else { break }
        hasDoubledQuotes = true
        index += 2
      } else if takeLineBreak(&index) {
        line += 1
      } else {
        if byte < 0x20, byte != UInt8(ascii: "\t") {
          throw .controlCharacter(byte: byte, line: line)
        }
        index += 1
      }
    }
    let range = start + 1..<index
    index += 1
    while index < bytes.count, isSpace(bytes[index]) { index += 1 }
    guard index == bytes.count || endsCell(bytes[index]) else { throw .textAfterQuote(line: line) }
    return Cell(
      range: range, hasDoubledQuotes: hasDoubledQuotes, line: firstLine,
      end: finishCell(at: index))
  }

  @inline(__always)
  private func endsCell(_ byte: UInt8) -> Bool {
    byte == separator || byte == Self.newline || byte == Self.carriageReturn
  }

  /// Goes past what ends a cell at an offset: a separator, a line break, or the end of the text.
  @inline(__always)
  mutating func finishCell(at offset: Int) -> End {
    var index = offset
    if index < bytes.count {
      if bytes[index] == separator {
        position = index + 1
        return .cell
      }
      if takeLineBreak(&index) { line += 1 }
    }
    position = index
    return .record
  }

  /// Whether a cell may end at an offset.
  @inline(__always)
  func isCellEnd(_ offset: Int) -> Bool { offset >= bytes.count || endsCell(bytes[offset]) }

  @inline(__always)
  private func takeLineBreak(_ index: inout Int) -> Bool {
    switch bytes[index] {
    case Self.newline: index += 1
    case Self.carriageReturn:
      index += 1
      if index < bytes.count, bytes[index] == Self.newline { index += 1 }
    default: return false
    }
    return true
  }
}
