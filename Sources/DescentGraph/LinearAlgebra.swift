/// Products of matrices that lie in memory row after row.
package enum MatrixMultiplication {
  /// A factor of a product.
  struct Factor {
    let start: UnsafePointer<Double>
    /// Whether it lies in memory as its transpose.
    let isTransposed: Bool
    /// Numbers from one of its rows in memory to the next.
    let stride: Int

    init(_ start: UnsafePointer<Double>, isTransposed: Bool = false, stride: Int) {
      self.start = start
      self.isTransposed = isTransposed
      self.stride = stride
    }
  }

  /// What becomes of the numbers that are there.
  enum Target {
    /// By the product times a power of 2.
    case replaced(scale: Double)
    case addedTo
  }

  /// Up to so many multiplications the plain loops are as quick as a call of the library; nil where
  /// they are always, which is for rows times one vector.
  private static func mostInLoops(_ a: Factor, _ b: Factor, m: Int, n: Int) -> Int? {
    if m > 1, n > 1 { return 2048 }
    return !a.isTransposed && (b.isTransposed || n == 1 && b.stride == 1) ? nil : 256
  }

  /// The product of an m by k and a k by n matrix: `c[i, j] = Σₚ a[i, p]·b[p, j]`.
  ///
  /// Where there is a BLAS library it multiplies all but the smallest, which depends on the sizes
  /// alone, on one thread. Else the terms of each sum are added in the order of p, or where rows of
  /// both are multiplied, in that of ``Reduction``.
  static func multiply(
    _ a: Factor, _ b: Factor, into c: Memory, m: Int, k: Int, n: Int,
    _ target: Target = .replaced(scale: 1)
  ) {
    let (scale, adds) =
      switch target {
      case .replaced(let scale): (scale, false)
      case .addedTo: (1, true)
      }
    if let most = mostInLoops(a, b, m: m, n: n), m * k * n > most,
      let library = BasicLinearAlgebra.multiply
    {
      if !a.isTransposed, b.isTransposed, b.stride == k, isQuickerUntransposed(m: m, k: k, n: n) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: k * n) { copy in
          guard let copy = copy.baseAddress else { return }
          transpose(b.start, into: copy, m: k, n: n)
          multiply(a, Factor(copy, stride: n), into: c, m: m, k: k, n: n, target)
        }
        return
      }
      library(
        BasicLinearAlgebra.rowMajor, BasicLinearAlgebra.transposition(a.isTransposed),
        BasicLinearAlgebra.transposition(b.isTransposed), Int32(m), Int32(n), Int32(k), scale,
        a.start, Int32(max(1, a.stride)), b.start, Int32(max(1, b.stride)), adds ? 1 : 0, c,
        Int32(n))
      return
    }
    if !adds { c.update(repeating: 0, count: m * n) }
    switch (a.isTransposed, b.isTransposed) {
    case (false, false) where n == 1 && b.stride == 1, (false, true):
      for i in 0..<m {
        for j in 0..<n {
          c[i * n + j] += Reduction.dot(a.start + i * a.stride, b.start + j * b.stride, k)
        }
      }
    case (false, false):
      for i in 0..<m {
        for p in 0..<k {
          add(a.start[i * a.stride + p], times: b.start + p * b.stride, to: c + i * n, count: n)
        }
      }
    case (true, false) where n == 1 && b.stride == 1:
      for p in 0..<k { add(b.start[p], times: a.start + p * a.stride, to: c, count: m) }
    case (true, false):
      for p in 0..<k {
        for i in 0..<m {
          add(a.start[p * a.stride + i], times: b.start + p * b.stride, to: c + i * n, count: n)
        }
      }
    case (true, true):
      for i in 0..<m {
        for j in 0..<n {
          var sum = 0.0
          for p in 0..<k { sum += a.start[p * a.stride + i] * b.start[j * b.stride + p] }
          c[i * n + j] += sum
        }
      }
    }
    if scale != 1 {
      for place in 0..<(m * n) { c[place] *= scale }
    }
  }

  /// Whether it takes less time to transpose a small second factor first. OpenBLAS has quick kernels
  /// for products of up to a million multiplications; where the second factor lies as its transpose,
  /// they are slow for short sums, and for many rows not used.
  private static func isQuickerUntransposed(m: Int, k: Int, n: Int) -> Bool {
    m >= 32 && (k < 32 || m >= 128) && m * k * n <= 1_000_000
  }

  @inline(__always)
  private static func add(
    _ factor: Double, times x: UnsafePointer<Double>, to y: Memory, count: Int
  ) {
    for k in 0..<count { y[k] += factor * x[k] }
  }

  /// Writes the m by n transpose of an n by m matrix, by blocks that stay in the cache.
  package static func transpose(_ a: UnsafePointer<Double>, into b: Memory, m: Int, n: Int) {
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
