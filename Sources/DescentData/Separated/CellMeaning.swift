/// What the text of a cell says.
enum CellMeaning {
  case number(Double)
  case missing
  case text

  /// Spellings of a value that is not there. Only these: `Na` is sodium, and `-` may be a grade.
  private static let missingSpellings: [[UInt8]] = [
    "NA", "N/A", "n/a", "NaN", "nan", "NAN", "-nan", "null", "NULL", "?",
  ].map { Array($0.utf8) }

  private static let infinitySpellings: [[UInt8]] = ["inf", "infinity"].map { Array($0.utf8) }

  init(_ bytes: UnsafeRawBufferPointer, _ cell: Range<Int>) {
    guard let range = Self.trimmed(bytes, cell) else {
      self = .missing
      return
    }
    if let number = DecimalNumber(in: bytes, from: range.lowerBound, upTo: range.upperBound),
      number.end == range.upperBound
    {
      self = .number(number.value)
    } else if range.count <= 9, let infinity = Self.infinity(bytes[range]) {
      self = .number(infinity)
    } else if range.count <= 4,
      Self.missingSpellings.contains(where: { $0.elementsEqual(bytes[range]) })
    {
      self = .missing
    } else {
      self = .text
    }
  }

  var isText: Bool {
    if case .text = self { true } else { false }
  }

  /// Without the spaces that a quotation may have; `nil` if nothing is left.
  private static func trimmed(_ bytes: UnsafeRawBufferPointer, _ cell: Range<Int>) -> Range<Int>? {
    let isSpace = { (index: Int) in bytes[index] == UInt8(ascii: " ") }
    guard let lower = cell.first(where: { !isSpace($0) }),
      let last = cell.last(where: { !isSpace($0) })
    else { return nil }
    return lower..<last + 1
  }

  private static func infinity(_ text: Slice<UnsafeRawBufferPointer>) -> Double? {
    let sign = text.first
    let isSigned = sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+")
    let name = text.dropFirst(isSigned ? 1 : 0)
    let isInfinite = infinitySpellings.contains { $0.elementsEqual(name.lazy.map { $0 | 0x20 }) }
    return isInfinite ? (sign == UInt8(ascii: "-") ? -.infinity : .infinity) : nil
  }
}

/// Numbers with marks between thousands, or with a decimal comma: `1,234.5`, `1 234`, `3,14`.
///
/// They are refused: what `1,234` means depends on the country.
enum GroupedNumber {
  static func matches(_ text: some Collection<UInt8>) -> Bool {
    var rest = text[...]
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      rest = rest.dropFirst()
    }
    // Two points are a date or a version, but not where another mark groups the digits.
    var marks = 0
    var digitsSinceMark = 0
    for byte in rest {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digitsSinceMark += 1
      case UInt8(ascii: ","), UInt8(ascii: "'"), UInt8(ascii: " "), UInt8(ascii: "."):
        guard digitsSinceMark > 0 else { return false }
        if byte != UInt8(ascii: ".") { marks += 1 }
        digitsSinceMark = 0
      default: return false
      }
    }
    return marks > 0 && digitsSinceMark > 0
  }
}
