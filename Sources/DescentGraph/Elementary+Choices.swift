// What depends on which of two numbers is larger, or on a sign.
extension Elementary {
  /// The larger of two numbers; the second of two equal ones. NaN stays.
  @inline(__always)
  static func maximum<Value: RealValue>(_ a: Value, _ b: Value) -> Value {
    ordered(a, b, Value.choose(a.isGreater(than: b), a, else: b))
  }

  /// The smaller of two numbers; the second of two equal ones. NaN stays.
  @inline(__always)
  static func minimum<Value: RealValue>(_ a: Value, _ b: Value) -> Value {
    ordered(a, b, Value.choose(a.isLess(than: b), a, else: b))
  }

  /// NaN if one of them is, else a value.
  @inline(__always)
  private static func ordered<Value: RealValue>(_ a: Value, _ b: Value, _ value: Value) -> Value {
    Value.choose(Value.either(a.isNotANumber, b.isNotANumber), Value(.nan), else: value)
  }

  /// x where it is positive or NaN, else 0.
  @inline(__always)
  static func rectified<Value: RealValue>(_ x: Value) -> Value {
    Value.choose(x.isLessThanOrEqualTo(0), 0, else: x)
  }

  /// 1, -1, or what has no sign: a zero or NaN.
  @inline(__always)
  static func sign<Value: RealValue>(_ x: Value) -> Value {
    Value.choose(
      x.isGreater(than: 0), 1, else: Value.choose(x.isLess(than: 0), -1, else: x))
  }

  /// 1 above 0, ½ at 0, else 0. NaN stays.
  @inline(__always)
  static func heaviside<Value: RealValue>(_ x: Value) -> Value {
    let notAbove = Value.choose(
      x.isLess(than: 0), 0, else: Value.choose(x.isEqual(to: 0), 0.5, else: x))
    return Value.choose(x.isGreater(than: 0), 1, else: notAbove)
  }

  /// 1 where two numbers are equal, infinite ones too, or differ by no more than the third, else 0.
  @inline(__always)
  static func within<Value: RealValue>(_ a: Value, _ b: Value, _ tolerance: Value) -> Value {
    let isNear = (a - b).magnitude.isLessThanOrEqualTo(tolerance)
    return Value.choose(Value.either(a.isEqual(to: b), isNear), 1, else: 0)
  }

  /// ``within(_:_:_:)`` a billionth of the larger, or of 1 if both are below it.
  @inline(__always)
  static func approximately<Value: RealValue>(_ a: Value, _ b: Value) -> Value {
    let (x, y) = (a.magnitude, b.magnitude)
    // Where one is NaN, so is the difference: nothing is near it.
    let larger = Value.choose(x.isGreater(than: y), x, else: y)
    return within(a, b, 1e-9 * Value.choose(larger.isGreater(than: 1), larger, else: 1))
  }
}
