/// The problem to make ‖A·x + b‖ least: a matrix, column by column, and b.
struct LeastSquares {
  let rows: Int
  let columns: Int
  private(set) var entries: [Double]
  var right: [Double]

  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    entries = Array(repeating: 0, count: rows * columns)
    right = Array(repeating: 0, count: rows)
  }

  subscript(row: Int, column: Int) -> Double {
    get { entries[column * rows + row] }
    set { entries[column * rows + row] = newValue }
  }

  /// The same matrix with another b.
  func with(right: [Double]) -> LeastSquares {
    var result = self
    result.right = right
    return result
  }

  var isFinite: Bool { entries.allSatisfy(\.isFinite) && right.allSatisfy(\.isFinite) }

  func column(_ column: Int) -> [Double] {
    Array(entries[(column * rows)..<((column + 1) * rows)])
  }

  /// A·v.
  func times(_ v: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: rows)
    for column in 0..<columns {
      for row in 0..<rows { result[row] += self[row, column] * v[column] }
    }
    return result
  }

  /// The same problem with a triangle in place of the matrix, by Householder reflections.
  ///
  /// **Complexity** 2·m·n² multiplications and additions.
  ///
  /// **Source** Golub and Van Loan, Matrix Computations, 4th edition, 2013, algorithm 5.2.1.
  func triangular() -> (triangle: LeastSquares, reflections: Reflections) {
    var a = self
    var reflections = Reflections()
    let most = min(rows, columns)
    for k in 0..<most {
      let tail = Array(a.entries[(k * rows + k)..<((k + 1) * rows)])
      let length = norm(tail)
      guard length > 0 else { continue }
      // Away from the first element, so that nothing cancels.
      let alpha = tail[0] > 0 ? -length : length
      var v = tail.map { $0 / length }
      v[0] -= alpha / length
      let reflection = Reflections.One(first: k, v: v, square: dot(v, v))
      for column in k..<columns { reflection.apply(to: &a.entries, at: column * rows) }
      reflection.apply(to: &a.right, at: 0)
      reflections.all.append(reflection)
      a[k, k] = alpha
      for row in (k + 1)..<max(rows, k + 1) { a[row, k] = 0 }
    }
    var result = LeastSquares(rows: most, columns: columns)
    for column in 0..<columns {
      for row in 0..<most { result[row, column] = a[row, column] }
    }
    result.right = Array(a.right.prefix(most))
    return (result, reflections)
  }

  /// The x that makes ‖A·x + b‖² + ‖D·x‖² least, for a diagonal D of positive numbers.
  func solution(damped diagonal: [Double]) -> [Double] {
    var stacked = LeastSquares(rows: rows + columns, columns: columns)
    for column in 0..<columns {
      for row in 0..<rows { stacked[row, column] = self[row, column] }
      stacked[rows + column, column] = diagonal[column]
    }
    for row in 0..<rows { stacked.right[row] = right[row] }
    let triangle = stacked.triangular().triangle
    var x = triangle.right.map { -$0 }
    for row in (0..<columns).reversed() {
      for column in (row + 1)..<max(columns, row + 1) {
        x[row] -= triangle[row, column] * x[column]
      }
      x[row] /= triangle[row, row]
    }
    return x
  }
}

/// The orthogonal matrix that turns a matrix into a triangle, as the reflections it is made of.
struct Reflections {
  fileprivate struct One {
    /// The first element that it changes.
    var first: Int
    var v: [Double]
    var square: Double

    /// Reflects the column that begins at a place.
    func apply(to numbers: inout [Double], at start: Int) {
      var product = 0.0
      for i in v.indices { product += v[i] * numbers[start + first + i] }
      let factor = 2 * product / square
      for i in v.indices { numbers[start + first + i] -= factor * v[i] }
    }
  }

  fileprivate var all: [One] = []

  /// The first `count` numbers of the vector as the triangle sees it.
  func applied(to b: [Double], count: Int) -> [Double] {
    var result = b
    for reflection in all { reflection.apply(to: &result, at: 0) }
    return Array(result.prefix(count))
  }
}
