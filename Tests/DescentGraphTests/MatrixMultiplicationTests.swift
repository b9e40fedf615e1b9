import Testing

@testable import DescentGraph

@Suite struct MatrixMultiplicationTests {
  struct Sizes: CustomTestStringConvertible {
    let m, k, n: Int
    var testDescription: String { "\(m) x \(k) x \(n)" }
  }

  /// Numbers of all sizes and both signs.
  static func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(Int64(bitPattern: state)) * 0x1p-63 * Double(1 << (state >> 60))
    }
  }

  /// Whether two sums of the same terms differ by rounding alone.
  static func isRounded(_ sum: Double, _ terms: [Double], scale: Double = 1, plus there: Double = 0)
    -> Bool
  {
    let size = terms.reduce(there.magnitude) { $0 + $1.magnitude }
    let exact = terms.reduce(0, +) * scale + there
    return abs(sum - exact) <= Double(terms.count + 2) * 0x1p-52 * size
  }

  @Test(
    arguments: [
      Sizes(m: 8, k: 1, n: 8), Sizes(m: 8, k: 7, n: 16), Sizes(m: 9, k: 16, n: 10),
      Sizes(m: 16, k: 8, n: 17), Sizes(m: 23, k: 29, n: 31), Sizes(m: 32, k: 300, n: 16),
      Sizes(m: 10, k: 513, n: 40), Sizes(m: 33, k: 256, n: 24), Sizes(m: 8, k: 0, n: 8),
      Sizes(m: 3, k: 900, n: 9), Sizes(m: 200, k: 6, n: 3), Sizes(m: 2, k: 2, n: 2),
      Sizes(m: 1, k: 40, n: 90), Sizes(m: 90, k: 40, n: 1), Sizes(m: 170, k: 170, n: 170),
      Sizes(m: 40, k: 16, n: 10), Sizes(m: 130, k: 60, n: 20), Sizes(m: 32, k: 31, n: 65),
    ])
  func `every element is the sum of its terms to rounding, however the factors lie`(_ sizes: Sizes)
  {
    let (m, k, n) = (sizes.m, sizes.k, sizes.n)
    let (a, b, there) = (Self.numbers(m * k, 1), Self.numbers(k * n, 2), Self.numbers(m * n, 3))
    let terms = (0..<(m * n)).map { place in
      (0..<k).map { a[place / n * k + $0] * b[$0 * n + place % n] }
    }
    for (isATransposed, isBTransposed) in [
      (false, false), (true, false), (false, true), (true, true),
    ] {
      func product(_ target: MatrixMultiplication.Target) -> [Double] {
        let storedA = isATransposed ? Self.transposed(a, m, k) : a
        let storedB = isBTransposed ? Self.transposed(b, k, n) : b
        var c = there
        storedA.withUnsafeBufferPointer { storedA in
          storedB.withUnsafeBufferPointer { storedB in
            c.withUnsafeMutableBufferPointer { c in
              // An empty array has no address.
              var nothing = 0.0
              withUnsafeMutablePointer(to: &nothing) { nothing in
                MatrixMultiplication.multiply(
                  .init(
                    storedA.baseAddress ?? .init(nothing), isTransposed: isATransposed,
                    stride: isATransposed ? m : k),
                  .init(
                    storedB.baseAddress ?? .init(nothing), isTransposed: isBTransposed,
                    stride: isBTransposed ? k : n),
                  into: c.baseAddress ?? nothing, m: m, k: k, n: n, target)
              }
            }
          }
        }
        return c
      }
      let (replaced, scaled, added) = (
        product(.replaced(scale: 1)), product(.replaced(scale: 0x1p-5)), product(.addedTo)
      )
      for place in 0..<(m * n) {
        #expect(Self.isRounded(replaced[place], terms[place]))
        #expect(Self.isRounded(scaled[place], terms[place], scale: 0x1p-5))
        #expect(Self.isRounded(added[place], terms[place], plus: there[place]))
      }
    }
  }

  static func transposed(_ a: [Double], _ m: Int, _ n: Int) -> [Double] {
    (0..<(m * n)).map { a[$0 % m * n + $0 / m] }
  }
}
