/// A positive number as `2^k·(1 + f)`, with `1 + f` from √½ to √2.
struct Decomposed<Value: RealValue> {
  let k: Value
  let f: Value
  /// The bits of the exponent, as those of `2^k` are.
  let exponent: Value.Whole

  /// **Domain** normal numbers.
  @inline(__always)
  init(_ x: Value) {
    let bits = x.bits
    // A number from √½ gets the exponent of 1.
    exponent = (bits &+ 0x0009_5f61_9980_c433) & 0x7ff0_0000_0000_0000
    f = Value(bits: bits &- exponent &+ 0x3ff0_0000_0000_0000) - 1
    // A whole number below 2^52 as the last bits of 2^52.
    k = Value(bits: (exponent &>> 52) | 0x4330_0000_0000_0000) - 0x1.00000000003ffp52
  }
}

/// The logarithm of `1 + f`, in parts.
///
/// With `s = f/(2 + f)`, it is `2·artanh(s)`, an odd function of s.
///
/// **Source** K. C. Ng, FDLIBM, 1993, `e_log.c`: the scheme. The polynomial is from Remez's
/// algorithm; it is off by `2^-57.9`.
struct LogarithmParts<Value: RealValue>: FunctionCore {
  /// `f²/2`
  let halfSquare: Value
  // The sum of these two is `log(1 + f) - f + f²/2`.
  let product: Value
  let rest: Value

  /// **Domain** `1 + f` from √½ to √2.
  @inline(__always)
  init(_ f: Value) {
    let s = f / (2 + f)
    let z = s * s
    let z2 = z * z
    let first = Elementary.cubic(
      z, z2, 0x1.5555555555592p-1, 0x1.999999997fdbbp-2, 0x1.24924941f100dp-2,
      0x1.c71c52096f10ap-3)
    let second = Elementary.quadratic(
      z, z2, 0x1.74663ee6ca073p-3, 0x1.39a1bab1c0327p-3, 0x1.2f056573633afp-3)
    halfSquare = 0.5 * f * f
    product = s * halfSquare
    rest = (s * z) * (first + (z2 * z2) * second)
  }

  init(values: [Value]) { (halfSquare, product, rest) = (values[0], values[1], values[2]) }
  var values: [Value] { [halfSquare, product, rest] }
  static var valueCount: Int { 3 }
}

// Our own functions, for what is unusual.
extension LibraryFunction where Pointer == UnaryFunction {
  fileprivate static var log: Self { Self("elementary.log") { Elementary.log($0) } }
  fileprivate static var log1p: Self { Self("elementary.log1p") { Elementary.log1p($0) } }
  fileprivate static var log2: Self { Self("elementary.log2") { Elementary.log2($0) } }
  fileprivate static var log10: Self { Self("elementary.log10") { Elementary.log10($0) } }
  fileprivate static var softplus: Self {
    Self("elementary.softplus") { Elementary.softplus($0) }
  }
  fileprivate static var logcosh: Self { Self("elementary.logcosh") { Elementary.logcosh($0) } }
}

extension Elementary {
  /// `high + log(1 + f) + low`, for a high part that is 0 or larger than f, and a low one of a few
  /// ulps.
  ///
  /// **Domain** `1 + f` from √½ to √2.
  @inline(__always)
  private static func logarithm<Value: RealValue>(
    ofOnePlus f: Value, high: Value, low: Value
  ) -> Value {
    let parts: LogarithmParts<Value> = Value.core(f)
    let sum = high + f
    let lost = (high - sum) + f
    // What is known last is added last.
    return sum - (((parts.halfSquare - parts.product) - (lost + low)) - parts.rest)
  }

  // ln 2 in two parts, the first of 42 bits, so that its multiples are exact.
  private static var ln2: (high: Double, low: Double) {
    @inline(__always) get { (0x1.62e42fefa3800p-1, 0x1.ef35793c76730p-45) }
  }

  /// The value of a logarithm, or what stands for it where x is no positive finite number.
  @inline(__always)
  private static func inDomain<Value: RealValue>(_ x: Value, _ value: Value) -> Value {
    Value.choose(
      x.isGreater(than: 0), Value.choose(x.isLess(than: Value(.infinity)), value, else: x),
      else: Value.choose(x.isEqual(to: 0), Value(-.infinity), else: Value(.nan)))
  }

  /// The value of a logarithm that is made of the parts of x.
  @inline(__always)
  private static func ofParts<Value: RealValue>(
    _ x: Value, else function: LibraryFunction<UnaryFunction>,
    _ value: (_ k: Value, _ f: Value) -> Value
  ) -> Value {
    Value.usually(
      Value.both(x.isGreaterThanOrEqualTo(0x1p-1022), x.isLess(than: Value(.infinity))),
      {
        let parts = Decomposed(x)
        return value(parts.k, parts.f)
      }, else: function, of: x,
      whole: {
        let (k, f) = decomposedAny(x)
        return inDomain(x, value(k, f))
      })
  }

  /// Also of a subnormal number.
  @inline(__always)
  private static func decomposedAny<Value: RealValue>(_ x: Value) -> (k: Value, f: Value) {
    let isSmall = x.isLess(than: 0x1p-1022)
    let parts = Decomposed(Value.choose(isSmall, x * 0x1p54, else: x))
    return (parts.k - Value.choose(isSmall, 54, else: 0), parts.f)
  }

  /// The natural logarithm.
  ///
  /// **Domain** NaN below 0, -inf at 0.
  /// **Errors** below 1 ulp.
  @inline(__always)
  static func log<Value: RealValue>(_ x: Value) -> Value {
    ofParts(x, else: .log) { k, f in
      logarithm(ofOnePlus: f, high: k * Value(ln2.high), low: k * Value(ln2.low))
    }
  }

  /// `log(1 + x)`
  ///
  /// What is lost where 1 is added goes into f, which is x itself near 0.
  ///
  /// **Domain** NaN below -1, -inf at -1.
  /// **Errors** below 1 ulp.
  @inline(__always)
  static func log1p<Value: RealValue>(_ x: Value) -> Value {
    let u: Value = 1 + x
    let added = u - 1
    let lost: Value = (1 - (u - added)) + (x - added)
    let parts = Decomposed(u)
    @inline(__always)
    func value(_ scale: Value) -> Value {
      let part = lost * scale
      let f = parts.f + part
      let low = parts.k * Value(ln2.low) + ((parts.f - f) + part)
      return logarithm(ofOnePlus: f, high: parts.k * Value(ln2.high), low: low)
    }
    // 2^-k
    let scale = Value(bits: 0x7fe0_0000_0000_0000 &- parts.exponent)
    let isUsual = Value.both(x.isGreater(than: -1), x.isLess(than: 0x1p60))
    return Value.usually(
      isUsual, { withSign(of: x, value(scale)) }, else: .log1p, of: x,
      // Beyond, the last power is no number, and nothing is lost that matters.
      whole: { withSign(of: x, inDomain(u, value(Value.choose(isUsual, scale, else: 0)))) })
  }

  /// `log(1 + z)`
  ///
  /// **Domain** from 0 to 1.
  /// **Errors** below 1.3 ulp.
  @inline(__always)
  private static func log1pOfPart<Value: RealValue>(_ z: Value) -> Value {
    let isLarge = z.isGreater(than: 0x1.a827999fcef32p-2)
    // 1 + z is twice 1 + f.
    let f = Value.choose(isLarge, z * 0.5 - 0.5, else: z)
    return logarithm(
      ofOnePlus: f, high: Value.choose(isLarge, Value(ln2.high), else: 0),
      low: Value.choose(isLarge, Value(ln2.low), else: 0))
  }

  /// `log(1 + e^x)`
  ///
  /// The exponential is taken of a negative number only.
  ///
  /// **Errors** below 2 ulp.
  @inline(__always)
  static func softplus<Value: RealValue>(_ x: Value) -> Value {
    Value.usually(
      x.magnitude.isLess(than: 708),
      { rectified(x) + log1pOfPart(shortExp(-x.magnitude)) },
      else: .softplus, of: x,
      whole: { rectified(x) + log1pOfPart(expOfNegativeMagnitude(x)) })
  }

  /// Near 0 it is log1p(cosh(x) - 1), which keeps the digits that cosh(x) would lose; else it is
  /// |x| - log 2 + log1p(e^-2|x|).
  ///
  /// **Errors** below 2.5 ulp.
  @inline(__always)
  static func logcosh<Value: RealValue>(_ x: Value) -> Value {
    let magnitude = x.magnitude
    let isSmall = magnitude.isLess(than: 1)
    @inline(__always)
    func value(_ exponential: Value) -> Value {
      let logarithm = log1pOfPart(
        Value.choose(isSmall, coshMinusOneNearZero(x), else: exponential))
      let large = (magnitude - Value(ln2.high)) + (logarithm - Value(ln2.low))
      return Value.choose(isSmall, logarithm, else: large)
    }
    let twice = magnitude + magnitude
    return Value.usually(
      twice.isLess(than: 708), { value(shortExp(-twice)) },
      else: .logcosh, of: x, whole: { value(expOfNegativeMagnitude(twice)) })
  }

  /// The logarithm to a base of which two logarithms are given, each in two parts: those of 2 and
  /// of e, the latter's first part of 24 bits.
  ///
  /// **Source** FreeBSD's `e_log2.c` and `e_log10.c`: the order of the sums.
  @inline(__always)
  private static func logarithm<Value: RealValue>(
    _ k: Value, _ f: Value, ofTwo: (high: Double, low: Double), ofE: (high: Double, low: Double)
  ) -> Value {
    let parts: LogarithmParts<Value> = Value.core(f)
    // Its first 21 bits: their product with 24 bits is exact.
    let high = Value(bits: (f - parts.halfSquare).bits & -0x1_0000_0000)
    let low = ((f - high) - parts.halfSquare) + (parts.product + parts.rest)
    let product = high * Value(ofE.high)
    let multiple = k * Value(ofTwo.high)
    let sum = multiple + product
    let rest = (low + high) * Value(ofE.low) + low * Value(ofE.high)
    return sum + (((multiple - sum) + product) + (rest + k * Value(ofTwo.low)))
  }

  /// **Errors** below 1 ulp; exact for a power of two.
  @inline(__always)
  static func log2<Value: RealValue>(_ x: Value) -> Value {
    ofParts(x, else: .log2) {
      logarithm(
        $0, $1, ofTwo: (1, 0), ofE: (0x1.7154760000000p+0, 0x1.4ae0bf85ddf44p-26))
    }
  }

  /// **Errors** below 1 ulp; exact for a power of ten that is a double.
  @inline(__always)
  static func log10<Value: RealValue>(_ x: Value) -> Value {
    ofParts(x, else: .log10) {
      logarithm(
        $0, $1, ofTwo: (0x1.34413509f6000p-2, 0x1.9fef311f12b36p-42),
        ofE: (0x1.bcb7b00000000p-2, 0x1.526e50e32a6abp-26))
    }
  }

  /// **Errors** below 2 ulp.
  @inline(__always)
  static func asinh<Value: RealValue>(_ x: Value) -> Value {
    let a = x.magnitude
    let isHuge = a.isGreater(than: 0x1p500)
    let square = a * a
    let argument = Value.choose(isHuge, a, else: a + square / (1 + (square + 1).squareRoot()))
    return withSign(
      of: x, log1p(argument) + Value.choose(isHuge, 0x1.62e42fefa39efp-1, else: 0))
  }

  /// **Domain** NaN below 1.
  /// **Errors** below 2.5 ulp.
  @inline(__always)
  static func acosh<Value: RealValue>(_ x: Value) -> Value {
    let t = x - 1
    let isHuge = x.isGreater(than: 0x1p500)
    let argument = Value.choose(isHuge, x, else: t + (t * (t + 2)).squareRoot())
    let value = log1p(argument) + Value.choose(isHuge, 0x1.62e42fefa39efp-1, else: 0)
    return Value.choose(t.isLess(than: 0), Value(.nan), else: value)
  }

  /// **Domain** NaN where |x| is above 1.
  /// **Errors** below 2 ulp.
  @inline(__always)
  static func atanh<Value: RealValue>(_ x: Value) -> Value {
    let a = x.magnitude
    let twice = a + a
    // The second term loses nothing near 0; at 1 it is infinite.
    let argument = twice + twice * a / (1 - a)
    let isOutside = a.isGreater(than: 1)
    return withSign(of: x, 0.5 * log1p(Value.choose(isOutside, Value(.nan), else: argument)))
  }
}
