internal import CNative

/// Sums and the like over the elements of a vector, in an order that depends on their number alone.
package enum Reduction {
  /// Elements that are summed before the partial sums are: rounding errors grow with the block and
  /// the logarithm of the number of blocks.
  package static let block = 256

  /// Up to so many elements are summed from left to right.
  static let shortest = 8
  /// Values of up to so many elements are summed over rows element by element, else row by row.
  static let fewElements = 32

  /// The sum of one term of each row of a block of at most 256: eight running sums, one after the
  /// other and from the start again, then their sum.
  @inline(__always)
  static func overRows(_ count: Int, _ term: (Int) -> Double) -> Double {
    var lanes = SIMD8<Double>(repeating: 0)
    var k = 0
    while k + 8 <= count {
      lanes += SIMD8(
        term(k), term(k + 1), term(k + 2), term(k + 3), term(k + 4), term(k + 5), term(k + 6),
        term(k + 7))
      k += 8
    }
    for rest in k..<count { lanes[rest - k] += term(rest) }
    return sum(lanes)
  }

  /// Halves, then quarters, then two.
  @inline(__always)
  private static func sum(_ lanes: SIMD8<Double>) -> Double {
    let four = lanes.lowHalf + lanes.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// Up to eight elements from left to right; more in eight running sums a block, blocks pairwise.
  static func sum(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    reduce(count) { x[$0] }
  }

  /// The same of products; where there are more than eight, each is added without being rounded.
  static func dot(_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>, _ count: Int) -> Double {
    func block(_ start: Int, _ count: Int) -> Double {
      var sum = 0.0
      descent_dots(&sum, x + start, 0, y + start, 0, count, 1)
      return sum
    }
    if count <= Self.block { return block(0, count) }
    return pairwise(blocks: (count + Self.block - 1) / Self.block) { number in
      block(number * Self.block, min(Self.block, count - number * Self.block))
    }
  }

  /// Scaled by the largest element where the squares would over- or underflow.
  static func norm(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    let square = reduce(count) { x[$0] * x[$0] }
    if square.isFinite, square > 0x1p-960 { return square.squareRoot() }
    var largest = 0.0
    for k in 0..<count {
      if x[k].isNaN { return .nan }
      largest = max(largest, x[k].magnitude)
    }
    if largest == 0 || largest.isInfinite { return largest }
    return largest * reduce(count) { (x[$0] / largest) * (x[$0] / largest) }.squareRoot()
  }

  /// The sums down the columns of m rows of n numbers: rows of a block one after the other, blocks
  /// by halves.
  static func sumDown(
    _ x: UnsafePointer<Double>, _ m: Int, _ n: Int, into y: UnsafeMutablePointer<Double>
  ) {
    guard m > block else {
      y.update(from: x, count: n)
      for i in 1..<max(1, m) { for j in 0..<n { y[j] += x[i * n + j] } }
      return
    }
    let half = (m / block + 1) / 2 * block
    sumDown(x, half, n, into: y)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { other in
      guard let other = other.baseAddress else { return }
      sumDown(x + half * n, m - half, n, into: other)
      for j in 0..<n { y[j] += other[j] }
    }
  }

  static func logSumExp(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    let largest = largest(x, count)
    guard largest.isFinite else { return largest }
    return largest + Elementary.log(reduce(count) { Elementary.exp(x[$0] - largest) })
  }

  /// `log(sum(exp(x))) - x[class]`, which keeps its digits where the class is all but certain.
  ///
  /// **Domain** NaN for what is no whole number from 1 to `count`.
  static func crossEntropy(_ x: UnsafePointer<Double>, _ count: Int, class label: Double) -> Double
  {
    guard let place = place(ofClass: label, of: count) else { return .nan }
    let (largest, chosen) = (largest(x, count), x[place])
    if chosen == largest {
      return Elementary.log1p(reduce(count) { $0 == place ? 0 : Elementary.exp(x[$0] - chosen) })
    }
    guard largest.isFinite else { return largest - chosen }
    return largest - chosen + Elementary.log(reduce(count) { Elementary.exp(x[$0] - largest) })
  }

  /// Where the element of a class is, counted from 0; nil for what is none.
  static func place(ofClass label: Double, of count: Int) -> Int? {
    guard label == label.rounded(), label >= 1, label <= Double(count) else { return nil }
    return Int(label) - 1
  }

  static func softmax(
    _ x: UnsafePointer<Double>, _ count: Int, into y: UnsafeMutablePointer<Double>
  ) {
    let largest = largest(x, count)
    for k in 0..<count { y[k] = Elementary.exp(x[k] - largest) }
    let total = sum(y, count)
    for k in 0..<count { y[k] /= total }
  }

  private static func largest(_ x: UnsafePointer<Double>, _ count: Int) -> Double {
    var largest = -Double.infinity
    for k in 0..<count {
      if x[k].isNaN { return .nan }
      largest = max(largest, x[k])
    }
    return largest
  }

  @inline(__always)
  private static func reduce(_ count: Int, _ term: (Int) -> Double) -> Double {
    if count <= shortest {
      var sum = count > 0 ? term(0) : 0
      for k in 1..<max(1, count) { sum += term(k) }
      return sum
    }
    if count <= block { return blockSum(0, count, term) }
    return pairwise(blocks: (count + block - 1) / block) { number in
      blockSum(number * block, min((number + 1) * block, count), term)
    }
  }

  /// The sum of the sums of blocks.
  package static func combine(_ sums: UnsafePointer<Double>, _ count: Int) -> Double {
    pairwise(blocks: count) { sums[$0] }
  }

  /// Blocks pairwise, as a counter of binary digits: `partial[i]` holds the sum of 2^i blocks.
  @inline(__always)
  private static func pairwise(blocks: Int, _ sum: (Int) -> Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 64) { partial in
      for number in 0..<blocks {
        var sum = sum(number)
        var level = 0
        while number >> level & 1 == 1 {
          sum = partial[level] + sum
          level += 1
        }
        partial[level] = sum
      }
      var total = 0.0
      for level in 0..<64 where blocks >> level & 1 == 1 { total = partial[level] + total }
      return total
    }
  }

  @inline(__always)
  private static func blockSum(_ start: Int, _ end: Int, _ term: (Int) -> Double) -> Double {
    var lanes = SIMD8<Double>(repeating: 0)
    var k = start
    while k + 8 <= end {
      lanes += SIMD8(
        term(k), term(k + 1), term(k + 2), term(k + 3), term(k + 4), term(k + 5), term(k + 6),
        term(k + 7))
      k += 8
    }
    var sum = sum(lanes)
    while k < end {
      sum += term(k)
      k += 1
    }
    return sum
  }
}
