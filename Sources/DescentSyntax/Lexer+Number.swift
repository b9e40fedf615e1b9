import DescentSource

extension Lexer {
  func isDigit(at offset: Int) -> Bool {
    offset < limit
      && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(source.bytes[offset])
  }

  func byte(at offset: Int) -> UInt8? { offset < limit ? source.bytes[offset] : nil }

  /// Digits, optionally `.` and digits; or `.5`; an exponent only where digits follow.
  ///
  /// What looks like a number and is none is refused here with its readings: nothing is guessed.
  mutating func readNumber() throws(Diagnostic) -> Double {
    let lower = offset
    try skipDigits()
    let startsWithDot = offset == lower
    if startsWithDot || (byte(at: offset) == UInt8(ascii: ".") && isDigit(at: offset + 1)) {
      offset += 1
      try skipDigits()
    }
    if let next = byte(at: offset), next | 0x20 == UInt8(ascii: "e") {
      var digits = offset + 1
      if let sign = byte(at: digits), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        digits += 1
      }
      if isDigit(at: digits) {
        offset = digits
        try skipDigits()
      } else if !continuesName(at: offset + 1) {
        throw bareExponent(lower)
      }
    }
    try refuseWhatFollows(lower)
    return try value(from: lower)
  }

  private mutating func skipDigits() throws(Diagnostic) {
    while offset < limit {
      if isDigit(at: offset) {
        offset += 1
      } else if source.bytes[offset] == UInt8(ascii: "_") {
        guard offset > 0, isDigit(at: offset - 1), isDigit(at: offset + 1) else {
          let place = SourceRange(offset, offset + 1)
          offset += 1
          throw Diagnostic(
            "number.underscore", "an underscore in a number stands between two digits",
            at: Diagnostic.Label(source, place), help: ["write it as in 1_000"])
        }
        offset += 1
      } else {
        return
      }
    }
  }

  private func continuesName(at offset: Int) -> Bool {
    guard let byte = byte(at: offset) else { return false }
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      return true
    case 0x80...:
      let scalar = source.scalar(at: offset, before: limit).scalar
      return (scalar.properties.isAlphabetic && !Self.isRaisedLetter(scalar))
        || ("\u{2080}"..."\u{2089}").contains(scalar)
    default: return false
    }
  }

  /// `3e`, `2e+x`.
  private mutating func bareExponent(_ lower: Int) -> Diagnostic {
    let digits = source.text(in: SourceRange(lower, offset))
    offset += 1
    var help = ["write \(digits)*e for \(digits) times the constant e"]
    if let sign = byte(at: offset), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      let sign = sign == UInt8(ascii: "+") ? "+" : "-"
      help[0] = "write \(digits)*e \(sign) … to calculate with the constant e"
      help.append("write \(digits)e\(sign)3 for a power of ten: digits follow at once")
    } else {
      help.append("write \(digits)e3 for a power of ten: digits follow at once")
    }
    return Diagnostic(
      "number.exponent", "'\(digits)e' can be read in two ways",
      at: Diagnostic.Label(source, SourceRange(lower, offset)), help: help)
  }

  /// `0x10`, `1.2.3`, `1...5`, `2.`
  private mutating func refuseWhatFollows(_ lower: Int) throws(Diagnostic) {
    guard let next = byte(at: offset), next == UInt8(ascii: ".") || next >= UInt8(ascii: "A")
    else { return }
    let digits = source.text(in: SourceRange(lower, offset))
    if digits == "0", let radix = Self.radixes[next | 0x20] {
      var upper = offset + 1
      while let byte = byte(at: upper), Unicode.Scalar(byte).properties.isASCIIHexDigit {
        upper += 1
      }
      if upper > offset + 1, !continuesName(at: upper) {
        let name = source.text(in: SourceRange(offset, upper))
        var help = ["write 0*\(name) for 0 times '\(name)'"]
        if let value = Int(name.dropFirst(), radix: radix) {
          help.insert("write \(value) for the number", at: 0)
        }
        offset = upper
        throw Diagnostic(
          "number.radix", "numbers are written in decimal digits only",
          at: Diagnostic.Label(source, SourceRange(lower, upper)), help: help)
      }
    }
    guard next == UInt8(ascii: ".") else { return }
    if isDigit(at: offset + 1) {
      while isDigit(at: offset)
        || (byte(at: offset) == UInt8(ascii: ".") && isDigit(at: offset + 1))
      {
        offset += 1
      }
      throw Diagnostic(
        "number.dots", "a number has one decimal point",
        at: Diagnostic.Label(source, SourceRange(lower, offset)),
        help: ["for a range write \(digits)..b"])
    }
    if byte(at: offset + 1) == UInt8(ascii: ".") {
      try refuseThreeDots(after: lower)
      return
    }
    offset += 1
    throw Diagnostic(
      "number.point", "'\(digits).' is no number: digits follow a decimal point",
      at: Diagnostic.Label(source, SourceRange(lower, offset)),
      help: ["write \(digits.contains(".") ? digits : "\(digits) or \(digits).0")"])
  }

  private static let radixes: [UInt8: Int] = [
    UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2,
  ]

  /// Refuses `...`, which is no operator, with what it may stand for; `..` is left alone.
  mutating func refuseThreeDots(after lower: Int? = nil) throws(Diagnostic) {
    let start = offset
    var upper = start
    while byte(at: upper) == UInt8(ascii: ".") { upper += 1 }
    guard upper - start >= 3 else { return }
    let left = lower.map { source.text(in: SourceRange($0, start)) } ?? "a"
    var end = upper
    while isDigit(at: end) { end += 1 }
    let right = end > upper ? source.text(in: SourceRange(upper, end)) : "b"
    offset = end
    var help = ["write \(left)..\(right) for the range from \(left) to \(right)"]
    if end > upper { help.append("write \(left)..0.\(right) if it ends at 0.\(right)") }
    throw Diagnostic(
      "number.dots", "a range has two dots",
      at: Diagnostic.Label(source, SourceRange(lower ?? start, end)), help: help)
  }

  private func value(from lower: Int) throws(Diagnostic) -> Double {
    if offset - lower <= 16, let value = shortValue(from: lower) { return value }
    let range = SourceRange(lower, offset)
    let digits = source.bytes[lower..<offset].filter { $0 != UInt8(ascii: "_") }
    let text = String(decoding: digits, as: UTF8.self)
    let label = Diagnostic.Label(source, range)
    // Digits alone decide whether the number is meant to be zero.
    let significand = digits.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    let isZero = significand.allSatisfy { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
    if isZero { return 0 }
    guard let value = Double(text.first == "." ? "0" + text : text), value.isFinite else {
      throw Diagnostic(
        "number.range", "this number is larger than any 64-bit real (about 1.8e308)", at: label,
        help: ["write inf for infinity"])
    }
    guard value != 0 else {
      throw Diagnostic(
        "number.range", "this number is smaller than any 64-bit real above 0 (about 4.9e-324)",
        at: label, help: ["write 0"])
    }
    return value
  }

  /// A number of at most 15 digits, as most are: both they and the power of ten that divides them
  /// are exact, and their quotient is rounded once. Nil for another.
  private func shortValue(from lower: Int) -> Double? {
    var (digits, count, places) = (0, 0, 0)
    var isPastPoint = false
    for byte in source.bytes[lower..<offset] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits = digits &* 10 &+ Int(byte &- UInt8(ascii: "0"))
        count += 1
        if isPastPoint { places += 1 }
      case UInt8(ascii: "."): isPastPoint = true
      case UInt8(ascii: "_"): continue
      default: return nil
      }
    }
    return count <= 15 ? Double(digits) / Self.powersOfTen[places] : nil
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
