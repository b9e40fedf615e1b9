/// What describes the values of a column.
///
/// The mean is computed first, and the deviations from it summed in a second pass, all in
/// ``DoubleDouble``; so nothing cancels, whatever the values have in common. They are scaled by a
/// power of two, so that no square overflows or underflows.
///
/// **Errors** an ulp or two of the exact value for the given doubles.
///
/// **Domain** With an infinity or a NaN among the values the mean is what IEEE arithmetic gives, and
/// the other figures are NaN; `minimum` and `maximum` pass over NaN.
///
/// **Source** T. F. Chan, G. H. Golub and R. J. LeVeque, Algorithms for computing the sample
/// variance, 1983 (two passes).
package struct Statistics: Sendable {
  /// What the sum of the squares is divided by.
  package enum Divisor: Sendable {
    /// The number of values: for the values themselves.
    case count
    /// One less: for what the values are a sample of. NaN for a single value.
    case countLessOne
  }

  private let values: [Double]
  /// A power of two that brings the largest magnitude near 1.
  private let scale: Double
  private let scaledMean: DoubleDouble

  package let minimum: Double
  package let maximum: Double
  package let mean: Double

  /// - Returns: `nil` if there are no values.
  package init?(of values: [Double]) {
    guard let first = values.first else { return nil }
    var minimum = first
    var maximum = first
    for value in values {
      minimum = Double.minimum(minimum, value)
      maximum = Double.maximum(maximum, value)
    }
    let magnitude = max(abs(minimum), abs(maximum))
    let exponent =
      magnitude.isFinite && magnitude > 0 ? max(-1000, min(1000, Int(magnitude.exponent))) : 0
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    var sum = DoubleDouble.zero
    for value in values { sum = sum + DoubleDouble(high: value * scale, low: 0) }
    let scaledMean = sum / Double(values.count)
    self.values = values
    self.minimum = minimum
    self.maximum = maximum
    self.scale = scale
    self.scaledMean = scaledMean
    // The compensation of a sum with an infinity is NaN; the plain sum is what it should be.
    mean =
      scaledMean.high.isFinite
      ? scaledMean.high / scale : values.reduce(0, +) / Double(values.count)
  }

  /// ```
  /// sqrt(Σ (xᵢ - mean)² / n)
  /// ```
  package func standardDeviation(dividingBy divisor: Divisor) -> Double {
    let count = divisor == .count ? values.count : values.count - 1
    let variance = sumOfProducts(distance: 0) / Double(count)
    return variance.high.squareRoot() / scale
  }

  /// The correlation of each value with the one before it; NaN if all are equal.
  ///
  /// ```
  /// Σ (xᵢ - mean) (xᵢ₋₁ - mean) / Σ (xᵢ - mean)²
  /// ```
  package var lag1Autocorrelation: Double {
    sumOfProducts(distance: 1).high / sumOfProducts(distance: 0).high
  }

  /// The sum of the products of each scaled deviation and the one so many values before it.
  private func sumOfProducts(distance: Int) -> DoubleDouble {
    var sum = DoubleDouble.zero
    for index in values.indices.dropFirst(distance) {
      sum = sum + deviation(index) * deviation(index - distance)
    }
    return sum
  }

  private func deviation(_ index: Int) -> DoubleDouble {
    DoubleDouble(high: values[index] * scale, low: 0) - scaledMean
  }
}
