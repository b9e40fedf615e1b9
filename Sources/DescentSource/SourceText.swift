/// A text that can be pointed into: a file, a line typed at the prompt, an argument of `-e`.
///
/// Copies share their bytes, so that every tree and every diagnostic can carry its text along.
public struct SourceText: Sendable {
  /// A file's name, or `-e`, `<stdin>`, `<prompt>`.
  public let name: String
  /// The text in UTF-8, known to be valid.
  public let bytes: [UInt8]

  /// A text read from outside.
  ///
  /// - Throws: `source.encoding`, with the offset and the line of the first byte that is not UTF-8.
  public init(name: String, bytes: [UInt8]) throws(Diagnostic) {
    self.name = name
    self.bytes = bytes
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let offset = error.byteOffsets.lowerBound
      throw Diagnostic(
        "source.encoding",
        "'\(name)' is not UTF-8: the byte 0x\(String(bytes[offset], radix: 16)) at offset \(offset),"
          + " line \(lineNumber(at: offset)), is no part of a character",
        help: ["save the file in the encoding UTF-8"])
    }
  }

  public init(name: String, text: String) {
    self.name = name
    self.bytes = Array(text.utf8)
  }

  /// The text of a range; what lies outside the text is left out.
  public func text(in range: SourceRange) -> String {
    let upper = min(max(range.upper, 0), bytes.count)
    let lower = min(max(range.lower, 0), upper)
    return String(decoding: bytes[lower..<upper], as: UTF8.self)
  }

  /// The number of the line that holds the offset, counted from 1.
  ///
  /// Counted when asked: only an error asks, and a text without errors then costs nothing.
  ///
  /// **Complexity** linear in the offset.
  public func lineNumber(at offset: Int) -> Int {
    var line = 1
    for index in 0..<min(max(offset, 0), bytes.count) where endsLine(index) {
      line += 1
    }
    return line
  }

  /// The line that holds the offset, without its line break.
  ///
  /// **Complexity** linear in the length of the line.
  public func lineRange(at offset: Int) -> SourceRange {
    let offset = min(max(offset, 0), bytes.count)
    var lower = offset
    while lower > 0, !endsLine(lower - 1) { lower -= 1 }
    var upper = offset
    while upper < bytes.count, !isLineBreak(bytes[upper]) { upper += 1 }
    // An offset between the two bytes of a Windows line break belongs to the line before it.
    if upper > lower, bytes[upper - 1] == 0x0D { upper -= 1 }
    return SourceRange(lower, upper)
  }

  private func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  /// Whether the byte is the last of a line break: `\n`, `\r\n` or a lone `\r`.
  private func endsLine(_ index: Int) -> Bool {
    switch bytes[index] {
    case 0x0A: true
    case 0x0D: index + 1 == bytes.count || bytes[index + 1] != 0x0A
    default: false
    }
  }
}
