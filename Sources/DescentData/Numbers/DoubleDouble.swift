/// A number as the unevaluated sum of two doubles, some 106 bits: for sums that must not lose any.
///
/// **Source** T. J. Dekker, A floating-point technique for extending the available precision, 1971;
/// D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B (the exact sum).
struct DoubleDouble {
  var high: Double
  var low: Double

  static let zero = DoubleDouble(high: 0, low: 0)

  init(high: Double, low: Double) {
    self.high = high
    self.low = low
  }

  /// The exact sum of two doubles.
  init(sumOf a: Double, _ b: Double) {
    high = a + b
    let part = high - a
    low = (a - (high - part)) + (b - part)
  }

  /// The exact product of two doubles below 2^995 in magnitude.
  init(productOf a: Double, _ b: Double) {
    high = a * b
    let (a1, a2) = Self.halves(of: a)
    let (b1, b2) = Self.halves(of: b)
    low = ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2
  }

  /// 26 bits each: their products are exact. The fused multiplication, which needs no halves, is a
  /// slow call where the processor's own is not compiled for.
  private static func halves(of a: Double) -> (Double, Double) {
    let scaled = a * (0x1p27 + 1)
    let upper = scaled - (scaled - a)
    return (upper, a - upper)
  }

  static func + (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(sumOf: a.high, b.high)
    let low = DoubleDouble(sumOf: a.low, b.low)
    let first = DoubleDouble(sumOf: high.high, high.low + low.high)
    return DoubleDouble(sumOf: first.high, first.low + low.low)
  }

  static func - (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    a + DoubleDouble(high: -b.high, low: -b.low)
  }

  static func * (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let product = DoubleDouble(productOf: a.high, b.high)
    return DoubleDouble(sumOf: product.high, product.low + (a.high * b.low + a.low * b.high))
  }

  static func / (a: DoubleDouble, b: Double) -> DoubleDouble {
    let quotient = a.high / b
    let rest = a - DoubleDouble(productOf: quotient, b)
    return DoubleDouble(sumOf: quotient, rest.high / b)
  }
}
