/// Repeated measurements of one thing.
struct Samples {
  private(set) var values: [Double] = []

  mutating func append(_ value: Double) { values.append(value) }

  var median: Double { quantile(0.5) }

  /// Other work on the machine only ever adds to a time.
  var shortest: Double { values.min() ?? .nan }

  /// Half the distance between the quartiles, as a part of the median: a noisy neighbour moves it
  /// less than the extremes.
  var spread: Double { (quantile(0.75) - quantile(0.25)) / 2 / median }

  private func quantile(_ part: Double) -> Double {
    let sorted = values.sorted()
    guard let last = sorted.indices.last else { return .nan }
    let position = part * Double(last)
    let below = Int(position)
    let above = min(below + 1, last)
    return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
  }
}
