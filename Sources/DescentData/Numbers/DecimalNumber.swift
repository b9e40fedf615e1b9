/// A decimal number at some place of a text, correctly rounded to a double.
///
/// ```
/// number   = [sign] digits ["." [digits]] [exponent]  |  [sign] "." digits [exponent]
/// exponent = ("e" | "E") [sign] digits
/// ```
///
/// Up to 19 digits and small exponents it is exact integer arithmetic; what is left, far fewer than
/// one number in a thousand of any table, is the standard library's.
///
/// **Errors** none: half an ulp, ties to even. What is too large is infinite, as in every reader.
///
/// **Source** W. D. Clinger, How to read floating point numbers accurately, 1990 (the exact powers
/// of ten); D. Lemire, Number parsing at a gigabyte per second, 2021, algorithm 1 (the 128-bit
/// product); N. Mushtak and D. Lemire, Fast number parsing without fallback, 2023 (that the product
/// always decides).
struct DecimalNumber {
  var value: Double
  /// The offset just past its last byte.
  var end: Int

  /// The longest number that begins at an offset, `nil` where none begins.
  @inline(__always)
  init?(in bytes: UnsafeRawBufferPointer, from start: Int, upTo limit: Int) {
    var index = start
    guard index < limit else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }

    var significand: UInt64 = 0
    let whole = index
    Self.readDigits(bytes, &index, limit, into: &significand)
    var digitCount = index - whole
    var exponent = 0
    if index < limit, bytes[index] == UInt8(ascii: ".") {
      index += 1
      let fraction = index
      Self.readDigits(bytes, &index, limit, into: &significand)
      exponent = fraction - index
      digitCount -= exponent
    }
    guard digitCount > 0 else { return nil }
    if index < limit, bytes[index] | 0x20 == UInt8(ascii: "e") {
      guard let scale = Self.exponent(in: bytes, &index, limit) else { return nil }
      exponent += scale
    }
    end = index
    let magnitude: Double
    if digitCount <= 19 || Self.significantDigits(in: bytes[whole..<index]) <= 19,
      let exact = Self.product(significand, exponent)
    {
      magnitude = exact
    } else {
      let digits = bytes[whole..<index]
      guard let slow = Double(String(decoding: digits, as: UTF8.self)) else { return nil }
      magnitude = slow
    }
    value = isNegative ? -magnitude : magnitude
  }

  @inline(__always)
  private static func readDigits(
    _ bytes: UnsafeRawBufferPointer, _ index: inout Int, _ limit: Int,
    into significand: inout UInt64
  ) {
    while limit - index >= 8 {
      // Eight bytes at once: the number of digits is a guess that processors get wrong.
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      let digits = word ^ 0x3030_3030_3030_3030
      // The top bit of each byte that is none of 0 to 9.
      let others = ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080
      let count = others.trailingZeroBitCount >> 3
      guard count > 0 else { return }
      let value = Self.value(ofDigits: digits << (64 - 8 * UInt64(count)))
      significand = significand &* wholePowersOfTen[count] &+ value
      index += count
      guard count == 8 else { return }
    }
    while index < limit {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return }
      // With more digits than fit this wraps round, and nobody looks at it.
      significand = significand &* 10 &+ UInt64(digit)
      index += 1
    }
  }

  /// Digits from the first that is not 0, before the exponent.
  private static func significantDigits(in number: Slice<UnsafeRawBufferPointer>) -> Int {
    number.prefix { $0 | 0x20 != UInt8(ascii: "e") }
      .drop { $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: ".") }
      .count { $0 != UInt8(ascii: ".") }
  }

  /// The number that eight digits are, the first in the lowest byte: pairs, then pairs of pairs.
  @inline(__always)
  private static func value(ofDigits digits: UInt64) -> UInt64 {
    let pairs = (digits &* 10 &+ digits >> 8) & 0x00FF_00FF_00FF_00FF
    let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_FFFF_0000_FFFF
    return (fours &* 10_000 &+ fours >> 32) & 0xFFFF_FFFF
  }

  private static func exponent(
    in bytes: UnsafeRawBufferPointer, _ index: inout Int, _ limit: Int
  ) -> Int? {
    index += 1
    guard index < limit else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    let start = index
    var exponent = 0
    while index < limit, case let digit = bytes[index] &- UInt8(ascii: "0"), digit <= 9 {
      // Past this every number is 0 or infinite, however many digits it has in a file.
      if exponent < 1 << 48 { exponent = exponent * 10 + Int(digit) }
      index += 1
    }
    guard index > start else { return nil }
    return isNegative ? -exponent : exponent
  }

  // MARK: Rounding

  private static let wholePowersOfTen: [UInt64] = [
    1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000,
  ]
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// `significand * 10^exponent`, rounded once; `nil` outside the tables.
  @inline(__always)
  private static func product(_ significand: UInt64, _ exponent: Int) -> Double? {
    if significand <= 1 << 53, -22...22 ~= exponent {
      // Both are exact doubles, so that the one operation rounds once.
      return exponent < 0
        ? Double(significand) / powersOfTen[-exponent]
        : Double(significand) * powersOfTen[exponent]
    }
    guard significand != 0 else { return 0 }
    guard PowersOfFive.exponents ~= exponent else { return nil }
    return wideProduct(significand, exponent)
  }

  /// The same by the first 128 bits of the product, for a significand other than 0.
  private static func wideProduct(_ significand: UInt64, _ exponent: Int) -> Double {
    let leadingZeros = significand.leadingZeroBitCount
    let normalized = significand << UInt64(leadingZeros)
    let place = 2 * (exponent - PowersOfFive.exponents.lowerBound)
    var (high, low) = normalized.multipliedFullWidth(by: PowersOfFive.halves[place])
    if high & 0x1FF == 0x1FF {
      // All bits below those that are kept are ones: the lower half of the power decides.
      let carry = normalized.multipliedFullWidth(by: PowersOfFive.halves[place + 1]).high
      low &+= carry
      if carry > low { high &+= 1 }
    }
    let upperBit = high >> 63
    let shift = upperBit + 9
    var mantissa = high >> shift
    // The binary exponent of 10^q is floor(q log2(10)).
    var binaryExponent = (217_706 * exponent) >> 16 + 63 + Int(upperBit) - leadingZeros
    // A number exactly between two doubles is rounded to the even one; only small powers make it.
    if low <= 1, -4...23 ~= exponent, mantissa & 3 == 1, mantissa << shift == high {
      mantissa &= ~1
    }
    mantissa = (mantissa + (mantissa & 1)) >> 1
    if mantissa >= 1 << 53 {
      mantissa = 1 << 52
      binaryExponent += 1
    }
    // Within the table's range every product is a normal number.
    return Double(
      sign: .plus, exponentBitPattern: UInt(truncatingIfNeeded: binaryExponent + 1023),
      significandBitPattern: mantissa & (1 << 52 - 1))
  }
}
