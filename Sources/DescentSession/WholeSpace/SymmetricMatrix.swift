/// A symmetric matrix: the rows of its lower triangle one after the other.
struct SymmetricMatrix {
  let size: Int
  private(set) var entries: [Double]

  static func entryCount(_ size: Int) -> Int { size * (size + 1) / 2 }

  init(size: Int, entries: [Double]) {
    self.size = size
    self.entries = entries
  }

  static func identity(_ size: Int, times factor: Double) -> SymmetricMatrix {
    var matrix = SymmetricMatrix(
      size: size, entries: Array(repeating: 0, count: entryCount(size)))
    for k in 0..<size { matrix[k, k] = factor }
    return matrix
  }

  /// The entry in a row and a column that is not right of it.
  subscript(row: Int, column: Int) -> Double {
    get { entries[row * (row + 1) / 2 + column] }
    set { entries[row * (row + 1) / 2 + column] = newValue }
  }

  var isFinite: Bool { entries.allSatisfy(\.isFinite) }

  /// The matrix times a vector.
  func times(_ v: [Double]) -> [Double] {
    var result = Array(repeating: 0.0, count: size)
    var place = 0
    for row in 0..<size {
      var sum = 0.0
      for column in 0..<row {
        sum += entries[place] * v[column]
        result[column] += entries[place] * v[row]
        place += 1
      }
      result[row] += sum + entries[place] * v[row]
      place += 1
    }
    return result
  }

  /// Adds `a·(u·vᵀ + v·uᵀ)`.
  mutating func add(_ a: Double, _ u: [Double], _ v: [Double]) {
    var place = 0
    for row in 0..<size {
      let (x, y) = (a * u[row], a * v[row])
      for column in 0...row {
        entries[place] += x * v[column] + y * u[column]
        place += 1
      }
    }
  }

  /// The factor L of `L·Lᵀ`, this matrix with `shift` added to its diagonal; nil where that is not
  /// positive definite to working precision.
  ///
  /// **Complexity** n³/6 multiplications.
  ///
  /// **Source** Golub and Van Loan, Matrix Computations, 4th edition, 2013, section 4.2.
  func choleskyFactor(shift: Double) -> SymmetricMatrix? {
    var factor = self
    for row in 0..<size {
      let start = row * (row + 1) / 2
      for column in 0...row {
        let other = column * (column + 1) / 2
        var sum = entries[start + column] + (row == column ? shift : 0)
        let scale = sum.magnitude
        for k in 0..<column { sum -= factor.entries[start + k] * factor.entries[other + k] }
        if row == column {
          // What cancels down to rounding is no curvature.
          guard sum.isFinite, sum > scale * Double(size) * 0x1p-52 else { return nil }
          factor.entries[start + column] = sum.squareRoot()
        } else {
          factor.entries[start + column] = sum / factor.entries[other + column]
        }
      }
    }
    return factor
  }

  /// Solves `L·Lᵀ·x = b`, where this is L.
  func solve(_ b: [Double]) -> [Double] {
    var x = b
    for row in 0..<size {
      let start = row * (row + 1) / 2
      for k in 0..<row { x[row] -= entries[start + k] * x[k] }
      x[row] /= entries[start + row]
    }
    for row in (0..<size).reversed() {
      let start = row * (row + 1) / 2
      x[row] /= entries[start + row]
      for k in 0..<row { x[k] -= entries[start + k] * x[row] }
    }
    return x
  }
}
