package import DescentSource

/// A string with expressions to be filled in: `"w is {w:.3}"`.
package struct StringTemplate: Sendable {
  package enum Part: Sendable {
    case text(String)
    /// The digits are those asked for by `{w:.3}`.
    case expression(Expression, significantDigits: Int?)
  }

  package var parts: [Part]
  /// With the quotes.
  package var range: SourceRange

  /// The text, if there is nothing to fill in.
  package var plainText: String? {
    var result = ""
    for part in parts {
      guard case .text(let text) = part else { return nil }
      result += text
    }
    return result
  }
}

extension Parser {
  /// Takes a string.
  package mutating func string() throws(Diagnostic) -> StringTemplate {
    guard peek.kind == .string else { throw unexpected(expected: "a string in double quotes") }
    let range = peek.range
    let quote = source.bytes[range.lower] == UInt8(ascii: "\"") ? 1 : 3
    let end = range.upper - (source.bytes[range.upper - 1] == UInt8(ascii: "\"") ? 1 : 3)
    var offset = range.lower + quote
    var parts: [StringTemplate.Part] = []
    var text: [UInt8] = []
    func flush() {
      if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
      text = []
    }
    while offset < end {
      let byte = source.bytes[offset]
      if byte == UInt8(ascii: "\\") {
        text.append(try escaped(at: offset, before: end))
        offset += 2
      } else if byte == UInt8(ascii: "{") {
        flush()
        let close = try closingBrace(of: offset, before: end)
        parts.append(try placeholder(from: offset + 1, to: close))
        offset = close + 1
      } else {
        text.append(byte)
        offset += 1
      }
    }
    flush()
    advance()
    return StringTemplate(parts: parts, range: range)
  }

  private func escaped(at offset: Int, before end: Int) throws(Diagnostic) -> UInt8 {
    let next = offset + 1 < end ? source.bytes[offset + 1] : 0
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"): return next
    case UInt8(ascii: "n"): return 0x0A
    default:
      let length = offset + 1 < end ? source.scalar(at: offset + 1, before: end).length : 0
      throw Diagnostic(
        "string.escape",
        "a string knows no '\(source.text(in: SourceRange(offset, offset + 1 + length)))'",
        at: Diagnostic.Label(source, SourceRange(offset, offset + 1 + length)),
        help: [#"write \\ for a backslash; the others are \" \n \{"#])
    }
  }

  private func closingBrace(of offset: Int, before end: Int) throws(Diagnostic) -> Int {
    for index in (offset + 1)..<max(end, offset + 1) where source.bytes[index] == UInt8(ascii: "}")
    {
      return index
    }
    throw Diagnostic(
      "string.brace", "this '{' is not closed in its string",
      at: Diagnostic.Label(source, SourceRange(offset, offset + 1)),
      help: [#"write \{ for the sign itself"#])
  }

  private func placeholder(from lower: Int, to upper: Int) throws(Diagnostic) -> StringTemplate.Part
  {
    let colon = source.bytes[lower..<upper].lastIndex(of: UInt8(ascii: ":"))
    var digits: Int?
    if let colon {
      digits = Int(source.text(in: SourceRange(colon + 2, upper)))
      guard colon + 1 < upper, source.bytes[colon + 1] == UInt8(ascii: "."),
        let digits, (1...17).contains(digits)
      else {
        throw Diagnostic(
          "string.format", "a format is a point and the number of significant digits, 1 to 17",
          at: Diagnostic.Label(source, SourceRange(colon, upper)), help: ["write it as in {w:.3}"])
      }
    }
    let end = colon ?? upper
    var parser = Parser(source, origin: .prompt, in: SourceRange(lower, end))
    guard !parser.isAtEnd else {
      throw Diagnostic(
        "string.empty", "there is nothing to fill in between these braces",
        at: Diagnostic.Label(source, SourceRange(lower - 1, upper + 1)),
        help: [#"write \{ for the sign itself"#])
    }
    do throws(Diagnostic) {
      let expression = try parser.expressionWithBindings()
      guard parser.isAtEnd else { throw parser.unexpected(expected: "'}'") }
      return .expression(expression, significantDigits: digits)
    } catch {
      var problem = error
      // The input that ends is what stands between the braces.
      if problem.code == "syntax.incomplete" {
        problem.message = "the braces end where an expression is expected"
      }
      throw problem
    }
  }
}
