import Foundation
import Testing

@testable import DescentData

@Suite struct DecimalNumberTests {
  private func read(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    let number = bytes.withUnsafeBytes { DecimalNumber(in: $0, from: 0, upTo: $0.count) }
    guard let number, number.end == bytes.count else { return nil }
    return number.value
  }

  /// The C library's own conversion, which is exact in glibc and on macOS.
  private func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let value = read(text)
    #expect(
      value?.bitPattern == strtod(text, nil).bitPattern, "\(text): \(String(describing: value))",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "0", "-0", "+1", "1.", ".5", "-.5", "1e5", "1E+5", "1.5e-3", "007", "0.1", "123456789",
    // Halfway between doubles, and just beside it.
    "9007199254740993", "9007199254740995", "9007199254740992.5", "9007199254740993.0000000001",
    "4503599627370496.5", "4503599627370497.5", "4503599627370497.4999999999",
    "0.500000000000000166533453693773481063544750213623046875", "9223372036854775807",
    "18446744073709551615", "18446744073709551616", "9999999999999999999", "99999999999999999999",
    "12345678901234567e23", "12345678901234567e-27", "12345678901234567e-28", "1e23", "8.5e22",
    // The ends of the table and of the doubles.
    "1e55", "1e56", "1e-64", "1e-65", "9999999999999999999e55", "9999999999999999999e-64",
    "1.7976931348623157e308", "1.7976931348623159e308", "1e400", "-1e400", "1e-400", "5e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308",
    "2.2250738585072012e-308", "6.631236846766476e-316", "1e99999999999999999999",
    "0e99999999999999999999", "1e-99999999999999999999", "0.00000000000000000000000012345",
    "0.0000000000000000000000001234567890123456789", "000000000000000000000000012345678.5",
    "100000000000000000000000000000", "0.1000000000000000055511151231257827021181583404541015625",
    "12345678", "123456789012345678", "1234567.12345678", "12345678.1234567812345678",
  ])
  func `a number is the nearest double`(_ text: String) { expect(text) }

  @Test(arguments: [
    "", "+", "-", ".", "-.", "e5", "1e", "1e+", ".e1", "1..2", "1.2.3", "--1", "+-1", "1 2", "1,2",
    "0x10", "1_000", "one", "1f", "1e5.5", "١", "½", "1/2", "12345678a", "1234567:", "1234567/",
  ])
  func `what only begins like a number is none`(_ text: String) { #expect(read(text) == nil) }

  @Test func `random numbers are the nearest doubles however they are written`() {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<3_000 {
      let anywhere = Double(bitPattern: random.next())
      let near = Double.random(in: -1000...1000, using: &random)
      for value in [anywhere, near] where value.isFinite {
        expect("\(value)")
        for format in ["%.17g", "%.16g", "%.6g", "%.6f", "%.20f", "%.18e", "%.19e"] {
          expect(String(format: format, value))
        }
      }
    }
  }

  @Test func `random digits with random exponents are the nearest doubles`() {
    var random = SeededGenerator(seed: 8)
    for _ in 0..<15_000 {
      let digits = random.next() >> UInt64.random(in: 0..<64, using: &random)
      expect("\(digits)e\(Int.random(in: -90...80, using: &random))")
      // Exactly between two doubles of 53 bits.
      let half = (random.next() >> 11 | 1 << 52) << 1 | 1
      expect("\(half)e\(Int.random(in: -4...3, using: &random))")
      expect("\(Double(half >> 9) / 4)")
    }
  }

  @Test func `the powers of five are what big integers say`() {
    // Going up, five times a power is the next one; each is exact from 0 on.
    for exponent in 0..<55 {
      let place = 2 * (exponent - PowersOfFive.exponents.lowerBound)
      let (high, low) = (PowersOfFive.halves[place], PowersOfFive.halves[place + 1])
      let lower = low.multipliedFullWidth(by: 5)
      let middle = high.multipliedFullWidth(by: 5)
      let (second, carry) = middle.low.addingReportingOverflow(lower.high)
      let first = middle.high + (carry ? 1 : 0)
      let shift = UInt64(64 - first.leadingZeroBitCount)
      #expect(PowersOfFive.halves[place + 2] == first << (64 - shift) | second >> shift)
      #expect(PowersOfFive.halves[place + 3] == second << (64 - shift) | lower.low >> shift)
    }
    #expect(PowersOfFive.halves.count == 2 * PowersOfFive.exponents.count)
  }
}
