/// Arithmetic on literal coefficients that keeps them readable.
///
/// A literal stands for the decimal that was typed: `0.1*3` merges to `0.3`, not to
/// 0.30000000000000004. Where the decimal result has too many digits, nothing is merged and both
/// literals stay as they are.
enum Coefficient {
  static func product(_ a: Double, _ b: Double) -> Double? {
    let p = a * b
    if !p.isFinite || (p == 0 && a != 0 && b != 0) { return nil }
    if p.isSubnormal { return nil }
    if p.addingProduct(-a, b) == 0, isShort(p) { return p }
    guard let x = Decimal(a), let y = Decimal(b) else { return nil }
    let (significand, overflow) = x.significand.multipliedReportingOverflow(by: y.significand)
    return overflow ? nil : Decimal(significand, x.exponent + y.exponent).value
  }

  static func sum(_ a: Double, _ b: Double) -> Double? {
    guard let x = Decimal(a), let y = Decimal(b) else { return nil }
    let exponent = min(x.exponent, y.exponent)
    guard let s = x.significand(atExponent: exponent), let t = y.significand(atExponent: exponent)
    else { return nil }
    let (significand, overflow) = s.addingReportingOverflow(t)
    return overflow ? nil : Decimal(significand, exponent).value
  }

  /// The quotient where it is a whole number.
  static func wholeQuotient(_ a: Double, _ b: Double) -> Double? {
    guard b != 0, a.magnitude < 0x1p53, b.magnitude < 0x1p53 else { return nil }
    let q = a / b
    return q == q.rounded() && q * b == a && q.addingProduct(0, 0) == q
      && (-a).addingProduct(q, b) == 0 ? q : nil
  }

  private static func isShort(_ value: Double) -> Bool {
    value.magnitude < 0x1p53 && value == value.rounded() || Decimal(value) != nil
  }

  /// A decimal of at most 15 digits: those are told apart by their doubles.
  struct Decimal: Equatable {
    var significand: Int64
    var exponent: Int

    init(_ significand: Int64, _ exponent: Int) {
      self.significand = significand
      self.exponent = exponent
    }

    /// The powers of ten that are doubles.
    private static let powersOfTen: [Double] = [
      1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
      1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]

    /// The shortest decimal that reads back as the same double.
    init?(_ value: Double) {
      guard value.isFinite else { return nil }
      let magnitude = value.magnitude
      guard magnitude < 1e15 else {
        self.init(textOf: value)
        return
      }
      let whole = Int64(value)
      if Double(whole) == value {
        self.init(whole, 0)
        return
      }
      guard magnitude >= 1e-7 else {
        self.init(textOf: value)
        return
      }
      // Up to 1e15 the product is off by less than half, and the quotient of two numbers that are
      // exact is the double nearest to the decimal. Another decimal that short is another double.
      for (places, power) in Self.powersOfTen.enumerated() {
        let digits = magnitude * power + 0.5
        guard digits < 1e15 else { return nil }
        let significand = Int64(digits)
        if Double(significand) / power == magnitude {
          self.init(value.sign == .minus ? -significand : significand, -places)
          return
        }
      }
      return nil
    }

    /// The decimal as it is printed, for what is very small or large.
    init?(textOf value: Double) {
      var significand: Int64 = 0
      var exponent = 0
      var digits = 0
      var isPastPoint = false
      let text = Array("\(value)".utf8)
      var place = 0
      while place < text.count {
        let byte = text[place]
        place += 1
        switch byte {
        case UInt8(ascii: "-"): continue
        case UInt8(ascii: "."): isPastPoint = true
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          if digits > 0 || byte != UInt8(ascii: "0") { digits += 1 }
          if digits > 17 { return nil }
          significand = significand * 10 + Int64(byte - UInt8(ascii: "0"))
          if isPastPoint { exponent -= 1 }
        default:
          exponent += Int(String(decoding: text[place...], as: UTF8.self)) ?? 0
          place = text.count
        }
      }
      while significand != 0, significand % 10 == 0 {
        significand /= 10
        exponent += 1
      }
      guard significand < 1_000_000_000_000_000 else { return nil }
      self.init(value.sign == .minus ? -significand : significand, exponent)
    }

    func significand(atExponent target: Int) -> Int64? {
      var result = significand
      guard exponent - target <= 18 else { return nil }
      for _ in 0..<(exponent - target) {
        let (next, overflow) = result.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        result = next
      }
      return result
    }

    var value: Double? {
      var (significand, exponent) = (significand, exponent)
      while significand != 0, significand % 10 == 0 {
        significand /= 10
        exponent += 1
      }
      guard significand.magnitude < 1_000_000_000_000_000 else { return nil }
      // Both numbers are exact, so that one rounding gives the double nearest to the decimal.
      if (-22...0).contains(exponent) { return Double(significand) / Self.powersOfTen[-exponent] }
      if (0...22).contains(exponent) { return Double(significand) * Self.powersOfTen[exponent] }
      guard let value = Double("\(significand)e\(exponent)"), value.isFinite else { return nil }
      return value == 0 && significand != 0 ? nil : value
    }
  }
}
