/// Sums from left to right: the same bits wherever they are computed.
func dot(_ a: [Double], _ b: [Double]) -> Double { dot(a[...], b[...]) }

func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
  var sum = 0.0
  for (x, y) in zip(a, b) { sum += x * y }
  return sum
}

/// Adds `factor·b` to a vector.
func add(_ factor: Double, _ b: ArraySlice<Double>, to a: inout [Double]) {
  for (k, value) in b.enumerated() { a[k] += factor * value }
}

/// The Euclidean norm, also where a square would overflow or vanish.
func norm(_ a: [Double]) -> Double {
  var largest = 0.0
  for value in a { largest = max(largest, value.magnitude) }
  guard largest > 0, largest.isFinite else { return largest }
  var sum = 0.0
  for value in a { sum += (value / largest) * (value / largest) }
  return largest * sum.squareRoot()
}

/// `a + factor·b`.
func sum(_ a: [Double], _ factor: Double, _ b: [Double]) -> [Double] {
  var result = a
  for k in a.indices { result[k] += factor * b[k] }
  return result
}

func difference(_ a: [Double], _ b: [Double]) -> [Double] {
  var result = a
  for k in a.indices { result[k] -= b[k] }
  return result
}

func product(_ factor: Double, _ a: [Double]) -> [Double] { a.map { factor * $0 } }
