/// Sums from left to right: the same bits wherever they are computed.
func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for k in a.indices { sum += a[k] * b[k] }
  return sum
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
