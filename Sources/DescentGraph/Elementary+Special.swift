#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension Elementary {
  static func gamma(_ x: Double) -> Double { tgamma(x) }

  static func lgamma(_ x: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(x, &sign)
  }

  /// The remainder with the sign of the divisor, exact as `fmod` is.
  static func mod(_ a: Double, _ b: Double) -> Double {
    let r = fmod(a, b)
    return r != 0 && (r < 0) != (b < 0) ? r + b : r
  }

  /// The n-th derivative of digamma; n = 0 is digamma itself.
  ///
  /// Recurrence up to x ≥ 20 + n, then the asymptotic series; reflection for digamma below 0.
  ///
  /// **Domain** n whole and not negative; NaN for other n, at the poles, and for n > 0 and x < 0.
  /// **Errors** below 1e-14 relative away from the zeros of digamma.
  /// **Source** Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, 6.3.5, 6.3.7,
  /// 6.3.18, 6.4.6, 6.4.11.
  static func polygamma(_ order: Double, _ x: Double) -> Double {
    guard order >= 0, order <= 100, order == order.rounded(), !x.isNaN else { return .nan }
    let n = Int(order)
    if x <= 0 {
      guard x != x.rounded() else { return .nan }
      guard n == 0 else { return polygammaBelowZero(n, x) }
      return polygamma(0, 1 - x) - Double.pi / tan(Double.pi * x)
    }
    var x = x
    var shifted = 0.0
    var factorial = 1.0
    for k in 1..<max(2, n + 1) { factorial *= Double(k) }
    let sign: Double = n % 2 == 0 ? -1 : 1
    while x < 20 + order {
      shifted += n == 0 ? -1 / x : sign * factorial / pow(x, order + 1)
      x += 1
    }
    // B₂ₖ for k = 1...8.
    let fractions: [(Double, Double)] = [
      (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510),
    ]
    let bernoulli = fractions.map { $0.0 / $0.1 }
    if n == 0 {
      var series = 0.0
      for (k, b) in bernoulli.enumerated().reversed() {
        let twoK = 2 * Double(k + 1)
        series += b / (twoK * pow(x, twoK))
      }
      return log(x) - 0.5 / x - series + shifted
    }
    var series = 0.0
    for (k, b) in bernoulli.enumerated().reversed() {
      let twoK = 2 * (k + 1)
      // (2k + n - 1)! / (2k)!
      var ratio = 1.0
      if n == 1 {
        ratio = 1
      } else {
        for m in (twoK + 1)...(twoK + n - 1) { ratio *= Double(m) }
      }
      series += b * ratio / pow(x, Double(twoK + n))
    }
    var leading = factorial / order / pow(x, order)
    leading += factorial / (2 * pow(x, order + 1))
    return sign * (leading + series) + shifted
  }

  /// Below 0 by the recurrence, upwards into the positive numbers.
  private static func polygammaBelowZero(_ n: Int, _ x: Double) -> Double {
    guard x > -1e6 else { return .nan }
    var factorial = 1.0
    for k in 1...max(1, n) { factorial *= Double(k) }
    let sign: Double = n % 2 == 0 ? -1 : 1
    var x = x
    var shifted = 0.0
    while x < 0 {
      shifted += sign * factorial / pow(x, Double(n) + 1)
      x += 1
    }
    return polygamma(Double(n), x) + shifted
  }
}
