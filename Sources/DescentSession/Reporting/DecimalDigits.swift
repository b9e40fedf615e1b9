#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The decimal digits of a finite number other than zero: d.ddd… × 10^exponent.
struct DecimalDigits {
  static let capacity = 17

  let isNegative: Bool
  /// Seventeen digits, the first of them not 0.
  let significand: UInt64
  /// How many of the digits stand before the zeros at the end.
  let count: Int
  /// The power of ten of the first digit.
  let exponent: Int

  private init(isNegative: Bool, significand: UInt64, exponent: Int) {
    self.isNegative = isNegative
    self.significand = significand
    self.exponent = exponent
    var count = Self.capacity
    var rest = significand
    while rest.isMultiple(of: 10) {
      rest /= 10
      count -= 1
    }
    self.count = count
  }

  /// The fewest digits that read back as the same number and, of those, the nearest to it.
  init(shortestOf value: Double) {
    precondition(value.isFinite && value != 0, "only such numbers have a first digit")
    self.init(parsing: value.description)
  }

  /// Reads `-12.5e+03` and the like.
  private init(parsing text: String) {
    var significand: UInt64 = 0
    var digits = 0
    var exponent = -1
    var isPastPoint = false
    var written = 0
    var isInExponent = false
    var isExponentNegative = false
    // A copy of a short text stands on the stack, to be read byte by byte.
    var text = text
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    text.withUTF8 { bytes in
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          let digit = UInt64(byte &- UInt8(ascii: "0"))
          if isInExponent {
            written = written * 10 + Int(digit)
          } else {
            if digits > 0 || digit != 0 {
              // Past seventeen there are only the zeros of a whole number.
              if digits < Self.capacity { significand = significand * 10 + digit }
              digits += 1
            } else if isPastPoint {
              exponent -= 1
            }
            if !isPastPoint, digits > 0 { exponent += 1 }
          }
        case UInt8(ascii: "."): isPastPoint = true
        case UInt8(ascii: "e"): isInExponent = true
        case UInt8(ascii: "-"): if isInExponent { isExponentNegative = true }
        default: break
        }
      }
    }
    if digits < Self.capacity { significand *= Self.powersOfTen[Self.capacity - digits] }
    self.init(
      isNegative: isNegative, significand: significand,
      exponent: exponent + (isExponentNegative ? -written : written))
  }

  /// These digits, which are the shortest of `value`, rounded to fewer: what `value` itself
  /// rounds to, halves to even.
  ///
  /// No number of `count` + 1 digits lies between a value and its shortest digits, for those
  /// would then not be the shortest and nearest. So rounding the digits rounds the value, except
  /// where they stand exactly between two neighbours and the value may not.
  func rounded(to count: Int, of value: Double) -> DecimalDigits {
    guard count < self.count else { return self }
    let unit = Self.powersOfTen[Self.capacity - count]
    var (quotient, remainder) = significand.quotientAndRemainder(dividingBy: unit)
    if remainder * 2 == unit { return Self(formatting: value, digits: count) }
    if remainder * 2 > unit { quotient += 1 }
    if quotient == Self.powersOfTen[count] {
      return Self(
        isNegative: isNegative, significand: Self.powersOfTen[Self.capacity - 1],
        exponent: exponent + 1)
    }
    return Self(isNegative: isNegative, significand: quotient * unit, exponent: exponent)
  }

  private init(formatting value: Double, digits: Int) {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      _ = withVaList([Int32(digits - 1), value]) {
        vsnprintf(buffer.baseAddress!, buffer.count, "%.*e", $0)
      }
      return String(cString: buffer.baseAddress!)
    }
    self.init(parsing: text)
  }

  /// Whether two numbers differ by no more than one part in `parts`.
  ///
  /// From a thousand million on, where such a difference may be the fraction of a number that was
  /// meant to have one, they have to be the same.
  func agrees(with other: DecimalDigits, toOnePartIn parts: UInt64) -> Bool {
    let (low, high) = exponent < other.exponent ? (self, other) : (other, self)
    let isForgiving = low.exponent < 9 || low.exponent >= 16
    switch high.exponent - low.exponent {
    case 0:
      let difference = max(significand, other.significand) - min(significand, other.significand)
      return difference == 0 || isForgiving && difference <= significand / parts
    case 1:
      // 9.99…9 beside 10: compare in the units of the smaller.
      let (scaled, overflow) = high.significand.multipliedReportingOverflow(by: 10)
      return !overflow && isForgiving && scaled - low.significand <= low.significand / parts
    default: return false
    }
  }

  static let powersOfTen: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 0..<19 { powers.append(powers.last! * 10) }
    return powers
  }()
}

extension DecimalDigits {
  /// `1250`, `12.5`, `0.00125`: at least `shown` digits, zeros filled in.
  func positional(showing shown: Int) -> String {
    let digits = max(shown, count)
    return Self.text(capacity: 48) { writer in
      if isNegative { writer.append("-") }
      if exponent < 0 {
        writer.append("0")
        writer.append(".")
        for _ in 0..<(-exponent - 1) { writer.append("0") }
        writer.append(significand, from: 0, to: digits)
      } else {
        writer.append(significand, from: 0, to: exponent + 1)
        if digits > exponent + 1 {
          writer.append(".")
          writer.append(significand, from: exponent + 1, to: digits)
        }
      }
    }
  }

  /// `1.25e-9`: at least `shown` digits.
  func scientific(showing shown: Int) -> String {
    let digits = max(shown, count)
    let mantissa = Self.text(capacity: 24) { writer in
      if isNegative { writer.append("-") }
      writer.append(significand, from: 0, to: 1)
      if digits > 1 {
        writer.append(".")
        writer.append(significand, from: 1, to: digits)
      }
      writer.append("e")
    }
    return mantissa + String(exponent)
  }

  private struct Writer {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    var count = 0

    mutating func append(_ character: Unicode.Scalar) {
      buffer[count] = UInt8(ascii: character)
      count += 1
    }

    mutating func append(_ significand: UInt64, from start: Int, to end: Int) {
      for place in start..<end {
        let power = DecimalDigits.capacity - 1 - place
        let digit = power < 0 ? 0 : significand / DecimalDigits.powersOfTen[power] % 10
        buffer[count] = UInt8(ascii: "0") + UInt8(digit)
        count += 1
      }
    }
  }

  private static func text(capacity: Int, _ write: (inout Writer) -> Void) -> String {
    // Most are so short that the string needs no memory of its own.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
      var writer = Writer(buffer: buffer)
      write(&writer)
      return String(decoding: UnsafeBufferPointer(rebasing: buffer[..<writer.count]), as: UTF8.self)
    }
  }
}
