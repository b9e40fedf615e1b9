/// Products of matrices that lie in memory row after row.
enum MatrixMultiplication {
  /// The product of an m by k and a k by n matrix: `into[i, j] = Σₚ a[i, p]·b[p, j]`.
  ///
  /// One that is transposed lies in memory as k by m, or n by k. The terms of each sum are added in
  /// the order of p, or where rows of both are multiplied, in that of ``Reduction``.
  static func multiply(
    _ a: UnsafePointer<Double>, transposed isFirstTransposed: Bool, _ b: UnsafePointer<Double>,
    transposed isSecondTransposed: Bool, into c: Memory, m: Int, k: Int, n: Int
  ) {
    switch (isFirstTransposed, isSecondTransposed) {
    case (false, false) where n == 1, (false, true):
      for i in 0..<m {
        for j in 0..<n { c[i * n + j] = Reduction.dot(a + i * k, b + j * k, k) }
      }
    case (false, false):
      c.update(repeating: 0, count: m * n)
      for i in 0..<m {
        for p in 0..<k { add(a[i * k + p], times: b + p * n, to: c + i * n, count: n) }
      }
    case (true, false) where n == 1:
      c.update(repeating: 0, count: m)
      for p in 0..<k { add(b[p], times: a + p * m, to: c, count: m) }
    case (true, false):
      c.update(repeating: 0, count: m * n)
      for p in 0..<k {
        for i in 0..<m { add(a[p * m + i], times: b + p * n, to: c + i * n, count: n) }
      }
    case (true, true):
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for p in 0..<k { sum += a[p * m + i] * b[j * k + p] }
          c[i * n + j] = sum
        }
      }
    }
  }

  @inline(__always)
  private static func add(
    _ factor: Double, times x: UnsafePointer<Double>, to y: Memory, count: Int
  ) {
    for k in 0..<count { y[k] += factor * x[k] }
  }

  /// Writes the m by n transpose of an n by m matrix, by blocks that stay in the cache.
  static func transpose(_ a: UnsafePointer<Double>, into b: Memory, m: Int, n: Int) {
    let block = 32
    for top in stride(from: 0, to: m, by: block) {
      for left in stride(from: 0, to: n, by: block) {
        for i in top..<min(top + block, m) {
          for j in left..<min(left + block, n) { b[i * n + j] = a[j * m + i] }
        }
      }
    }
  }
}
