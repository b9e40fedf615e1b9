/// How many significant digits a number is shown with, and the text that gives.
///
/// Every text can be typed back. A number that had to be rounded never looks exact: it keeps the
/// zeros at its end (`0.300000`), and a whole number stands for itself alone.
package struct NumberStyle: Hashable, Sendable {
  package static let allowedDigits = 1...DecimalDigits.capacity
  package static let standard = NumberStyle(significantDigits: 6)
  /// The shortest text that reads back to the same bits.
  package static let exact = NumberStyle(significantDigits: DecimalDigits.capacity)

  package let significantDigits: Int

  package init(significantDigits: Int) {
    precondition(Self.allowedDigits.contains(significantDigits), "there are 1 to 17 digits")
    self.significantDigits = significantDigits
  }

  /// The text of one number.
  ///
  /// - Whole numbers below 1e16 are written out. Others from 1e-4 on are written with a decimal
  ///   point as long as the digits reach past it; the rest as `1.5e-9`.
  /// - A number within 2e-15 of a shorter decimal is shown as that: 5.8600000000000003 is `5.86`.
  ///   Sixteen and seventeen digits show such differences.
  /// - `inf`, `-inf` and `nan`. The sign of zero shows at seventeen digits only.
  package func text(of value: Double) -> String { text(of: value, beside: value.magnitude) }

  /// The text of one number of a column whose largest is `largest`.
  ///
  /// The last bits of a column's numbers stem from its large ones: 0.20480000000000054, which was
  /// 8 three steps before, is `0.2048`. So what is forgiven is 2e-15 of the largest, but never
  /// more than 1e-12 of the number itself.
  func text(of value: Double, beside largest: Double) -> String {
    if value == 0 { return self == .exact && value.sign == .minus ? "-0" : "0" }
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    let digits = DecimalDigits(shortestOf: value)
    if digits.count <= significantDigits || digits.isWhole { return digits.exactText }
    let rounded = digits.rounded(to: significantDigits, of: value)
    if significantDigits <= 15 {
      let parts = UInt64(min(max(5e14 * (value.magnitude / largest), 1e12), 5e14))
      if rounded.agrees(with: digits, toOnePartIn: parts) { return rounded.exactText }
      if let whole = nearestWhole(to: value), whole.agrees(with: digits, toOnePartIn: parts) {
        return whole.exactText
      }
    }
    return rounded.roundedText(showing: significantDigits)
  }

  private func nearestWhole(to value: Double) -> DecimalDigits? {
    let whole = value.rounded()
    guard whole != 0, whole.magnitude < 1e16 else { return nil }
    return DecimalDigits(shortestOf: whole)
  }
}

extension NumberStyle {
  /// How far a style goes beyond its own digits to tell neighbours apart.
  private static let digitsToSpare = 4

  /// The texts of the numbers of one column.
  ///
  /// All get as many more digits than the style's, up to four, as tell apart the neighbours that
  /// differ. Neighbours that even those do not tell apart ask for none.
  package func texts(of values: [Double]) -> [String] {
    let largest = values.lazy.map(\.magnitude).filter(\.isFinite).max() ?? 0
    let most = min(significantDigits + Self.digitsToSpare, max(significantDigits, 15))
    var style = self
    for (a, b) in zip(values, values.dropFirst()) {
      guard a != b, style.showsAlike(a, b, beside: largest) else { continue }
      let enough = (style.significantDigits...most).lazy.map(NumberStyle.init)
        .first { !$0.showsAlike(a, b, beside: largest) }
      if let enough { style = enough }
    }
    return values.map { style.text(of: $0, beside: largest) }
  }

  /// Whether the texts of two numbers read as one: `3` and `3.00000` do.
  private func showsAlike(_ a: Double, _ b: Double, beside largest: Double) -> Bool {
    // Most numbers are too far apart for that.
    guard a.isFinite, b.isFinite, (a - b).magnitude < 10 * unit(at: a) else { return false }
    return Double(text(of: a, beside: largest)) == Double(text(of: b, beside: largest))
  }

  /// Not less than the last digit's unit.
  private func unit(at value: Double) -> Double {
    value.magnitude * 10 / Double(DecimalDigits.powersOfTen[significantDigits])
  }
}

extension DecimalDigits {
  fileprivate var isWhole: Bool { exponent >= count - 1 && exponent < 16 }

  /// In the notation that is easiest to read.
  fileprivate var exactText: String {
    isPositional ? positional(showing: count) : scientific(showing: count)
  }

  /// The same for a number of `shown` digits that is not exact. Without a point in it that would
  /// look exact.
  fileprivate func roundedText(showing shown: Int) -> String {
    isPositional && shown > exponent + 1
      ? positional(showing: shown) : scientific(showing: shown)
  }

  private var isPositional: Bool { -4..<16 ~= exponent }
}
