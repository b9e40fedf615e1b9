internal import DescentEngine
internal import DescentGraph

/// The rows of each step: a pass over all rows (an epoch) takes them in order, or in an order of its
/// own that the seed decides; the last batch of a pass is short where they do not come out even.
///
/// The rows of a step follow from its number alone, so that going back and doing it again gives the
/// same.
final class Batches: BatchOrder, @unchecked Sendable {
  let size: Int
  let rowCount: Int
  let isShuffled: Bool
  let seed: UInt64
  /// The order of one pass, found once for its steps. Sessions that share it run one at a time.
  private var order: (epoch: Int, rows: [Int32]) = (-1, [])

  init(size: Int, rowCount: Int, isShuffled: Bool, seed: UInt64) {
    self.size = size
    self.rowCount = rowCount
    self.isShuffled = isShuffled
    self.seed = seed
  }

  /// How many steps a pass over the rows takes.
  var stepsOfEpoch: Int { max(1, (rowCount + size - 1) / size) }

  func pass(ofStep step: Int) -> BatchPass {
    let epoch = step / stepsOfEpoch
    if isShuffled, order.epoch != epoch { order = (epoch, shuffled(epoch)) }
    return BatchPass(
      first: epoch * stepsOfEpoch, size: size, rowCount: rowCount,
      order: isShuffled ? order.rows : nil)
  }

  private func shuffled(_ epoch: Int) -> [Int32] {
    Permutation.rows(
      rowCount, seed: seed, draw: Permutation.passes, step: epoch, margin: BatchRows.margin)
  }
}

/// Orders of rows that a seed decides.
enum Permutation {
  /// The draws that orders are made of: no expression has one with these numbers.
  static let passes = Int(UInt32.max)
  static let splits = Int(UInt32.max) - 1

  /// The rows from 0 in an order of their own for each seed, draw and step.
  ///
  /// **Source** Durstenfeld, Algorithm 235: Random permutation, 1964.
  ///
  /// - Parameter margin: how many zeros follow.
  static func rows(
    _ count: Int, seed: UInt64, draw: Int, step: Int, margin: Int = 0
  ) -> [Int32] {
    let halves = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let numbers = Philox(seed: halves, draw: draw, step: Double(step))
    var u = Array(repeating: 0.0, count: 256)
    var v = u
    return Array(unsafeUninitializedCapacity: count + margin) { rows, size in
      for place in 0..<count { rows[place] = Int32(truncatingIfNeeded: place) }
      for place in count..<(count + margin) { rows[place] = 0 }
      size = count + margin
      for end in stride(from: count, to: 1, by: -u.count) {
        let places = stride(from: end - 1, to: max(0, end - 1 - u.count), by: -1)
        let elements = places.map { UInt32($0) }
        numbers.uniforms(elements, elements.count, into: &u, &v)
        for (k, last) in places.enumerated() {
          rows.swapAt(last, min(last, Int(u[k] * Double(last + 1))))
        }
      }
    }
  }
}
