/// `x = k·ln 2 + r` and `exp(r) - 1`, each in parts; |r| is at most half of ln 2.
struct ReducedExponent<Value: RealValue> {
  let r: Value
  // Their difference is r before it is rounded.
  let high: Value
  let low: Value
  /// `exp(r) - 1 - r`
  let curve: Value
  /// The last bits are those of k.
  let bits: Value.Whole

  /// **Domain** |x| below 1000.
  /// **Source** W. J. Cody and W. Waite, Software Manual for the Elementary Functions, 1980, chapter
  /// 6: the reduction. The polynomial, `(exp(r) - 1 - r)/r²`, is from Remez's algorithm; it is off
  /// by `2^-59/r`.
  @inline(__always)
  init(_ x: Value) {
    // A number to which this is added has its whole part in its last bits.
    let shifter: Value = 0x1.8p52
    let shifted = x * 0x1.71547652b82fep0 + shifter
    let k = shifted - shifter
    bits = shifted.bits
    // The first part of ln 2 has 42 bits, so that its multiple is exact.
    high = x - k * 0x1.62e42fefa3800p-1
    low = k * 0x1.ef35793c76730p-45
    r = high - low
    let r2 = r * r
    let r4 = r2 * r2
    let first = Elementary.cubic(
      r, r2, 0.5, 0x1.5555555555559p-3, 0x1.555555555555ap-5, 0x1.111111110f7fcp-7)
    let second = Elementary.cubic(
      r, r2, 0x1.6c16c16c1462ap-10, 0x1.a01a01af6ce9fp-13, 0x1.a01a01b040c2ep-16,
      0x1.71ddf96c7645bp-19)
    let third = Elementary.quadratic(
      r, r2, 0x1.27e4c6774fef2p-22, 0x1.af5cf366e3bf8p-26, 0x1.1f9441451601ep-29)
    // What is known last is added last.
    curve = r2 * ((first + (r4 * r4) * third) + r4 * second)
  }

  /// `2^(k + shift)`
  ///
  /// **Domain** the exponents of normal numbers.
  @inline(__always)
  func scale(shift: Int64 = 0) -> Value {
    Value(bits: (bits &<< 52) &+ Value.Whole(integerLiteral: (1023 + shift) &<< 52))
  }

  /// `exp(x)` without its power of two.
  private var significand: Value {
    @inline(__always) get {
      let sum: Value = 1 + high
      return sum + ((((1 - sum) + high) - low) + curve)
    }
  }

  /// `exp(x)`
  ///
  /// **Domain** where it is a normal number.
  @inline(__always)
  func exponential() -> Value { significand * scale() }

  /// `exp(x)·2^shift`, where it is subnormal or infinite too.
  @inline(__always)
  func extremeExponential(shift: Int64 = 0) -> Value {
    // Two powers of two whose product is wanted; each is a normal number.
    let half = (bits &<< 51) & -0x10_0000_0000_0000
    let other = (bits &<< 52) &- half
    let first = Value(bits: half &+ 0x3ff0_0000_0000_0000)
    let second = Value(bits: other &+ Value.Whole(integerLiteral: (1023 + shift) &<< 52))
    return significand * first * second
  }

  /// `1 + exp(x)`
  ///
  /// **Domain** x from 0 to 708.
  /// **Errors** below 1.5 ulp: less than a rounded exponential and another sum take, for half the
  /// work.
  @inline(__always)
  func onePlusExponential() -> Value {
    let scale = scale()
    return (1 + scale) + scale * (r + curve)
  }

  /// `(exp(x) - 1)·2^shift`
  ///
  /// **Domain** x from -40 to what makes ``scale(shift:)`` a number.
  @inline(__always)
  func exponentialMinusOne(shift: Int64 = 0) -> Value {
    let scale = scale(shift: shift)
    let whole = scale - (shift == 0 ? 1 : 0.5)
    let part = scale * high
    let sum = whole + part
    return sum + ((((whole - sum) + part) - scale * low) + scale * curve)
  }
}

/// `exp(x)`
///
/// **Domain** |x| below 708.
struct ExponentialCore<Value: RealValue>: FunctionCore {
  let value: Value

  @inline(__always)
  init(_ x: Value) { value = ReducedExponent(x).exponential() }
  init(values: [Value]) { value = values[0] }
  var values: [Value] { [value] }
  static var valueCount: Int { 1 }
}

/// `tanh(x)`
///
/// **Domain** x from 0 to 350.
struct HyperbolicTangentCore<Value: RealValue>: FunctionCore {
  let value: Value

  @inline(__always)
  init(_ x: Value) { self.init(x, kept: x) }

  /// A rational function near 0, `1 - 2/(1 + e^2x)` above.
  ///
  /// - Parameter kept: x, or any number above 22 where x is above that.
  @inline(__always)
  init(_ x: Value, kept: Value) {
    let sum = ReducedExponent(kept + kept).onePlusExponential()
    let z = x * x
    let z2 = z * z
    let above = Elementary.quadratic(
      z, z2, -0x1.937c93df84021p+10, -0x1.8d01e02eaf1c2p+6, -0x1.edc3e3104148fp-1)
    let below = Elementary.cubic(
      z, z2, 0x1.2e9d6ee7a3019p+12, 0x1.174fb8f0e2cffp+11, 0x1.c31759618519fp+6, 1)
    // From here on the value is above ½. One division serves both ranges.
    let isLarge = x.isGreater(than: 0.6)
    let quotient =
      Value.choose(isLarge, -2, else: (x * z) * above)
      / Value.choose(isLarge, sum, else: below)
    value = Value.choose(isLarge, 1, else: x) + quotient
  }

  init(values: [Value]) { value = values[0] }
  var values: [Value] { [value] }
  static var valueCount: Int { 1 }
}

// Our own functions, for what is unusual.
extension LibraryFunction where Pointer == UnaryFunction {
  fileprivate static var exp: Self { Self("elementary.exp") { Elementary.exp($0) } }
  fileprivate static var expm1: Self { Self("elementary.expm1") { Elementary.expm1($0) } }
  fileprivate static var sigmoid: Self { Self("elementary.sigmoid") { Elementary.sigmoid($0) } }
  fileprivate static var tanh: Self { Self("elementary.tanh") { Elementary.tanh($0) } }
  fileprivate static var sinh: Self { Self("elementary.sinh") { Elementary.sinh($0) } }
  fileprivate static var squaredSech: Self {
    Self("elementary.squaredSech") { Elementary.squaredSech($0) }
  }
  fileprivate static var cosh: Self { Self("elementary.cosh") { Elementary.cosh($0) } }
}

extension Elementary {
  /// `e^x`
  ///
  /// **Domain** 0 below -745.14, inf above 709.79; subnormal values are rounded twice.
  /// **Errors** below 0.8 ulp.
  @inline(__always)
  static func exp<Value: RealValue>(_ x: Value) -> Value {
    Value.usually(
      x.magnitude.isLess(than: 708), { shortExp(x) }, else: .exp, of: x,
      whole: { extremeExp(x, shift: 0) })
  }

  /// `e^x` for |x| below 708.
  @inline(__always)
  static func shortExp<Value: RealValue>(_ x: Value) -> Value {
    let core: ExponentialCore<Value> = Value.core(x)
    return core.value
  }

  /// `e^x·2^shift` for any x.
  @inline(__always)
  private static func extremeExp<Value: RealValue>(_ x: Value, shift: Int64) -> Value {
    ReducedExponent(kept(x, from: -746, to: 711)).extremeExponential(shift: shift)
  }

  /// X, or the nearer of two numbers that it is not between. NaN stays.
  @inline(__always)
  private static func kept<Value: RealValue>(
    _ x: Value, from low: Double, to high: Double
  ) -> Value {
    let above = Value.choose(x.isLess(than: Value(low)), Value(low), else: x)
    return Value.choose(above.isGreater(than: Value(high)), Value(high), else: above)
  }

  /// `e^-|x|` for any x.
  @inline(__always)
  static func expOfNegativeMagnitude<Value: RealValue>(_ x: Value) -> Value {
    let magnitude = x.magnitude
    return ReducedExponent(
      -Value.choose(magnitude.isGreater(than: 746), 746, else: magnitude)
    ).extremeExponential()
  }

  /// `e^x - 1`
  ///
  /// **Errors** below 1.3 ulp.
  @inline(__always)
  static func expm1<Value: RealValue>(_ x: Value) -> Value {
    Value.usually(
      x.magnitude.isLess(than: 700),
      { withSign(of: x, ReducedExponent(x).exponentialMinusOne()) }, else: .expm1, of: x,
      whole: {
        // 2^1024 is no number, but its half is.
        let half = ReducedExponent(kept(x, from: -40, to: 710)).exponentialMinusOne(shift: -1)
        return Value.choose(x.magnitude.isLess(than: 0x1p-54), x, else: half + half)
      })
  }

  /// `1/(1 + e^-x)`
  ///
  /// The exponential is taken of a negative number only, so it cannot overflow, and the value for a
  /// very negative x keeps its digits.
  ///
  /// **Errors** below 2.8 ulp, where the result has just passed a power of two; else below 2 ulp.
  @inline(__always)
  static func sigmoid<Value: RealValue>(_ x: Value) -> Value {
    @inline(__always)
    func value(_ z: Value) -> Value {
      Value.choose(x.isLess(than: 0), z, else: 1) / (1 + z)
    }
    return Value.usually(
      x.magnitude.isLess(than: 708), { value(shortExp(-x.magnitude)) },
      else: .sigmoid, of: x, whole: { value(expOfNegativeMagnitude(x)) })
  }

  /// A rational function near 0, `1 - 2/(1 + e^2|x|)` above.
  ///
  /// **Errors** below 1.5 ulp.
  /// **Source** S. L. Moshier's Cephes library, `tanh.c`: the two ranges and the form of the rational
  /// function, `(tanh(x) - x)/x³`. Its coefficients are those with which it agrees at Chebyshev's
  /// points; it is off by `2^-58`.
  @inline(__always)
  static func tanh<Value: RealValue>(_ x: Value) -> Value {
    let magnitude = x.magnitude
    return withSign(
      of: x,
      Value.usually(
        magnitude.isLess(than: 350),
        {
          let core: HyperbolicTangentCore<Value> = Value.core(magnitude)
          return core.value
        }, else: .tanh, of: magnitude,
        whole: {
          let kept = Value.choose(magnitude.isGreater(than: 22), 22, else: magnitude)
          return HyperbolicTangentCore(magnitude, kept: kept).value
        }))
  }

  /// A polynomial below 1.
  ///
  /// **Errors** below 1.8 ulp.
  @inline(__always)
  static func sinh<Value: RealValue>(_ x: Value) -> Value {
    let magnitude = x.magnitude
    @inline(__always)
    func value(_ half: Value, _ rest: Value) -> Value {
      withSign(
        of: x,
        Value.choose(magnitude.isLess(than: 1), sinhNearZero(magnitude), else: half - rest))
    }
    return Value.usually(
      magnitude.isLess(than: 708),
      {
        let exponential = shortExp(magnitude)
        return value(0.5 * exponential, 0.5 / exponential)
      }, else: .sinh, of: x,
      whole: {
        let half = extremeExp(magnitude, shift: -1)
        return value(half, 0.25 / half)
      })
  }

  /// `cosh(x) - 1`
  ///
  /// **Domain** |x| at most 1.
  /// **Source** the polynomial, `(cosh(x) - 1 - x²/2)/x⁴`, is from Remez's algorithm; it is off by
  /// `2^-56`.
  @inline(__always)
  static func coshMinusOneNearZero<Value: RealValue>(_ x: Value) -> Value {
    let z = x * x
    let z2 = z * z
    let first = cubic(
      z, z2, 0x1.555555555551bp-5, 0x1.6c16c16c1f923p-10, 0x1.a01a0191db76fp-16,
      0x1.27e5060bda613p-22)
    let second = linear(z, 0x1.1ee59e0daa5e6p-29, 0x1.9972dc56839ccp-37)
    return 0.5 * z + z2 * (first + (z2 * z2) * second)
  }

  /// **Domain** |x| at most 1.
  /// **Source** the polynomial, `(sinh(x) - x)/x³`, is from Remez's algorithm; it is off by `2^-56`.
  @inline(__always)
  static func sinhNearZero<Value: RealValue>(_ x: Value) -> Value {
    let z = x * x
    let z2 = z * z
    let first = cubic(
      z, z2, 0x1.5555555555556p-3, 0x1.11111111110a0p-7, 0x1.a01a01a029334p-13,
      0x1.71de3a45e7255p-19)
    let second = quadratic(
      z, z2, 0x1.ae646773a8fbcp-26, 0x1.611a34de8a0b7p-33, 0x1.b4d11bd2a4349p-41)
    return x + (z * x) * (first + (z2 * z2) * second)
  }

  /// **Errors** below 1.5 ulp.
  @inline(__always)
  static func cosh<Value: RealValue>(_ x: Value) -> Value {
    let magnitude = x.magnitude
    return Value.usually(
      magnitude.isLess(than: 708),
      {
        let exponential = shortExp(magnitude)
        return 0.5 * exponential + 0.5 / exponential
      }, else: .cosh, of: x,
      whole: {
        let half = extremeExp(magnitude, shift: -1)
        return half + 0.25 / half
      })
  }

  /// `1/cosh(x)^2`
  ///
  /// It is `4·z/(1 + z)²`, with z for `e^-2|x|`: one division, and nothing overflows.
  ///
  /// **Errors** below 3.5 ulp.
  @inline(__always)
  static func squaredSech<Value: RealValue>(_ x: Value) -> Value {
    let twice = x.magnitude + x.magnitude
    @inline(__always)
    func value(_ z: Value) -> Value {
      let sum: Value = 1 + z
      return (4 * z) / (sum * sum)
    }
    return Value.usually(
      twice.isLess(than: 708), { value(shortExp(-twice)) }, else: .squaredSech, of: x,
      whole: { value(expOfNegativeMagnitude(twice)) })
  }

  /// A value that is not negative, or is NaN, or has the sign of x already, with that sign.
  @inline(__always)
  static func withSign<Value: RealValue>(of x: Value, _ value: Value) -> Value {
    Value(bits: value.bits | (x.bits & signBit()))
  }

  @inline(__always)
  static func signBit<Whole: WholeValue>() -> Whole { -0x8000_0000_0000_0000 }
}
