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

  /// How many multiply-adds follow one another before their sum is added to the others.
  static let chain = 256

  /// Element (i, j) as it is promised: in the order of the terms, rounded once for each.
  static func element(_ a: [Double], _ b: [Double]) -> Double {
    var total: Double?
    for first in stride(from: 0, to: a.count, by: chain) {
      var sum = 0.0
      for p in first..<min(first + chain, a.count) { sum.addProduct(a[p], b[p]) }
      total = total.map { $0 + sum } ?? sum
    }
    return total ?? 0
  }

  @Test(
    arguments: [
      Sizes(m: 8, k: 1, n: 8), Sizes(m: 8, k: 7, n: 16), Sizes(m: 9, k: 16, n: 10),
      Sizes(m: 16, k: 8, n: 17), Sizes(m: 23, k: 29, n: 31), Sizes(m: 32, k: 300, n: 16),
      Sizes(m: 10, k: 513, n: 40), Sizes(m: 33, k: 256, n: 24), Sizes(m: 8, k: 0, n: 8),
    ])
  func `every element is a sum in the order of its terms, bit for bit`(_ sizes: Sizes) {
    let (m, k, n) = (sizes.m, sizes.k, sizes.n)
    let (a, b, there) = (Self.numbers(m * k, 1), Self.numbers(k * n, 2), Self.numbers(m * n, 3))
    let expected = (0..<(m * n)).map { place in
      let (i, j) = (place / n, place % n)
      return Self.element((0..<k).map { a[i * k + $0] }, (0..<k).map { b[$0 * n + j] })
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
      #expect(product(.replaced(scale: 1)) == expected)
      #expect(product(.replaced(scale: 0x1p-5)) == expected.map { $0 * 0x1p-5 })
      if k <= Self.chain {
        #expect(product(.addedTo) == zip(there, expected).map { $0 + $1 })
      }
    }
  }

  static func transposed(_ a: [Double], _ m: Int, _ n: Int) -> [Double] {
    (0..<(m * n)).map { a[$0 % m * n + $0 / m] }
  }

  @Test(arguments: [
    Sizes(m: 3, k: 900, n: 9), Sizes(m: 200, k: 6, n: 3), Sizes(m: 2, k: 2, n: 2),
    Sizes(m: 170, k: 170, n: 170),
  ])
  func `narrow and large products are right to rounding`(_ sizes: Sizes) {
    let (m, k, n) = (sizes.m, sizes.k, sizes.n)
    let (a, b) = (Self.numbers(m * k, 4), Self.numbers(k * n, 5))
    var c = Array(repeating: Double.nan, count: m * n)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
          MatrixMultiplication.multiply(
            .init(a, stride: k), .init(b, stride: n), into: c, m: m, k: k, n: n)
        }
      }
    }
    for place in 0..<(m * n) {
      let (i, j) = (place / n, place % n)
      let terms = (0..<k).map { a[i * k + $0] * b[$0 * n + j] }
      let size = terms.reduce(0) { $0 + $1.magnitude }
      #expect(abs(c[place] - terms.reduce(0, +)) <= Double(k) * 0x1p-52 * size)
    }
  }
}
