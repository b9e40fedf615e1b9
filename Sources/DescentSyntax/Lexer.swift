import DescentSource

/// Cuts a text into tokens, one at a time, as the parser asks.
///
/// Lexing on demand keeps the memory small on long texts, and lets a mistake spoil no other command
/// than its own.
struct Lexer: Sendable {
  /// A bracket that is open.
  struct Opening: Sendable {
    var sign: Punctuation
    var range: SourceRange
  }

  let source: SourceText
  /// Where the next token is looked for.
  var offset: Int
  /// Where the text to read ends.
  let limit: Int
  /// The brackets that are open, outermost first. They decide what a line break means.
  var openings: [Opening]
  /// Why there is an ``Token/Kind/invalid`` token: the first reason since the last recovery.
  var problem: Diagnostic?
  /// Whether the last token asks for more, so that a line break after it is a space.
  private var expectsMore = false
  /// The same at the end of the text, which is itself a token.
  private(set) var lastAsksForMore = false

  init(
    _ source: SourceText, from lower: Int = 0, to upper: Int? = nil, openings: [Opening] = []
  ) {
    self.source = source
    self.offset = lower
    self.limit = upper ?? source.bytes.count
    self.openings = openings
  }

  /// The next token; at the end of the text ``Token/Kind/endOfInput`` again and again.
  mutating func next() -> Token {
    let from = offset
    while true {
      skipSpace()
      guard offset < limit, let length = lineBreakLength(at: offset) else { break }
      let lower = offset
      offset += length
      if !isInsideBrackets, !expectsMore {
        return Token(
          kind: .newline, range: SourceRange(lower, offset), touchesPrevious: lower == from)
      }
    }
    let lower = offset
    let kind = lower < limit ? read() : .endOfInput
    if kind == .endOfInput {
      lastAsksForMore = lastAsksForMore || expectsMore
    }
    switch kind {
    case .operator, .punctuation(.comma), .punctuation(.equals): expectsMore = true
    case .name: expectsMore = Self.isContinuing(source.bytes[lower..<offset])
    default: expectsMore = false
    }
    return Token(kind: kind, range: SourceRange(lower, offset), touchesPrevious: lower == from)
  }

  private var isInsideBrackets: Bool {
    guard let last = openings.last else { return false }
    return last.sign != .leftBrace
  }

  /// Words after which an entry goes on in the next line.
  private static func isContinuing(_ word: ArraySlice<UInt8>) -> Bool {
    word.count <= 4 && continuingWords.contains(packed(word))
  }

  private static let continuingWords = ["then", "else", "and", "or", "not", "in"]
    .map { packed(Array($0.utf8)[...]) }

  /// Up to four letters as one number.
  private static func packed(_ word: ArraySlice<UInt8>) -> UInt32 {
    word.reduce(0) { $0 << 8 | UInt32($1) }
  }

  // MARK: Space

  private mutating func skipSpace() {
    while offset < limit {
      switch source.bytes[offset] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0B, 0x0C: offset += 1
      case UInt8(ascii: "#"):
        while offset < limit, lineBreakLength(at: offset) == nil { offset += 1 }
      case 0x80...:
        let (scalar, length) = source.scalar(at: offset, before: limit)
        guard Self.isSpace(scalar) else { return }
        offset += length
      default: return
      }
    }
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    // The byte order mark and the zero-width space come along with pasted text.
    scalar == "\u{FEFF}" || scalar == "\u{200B}"
      || (scalar.properties.isWhitespace && !isUnicodeLineBreak(scalar))
  }

  private static func isUnicodeLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{2028}" || scalar == "\u{2029}" || scalar == "\u{85}"
  }

  private func lineBreakLength(at offset: Int) -> Int? {
    switch source.bytes[offset] {
    case 0x0A: return 1
    case 0x0D: return offset + 1 < limit && source.bytes[offset + 1] == 0x0A ? 2 : 1
    case 0xC2, 0xE2:
      let (scalar, length) = source.scalar(at: offset, before: limit)
      return Self.isUnicodeLineBreak(scalar) ? length : nil
    default: return nil
    }
  }

  // MARK: Tokens

  private mutating func read() -> Token.Kind {
    let lower = offset
    do throws(Diagnostic) {
      return try readToken()
    } catch {
      if problem == nil { problem = error }
      // Always forward, whatever went wrong.
      if offset <= lower { offset = lower + source.scalar(at: lower, before: limit).length }
      return .invalid
    }
  }

  private mutating func readToken() throws(Diagnostic) -> Token.Kind {
    let lower = offset
    let byte = source.bytes[lower]
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      try readName()
      return .name
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .number(try readNumber())
    case UInt8(ascii: ".") where isDigit(at: lower + 1):
      return .number(try readNumber())
    case UInt8(ascii: "."):
      try refuseThreeDots()
    case UInt8(ascii: "\""):
      try readString()
      return .string
    case UInt8(ascii: "="):
      if lower + 1 < limit, source.bytes[lower + 1] == byte { break }
      offset += 1
      return .punctuation(.equals)
    default: break
    }
    if byte < 0x80, let sign = Self.punctuation[Int(byte)] {
      offset += 1
      try track(sign, at: SourceRange(lower, offset))
      return .punctuation(sign)
    }
    if let sign = OperatorTable.singleBytes[Int(byte)],
      lower + 1 == limit || !OperatorTable.isSecondByte[Int(source.bytes[lower + 1])]
    {
      offset += 1
      return .operator(sign)
    }
    for symbol in OperatorTable.symbols[Int(byte)]
    where lower + symbol.bytes.count <= limit
      && source.bytes[lower..<(lower + symbol.bytes.count)].elementsEqual(symbol.bytes)
    {
      offset += symbol.bytes.count
      return .operator(symbol.operator)
    }
    return try readUnicode()
  }

  private static let punctuation: [Punctuation?] = (0..<128).map { byte in
    byte == UInt8(ascii: "=")
      ? nil : Punctuation(rawValue: String(Unicode.Scalar(UInt8(byte))))
  }

  private mutating func readUnicode() throws(Diagnostic) -> Token.Kind {
    let (scalar, length) = source.scalar(at: offset, before: limit)
    switch scalar {
    case "\u{2019}", "\u{2032}", "ᵀ":
      offset += length
      return .punctuation(.apostrophe)
    case "\u{201C}", "\u{201D}":
      try readString()
      return .string
    default:
      if SuperscriptDigits.value(of: scalar) != nil || SuperscriptDigits.sign(of: scalar) != nil {
        return .superscript(try readSuperscript())
      }
      if scalar.properties.isAlphabetic, !Self.isRaisedLetter(scalar) {
        try readName()
        return .name
      }
      throw unknownCharacter(scalar, length: length)
    }
  }

  /// No one types a longer one, and messages would be full of it.
  private static let longestName = 1000

  private mutating func readName() throws(Diagnostic) {
    let lower = offset
    skipName()
    guard offset - lower > Self.longestName else { return }
    throw Diagnostic(
      "name.length", "a name has at most \(Self.longestName) bytes, and this has \(offset - lower)",
      at: Diagnostic.Label(source, SourceRange(lower, offset)))
  }

  private mutating func skipName() {
    while offset < limit {
      switch source.bytes[offset] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        offset += 1
      case 0x80...:
        let (scalar, length) = source.scalar(at: offset, before: limit)
        guard Self.continuesName(scalar) else { return }
        offset += length
      default: return
      }
    }
  }

  /// Raised letters are exponents and transposes to a reader, and so no part of a name.
  static func isRaisedLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "ⁿ" || scalar == "ⁱ" || scalar == "ᵀ"
  }

  private static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isAlphabetic { return !isRaisedLetter(scalar) }
    switch scalar.properties.generalCategory {
    case .decimalNumber, .nonspacingMark, .spacingMark: return true
    default: return ("\u{2080}"..."\u{2089}").contains(scalar)
    }
  }

  private mutating func readSuperscript() throws(Diagnostic) -> Double {
    let lower = offset
    var negative = false
    var value = 0.0
    var hasDigits = false
    while offset < limit {
      let (scalar, length) = source.scalar(at: offset, before: limit)
      if let digit = SuperscriptDigits.value(of: scalar) {
        value = value * 10 + Double(digit)
        hasDigits = true
      } else if !hasDigits, offset == lower, let sign = SuperscriptDigits.sign(of: scalar) {
        negative = sign < 0
      } else {
        break
      }
      offset += length
    }
    let label = Diagnostic.Label(source, SourceRange(lower, offset))
    guard hasDigits else {
      throw Diagnostic(
        "number.superscript", "a raised sign needs raised digits after it", at: label,
        help: ["write the exponent with ^, as in w^-1"])
    }
    guard value < 9_007_199_254_740_992 else {
      throw Diagnostic(
        "number.superscript", "this raised number has too many digits to be exact", at: label,
        help: ["write the exponent with ^"])
    }
    return negative ? -value : value
  }

  /// Finds the closing quote; what is between is read by ``Parser/string()``.
  private mutating func readString() throws(Diagnostic) {
    let lower = offset
    let isPlain = source.bytes[offset] == UInt8(ascii: "\"")
    offset += isPlain ? 1 : 3
    while offset < limit, lineBreakLength(at: offset) == nil {
      let byte = source.bytes[offset]
      if byte == UInt8(ascii: "\\"), offset + 1 < limit, lineBreakLength(at: offset + 1) == nil {
        offset += 1 + source.scalar(at: offset + 1, before: limit).length
        continue
      }
      let (scalar, length) = source.scalar(at: offset, before: limit)
      offset += length
      if isPlain ? scalar == "\"" : (scalar == "\u{201C}" || scalar == "\u{201D}") { return }
    }
    throw Diagnostic(
      "syntax.string", "this string is not closed on its line",
      at: Diagnostic.Label(source, SourceRange(lower, offset), "opened here"),
      help: ["close it with \", and write a line break in it as \\n"])
  }

  // MARK: Brackets

  private mutating func track(_ sign: Punctuation, at range: SourceRange) throws(Diagnostic) {
    if sign.closing != nil {
      openings.append(Opening(sign: sign, range: range))
      return
    }
    guard sign.isClosing else { return }
    guard let last = openings.last else {
      throw Diagnostic(
        "syntax.bracket", "this '\(sign.rawValue)' closes nothing",
        at: Diagnostic.Label(source, range), help: ["leave it out, or open it before"])
    }
    if last.sign.closing == sign {
      openings.removeLast()
      return
    }
    // A brace is stronger than what is left open in it; another bracket closes its own kind, or
    // nothing.
    for index in openings.indices.reversed() {
      if openings[index].sign.closing == sign {
        openings.removeSubrange(index...)
        break
      }
      if openings[index].sign == .leftBrace { break }
    }
    let expected = last.sign.closing?.rawValue ?? ""
    throw Diagnostic(
      "syntax.bracket",
      "'\(last.sign.rawValue)' is closed by '\(expected)', not by '\(sign.rawValue)'",
      at: Diagnostic.Label(source, range, "write '\(expected)' first"),
      secondary: [Diagnostic.Label(source, last.range, "opened here")])
  }
}

/// The raised digits and signs that spell exponents.
enum SuperscriptDigits {
  static func value(of scalar: Unicode.Scalar) -> Int? {
    switch scalar {
    case "⁰": 0
    case "¹": 1
    case "²": 2
    case "³": 3
    case "⁴"..."⁹": Int(scalar.value - 0x2070)
    default: nil
    }
  }

  static func sign(of scalar: Unicode.Scalar) -> Int? {
    switch scalar {
    case "⁺": 1
    case "⁻": -1
    default: nil
    }
  }
}

extension SourceText {
  /// The character that starts at an offset, and how many bytes it takes.
  func scalar(at offset: Int, before limit: Int) -> (scalar: Unicode.Scalar, length: Int) {
    let first = bytes[offset]
    let length =
      switch first {
      case ..<0x80: 1
      case ..<0xE0: 2
      case ..<0xF0: 3
      default: 4
      }
    guard length > 1, offset + length <= limit else { return (Unicode.Scalar(first), 1) }
    var value = UInt32(first) & (0xFF >> UInt32(length + 1))
    for index in (offset + 1)..<(offset + length) {
      value = value << 6 | UInt32(bytes[index] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}
