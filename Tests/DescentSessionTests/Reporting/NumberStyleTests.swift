import DescentSession
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct `Number text` {
  private func text(_ value: Double, digits: Int = 6) -> String {
    NumberStyle(significantDigits: digits).text(of: value)
  }

  /// Numbers of all sizes, the same in every run.
  private func samples(_ count: Int) -> [Double] {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let bits = state ^ (state >> 29)
      let value = Double(bitPattern: bits)
      return value.isFinite ? value : 1
    }
  }

  private func formatted(_ value: Double, digits: Int) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      _ = withVaList([Int32(digits - 1), value]) {
        vsnprintf(buffer.baseAddress!, buffer.count, "%.*e", $0)
      }
      return String(cString: buffer.baseAddress!)
    }
  }

  @Test(arguments: [
    (130, "130"), (82.39, "82.39"), (7.7, "7.7"), (5.86, "5.86"), (32.418544, "32.4185"),
    (-5, "-5"), (0.5, "0.5"), (-0.2768, "-0.2768"), (26.2144, "26.2144"), (2025, "2025"),
  ])
  func `shows the figures of a lesson as they are written`(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test(arguments: [
    (0, "0"), (-0.0, "0"), (.infinity, "inf"), (-.infinity, "-inf"), (.nan, "nan"),
  ])
  func `has a word for what has no digits`(value: Double, expected: String) {
    #expect(text(value) == expected)
  }

  @Test func `drops zeros only where nothing was lost`() {
    #expect(text(0.30000001) == "0.300000")
    #expect(text(2.9999999) == "3.00000")
    #expect(text(99.9999999) == "100.000")
    #expect(text(-1.0000000001) == "-1.00000")
    #expect(text(1 + 1e-12) == "1.00000")
    #expect(text(1.5) == "1.5")
  }

  @Test func `takes the last bits of a computation for what they are`() {
    #expect(text(0.1 + 0.2) == "0.3")
    #expect(text(5.86.nextUp.nextUp.nextUp) == "5.86")
    #expect(text(10.0.nextDown) == "10")
    #expect(text(1_234_567.0.nextUp) == "1234567")
    #expect(text(0.1 + 0.2, digits: 16) == "0.3000000000000000")
    #expect(text(0.1 + 0.2, digits: 17) == "0.30000000000000004")
  }

  @Test func `a whole number stands for itself alone`() {
    #expect(text(100_000_000) == "100000000")
    #expect(text(1e15) == "1000000000000000")
    #expect(text(1e15 + 0.5) == "1.00000e15")
    #expect(text(123_456.7) == "1.23457e5")
    #expect(text(12_345.67) == "12345.7")
    #expect(text(999_999.99) == "1.00000e6")
    #expect(text(130.25, digits: 3) == "1.30e2")
    #expect(text(6.3, digits: 1) == "6e0")
    #expect(text(348_678_440_100) == "348678440100")
  }

  @Test func `large and small numbers have an exponent without padding`() {
    #expect(text(1e-9) == "1e-9")
    #expect(text(6.02214076e23) == "6.02214e23")
    #expect(text(0.0001) == "0.0001")
    #expect(text(0.00001) == "1e-5")
    #expect(text(0.000099999999999) == "0.000100000")
    #expect(text(1e16) == "1e16")
    #expect(text(.leastNonzeroMagnitude) == "5e-324")
    #expect(text(.greatestFiniteMagnitude) == "1.79769e308")
  }

  @Test func `seventeen digits are the shortest that read back to the same bits`() {
    #expect(text(0.1, digits: 17) == "0.1")
    #expect(text(-0.0, digits: 17) == "-0")
    #expect(text(1 / 3, digits: 17) == "0.3333333333333333")
    #expect(text(123_456.7, digits: 17) == "123456.7")
    for value in samples(20_000) {
      let shown = text(value, digits: 17)
      #expect(Double(shown)?.bitPattern == value.bitPattern, "\(shown)")
      #expect(shown.utf8.count <= 25, "\(shown)")
    }
  }

  @Test(arguments: 1...17)
  func `rounds the number itself, halves to even`(digits: Int) throws {
    // Halves of the last digit that a double holds exactly, and their neighbours.
    let halves = [0.125, 0.375, 2.5, 3.5, 1.0625, 9.5, 0.5, 999.5, 2.675, 1.005, 1e23, 0x1p60]
    for half in halves + halves.flatMap({ [$0.nextUp, $0.nextDown] }) + samples(2_000) {
      let shown = text(half, digits: digits)
      let isExact = Double(shown) == half
      let correct = try #require(Double(formatted(half, digits: digits)))
      let value = try #require(Double(shown))
      // A whole number may show in full, and within 2e-15 a shorter decimal does.
      let isForgiven = digits <= 15 && (value - half).magnitude <= 2e-15 * half.magnitude
      #expect(isExact || value == correct || isForgiven, "\(half) as \(shown)")
    }
  }

  @Test(arguments: 1...15)
  func `a text without zeros to spare is exact or has every digit`(digits: Int) throws {
    for value in samples(3_000) where value.magnitude < 1e300 {
      let shown = text(value, digits: digits)
      let mantissa = shown.prefix { $0 != "e" }.filter(\.isNumber)
      let count = mantissa.drop { $0 == "0" }.count
      // 2e-15, and the rounding of both.
      let isExact = (try #require(Double(shown)) - value).magnitude <= 2.3e-15 * value.magnitude
      #expect(isExact || count == digits, "\(value) as \(shown)")
      #expect(isExact || shown.contains(".") || shown.contains("e"), "\(value) as \(shown)")
      #expect(Double(shown) != 0)
    }
  }

  @Test func `neighbours in a column get the digits that tell them apart`() {
    let style = NumberStyle.standard
    #expect(style.texts(of: [2, 2.9999997, 2.99999992]) == ["2", "2.9999997", "2.9999999"])
    #expect(style.texts(of: [1, 1.5, 2.25]) == ["1", "1.5", "2.25"])
    #expect(style.texts(of: [3, 3 - 1e-8]) == ["3", "2.99999999"])
    #expect(style.texts(of: [3, 3 + 1e-13]) == ["3", "3.00000"])
    #expect(style.texts(of: [0.1, 0.1, 0.25]) == ["0.1", "0.1", "0.25"])
    #expect(style.texts(of: [.nan, .nan, .infinity, 0, 5]) == ["nan", "nan", "inf", "0", "5"])
    let brief = NumberStyle(significantDigits: 3)
    #expect(brief.texts(of: [1.23456, 1.23457]) == ["1.23456", "1.23457"])
    #expect(brief.texts(of: [1.2345678901, 1.2345678902]) == ["1.23", "1.23"])
  }

  @Test func `the bits that a column's large numbers left are forgiven in its small ones`() {
    // (w − 2)² from 6 at 0.3: the slope after 4 steps is 0.2048 and 54 units of 1e-17.
    let slopes = [8, 0.20480000000000054]
    #expect(NumberStyle.standard.texts(of: slopes) == ["8", "0.2048"])
    #expect(text(slopes[1]) == "0.204800")
    #expect(NumberStyle.standard.texts(of: [1e6, 0.20480000001])[1] == "0.204800")
  }
}
