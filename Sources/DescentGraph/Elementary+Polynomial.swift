// Polynomials by pairs of coefficients (Estrin's scheme): half as deep as Horner's rule, so that
// a processor computes several terms at a time.
extension Elementary {
  /// `a + b·x`
  @inline(__always)
  static func linear<Value: RealValue>(_ x: Value, _ a: Double, _ b: Double) -> Value {
    Value(a) + Value(b) * x
  }

  /// `a + b·x + c·x²`, given x and x²
  @inline(__always)
  static func quadratic<Value: RealValue>(
    _ x: Value, _ x2: Value, _ a: Double, _ b: Double, _ c: Double
  ) -> Value {
    linear(x, a, b) + Value(c) * x2
  }

  /// `a + b·x + c·x² + d·x³`, given x and x²
  @inline(__always)
  static func cubic<Value: RealValue>(
    _ x: Value, _ x2: Value, _ a: Double, _ b: Double, _ c: Double, _ d: Double
  ) -> Value {
    linear(x, a, b) + x2 * linear(x, c, d)
  }
}
