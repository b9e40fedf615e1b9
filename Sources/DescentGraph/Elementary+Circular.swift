#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The sine and cosine of what is left of |x| after quarters of a turn.
///
/// All that is made of one x shares this: in native code equal instructions are written once.
struct CirclePoint<Value: RealValue>: FunctionCore {
  let sine: Value
  let cosine: Value
  /// The last two bits are those of the number of quarters.
  let bits: Value.Whole

  /// **Domain** |x| up to 25000: the number of quarters has at most 14 bits, and the first two parts
  /// of π/2 have 39 each, so that their multiples are exact.
  /// **Source** W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980, chapter
  /// 8: the reduction. K. C. Ng, FDLIBM, 1993, `k_sin.c` and `k_cos.c`: how the last part of the
  /// argument enters. The polynomials, `(sin(r) - r)/r³` and `(cos(r) - 1 + r²/2)/r⁴`, are from
  /// Remez's algorithm; they are off by `2^-57` and `2^-59`.
  @inline(__always)
  init(_ magnitude: Value) {
    let shifter: Value = 0x1.8p52
    let shifted = magnitude * 0x1.45f306dc9c883p-1 + shifter
    bits = shifted.bits
    let k = shifted - shifter
    let high = magnitude - k * 0x1.921fb54440000p+0
    let part = k * 0x1.68c234c4c4000p-39
    let r = high - part
    let low = ((high - r) - part) - k * 0x1.3145c06e0e689p-78
    let z = r * r
    let z2 = z * z
    let z4 = z2 * z2
    let half = 0.5 * z
    let rest: Value = 1 - half
    let odd =
      Elementary.cubic(
        z, z2, -0x1.5555555555549p-3, 0x1.111111110f871p-7, -0x1.a01a019c1068dp-13,
        0x1.71de3576a1c8dp-19)
      + z4 * Elementary.linear(z, -0x1.ae5e6558f46e4p-26, 0x1.5d92bd3986dddp-33)
    let even =
      Elementary.cubic(
        z, z2, 0x1.555555555554cp-5, -0x1.6c16c16c15174p-10, 0x1.a01a019cb0be5p-16,
        -0x1.27e4f8092fabcp-22)
      + z4 * Elementary.linear(z, 0x1.1ee9eb60929f3p-29, -0x1.8fae53101cddep-37)
    sine = r + ((z * r) * odd + low * rest)
    cosine = rest + (((1 - rest) - half) + (z2 * even - r * low))
  }

  init(values: [Value]) { (sine, cosine, bits) = (values[0], values[1], values[2].bits) }
  var values: [Value] { [sine, cosine, Value(bits: bits)] }
  static var valueCount: Int { 3 }

  /// All bits are those of the last bit of the number of quarters.
  var isOdd: Value.Whole {
    @inline(__always) get { 0 &- (bits & 1) }
  }
}

// What is far is left to the C library: there the reduction takes hundreds of bits.
extension LibraryFunction where Pointer == UnaryFunction {
  fileprivate static var sine: Self { Self("libm.sin") { sin($0) } }
  fileprivate static var cosine: Self { Self("libm.cos") { cos($0) } }
  fileprivate static var tangent: Self { Self("libm.tan") { tan($0) } }
}

extension Elementary {
  /// Whether |x| is too large for a ``CirclePoint``, or no number.
  @inline(__always)
  private static func isFar<Value: RealValue>(_ x: Value) -> Value.Truth {
    Value.not(x.magnitude.isLessThanOrEqualTo(25000))
  }

  /// **Domain** NaN at ±inf.
  /// **Errors** below 0.9 ulp.
  @inline(__always)
  static func sin<Value: RealValue>(_ x: Value) -> Value {
    let point: CirclePoint<Value> = Value.core(x.magnitude)
    let (s, c) = (point.sine.bits, point.cosine.bits)
    let sign = ((point.bits & 2) &<< 62) ^ (x.bits & signBit())
    let value = Value(bits: (s ^ ((s ^ c) & point.isOdd)) ^ sign)
    return Value.rarely(isFar(x), .sine, of: x, else: value)
  }

  /// **Domain** NaN at ±inf.
  /// **Errors** below 0.9 ulp.
  @inline(__always)
  static func cos<Value: RealValue>(_ x: Value) -> Value {
    let point: CirclePoint<Value> = Value.core(x.magnitude)
    let (s, c) = (point.sine.bits, point.cosine.bits)
    let sign = ((point.bits &+ 1) & 2) &<< 62
    let value = Value(bits: (c ^ ((s ^ c) & point.isOdd)) ^ sign)
    return Value.rarely(isFar(x), .cosine, of: x, else: value)
  }

  /// **Domain** NaN at ±inf.
  /// **Errors** below 2.4 ulp.
  @inline(__always)
  static func tan<Value: RealValue>(_ x: Value) -> Value {
    let point: CirclePoint<Value> = Value.core(x.magnitude)
    let (s, c) = (point.sine.bits, point.cosine.bits)
    let swap = (s ^ c) & point.isOdd
    let sign = ((point.bits & 1) &<< 63) ^ (x.bits & signBit())
    let value = Value(bits: (s ^ swap) ^ sign) / Value(bits: c ^ swap)
    return Value.rarely(isFar(x), .tangent, of: x, else: value)
  }

  /// Above tan(π/8) it is π/4 + atan((x - 1)/(x + 1)), above tan(3π/8) π/2 - atan(1/x).
  ///
  /// **Errors** below 2 ulp.
  /// **Source** S. L. Moshier, Methods and Programs for Mathematical Functions, 1989, and his Cephes
  /// library, `atan.c`: the three ranges. The polynomial, `(atan(t) - t)/t³`, is from Remez's
  /// algorithm; it is off by `2^-58`.
  @inline(__always)
  static func atan<Value: RealValue>(_ x: Value) -> Value {
    let a = x.magnitude
    let isLarge = a.isGreater(than: 0x1.3504f333f9de6p1)
    let isMiddle = a.isGreater(than: 0x1.a827999fcef32p-2)
    @inline(__always)
    func choose(_ large: Value, _ middle: Value, _ small: Value) -> Value {
      Value.choose(isLarge, large, else: Value.choose(isMiddle, middle, else: small))
    }
    let t = choose(-1, a - 1, a) / choose(a, a + 1, 1)
    let z = t * t
    let z2 = z * z
    let z4 = z2 * z2
    let first = cubic(
      z, z2, -0x1.555555555553dp-2, 0x1.99999999958f9p-3, -0x1.24924922b17fdp-3,
      0x1.c71c70e7c9de5p-4)
    let second = cubic(
      z, z2, -0x1.745cf90fc4329p-4, 0x1.3b111cbab064ep-4, -0x1.10ebe191268d6p-4,
      0x1.df11a289df883p-5)
    let third = quadratic(
      z, z2, -0x1.9cdd3751d6412p-5, 0x1.37f00374e7276p-5, -0x1.25a37488f92dep-6)
    let odd = (first + z4 * second) + (z4 * z4) * third
    let high = choose(0x1.921fb54442d18p0, 0x1.921fb54442d18p-1, 0)
    let low = choose(0x1.1a62633145c07p-54, 0x1.1a62633145c07p-55, 0)
    return withSign(of: x, high + (t + ((z * t) * odd + low)))
  }

  /// `high + low + asin(v)`, for `z = v²` up to ¼, or twice that arc, for `z = v²/4`.
  ///
  /// An arc above ½ is π/2 less twice the arc of `√((1 - x)/2)`.
  ///
  /// **Source** K. C. Ng, FDLIBM, 1993, `e_asin.c`: the ranges. The polynomial, `(asin(x) - x)/x³`,
  /// is from Remez's algorithm; it is off by `2^-58`.
  @inline(__always)
  private static func arc<Value: RealValue>(
    _ high: Value, _ low: Value, _ v: Value, _ z: Value
  ) -> Value {
    let z2 = z * z
    let z4 = z2 * z2
    let first = cubic(
      z, z2, 0x1.5555555555578p-3, 0x1.333333332df80p-4, 0x1.6db6db7226026p-5,
      0x1.f1c71a8dc5783p-6)
    let second = cubic(
      z, z2, 0x1.6e8bdfa64893ap-6, 0x1.1c49e2bd00ad4p-6, 0x1.ca20cdf97b0b8p-7,
      0x1.757b7a7c197fbp-7)
    let third = cubic(
      z, z2, 0x1.6173f1b2bea43p-7, 0x1.e2beb0853169cp-9, 0x1.6492a19f7c8efp-6,
      -0x1.59546a78b1489p-6)
    let last = z4 * 0x1.0bb059ddf7728p-5
    let rest = z * ((first + z4 * second) + (z4 * z4) * (third + last))
    let sum = high + v
    return sum + (((high - sum) + v) + (v * rest + low))
  }

  /// **Domain** NaN where |x| is above 1.
  /// **Errors** below 1.5 ulp.
  @inline(__always)
  static func asin<Value: RealValue>(_ x: Value) -> Value {
    let a = x.magnitude
    let isLarge = a.isGreater(than: 0.5)
    let z = Value.choose(isLarge, 0.5 - 0.5 * a, else: a * a)
    let root = z.squareRoot()
    return withSign(
      of: x,
      arc(
        Value.choose(isLarge, 0x1.921fb54442d18p0, else: 0),
        Value.choose(isLarge, 0x1.1a62633145c07p-54, else: 0),
        Value.choose(isLarge, -(root + root), else: a), z))
  }

  /// **Domain** NaN where |x| is above 1.
  /// **Errors** below 1.5 ulp.
  @inline(__always)
  static func acos<Value: RealValue>(_ x: Value) -> Value {
    let a = x.magnitude
    let isLarge = a.isGreater(than: 0.5)
    let isNegative = x.isLess(than: 0)
    let z = Value.choose(isLarge, 0.5 - 0.5 * a, else: a * a)
    let root = z.squareRoot()
    let twice = root + root
    @inline(__always)
    func choose(_ negative: Value, _ positive: Value, _ small: Value) -> Value {
      Value.choose(
        isLarge, Value.choose(isNegative, negative, else: positive), else: small)
    }
    return arc(
      choose(0x1.921fb54442d18p1, 0, 0x1.921fb54442d18p0),
      choose(0x1.1a62633145c07p-53, 0, 0x1.1a62633145c07p-54), choose(-twice, twice, -x), z)
  }
}
