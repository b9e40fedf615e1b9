import Testing

@testable import DescentGraph

/// Kernels that take many rows at once sum in the order that is promised for one.
@Suite struct RowKernelTests {
  static func run(
    _ kernel: Kernel, _ operands: [(start: UnsafeMutablePointer<Double>, width: Int, stride: Int)],
    rows: Int, into target: inout [Double]
  ) {
    var arguments = operands.map {
      TileOperand(
        start: $0.start, extents: $0.width == 1 ? .scalar : .vector($0.width),
        rowStride: $0.stride, outerStride: 0, innerStride: 1)
    }
    let extents: Shape.Extents = target.count == 1 ? .scalar : .vector(target.count)
    arguments.withUnsafeMutableBufferPointer { arguments in
      target.withUnsafeMutableBufferPointer { target in
        guard let destination = target.baseAddress, let first = arguments.baseAddress else {
          return
        }
        withUnsafePointer(to: 0) { integers in
          var call = TileCall(
            destination: destination, operands: first, operandCount: arguments.count,
            extents: extents, integers: integers)
          call.rows = rows
          kernel.tile(call)
        }
      }
    }
  }

  @Test(arguments: [1, 2, 7, 8, 9, 10, 15, 16, 17, 33, 255, 256, 257, 600])
  func `dot products of more than eight numbers add each product unrounded`(_ count: Int) {
    // Eight rows are computed side by side, the others one by one.
    let rows = 11
    var x = MatrixMultiplicationTests.numbers(rows * count, 1)
    var w = MatrixMultiplicationTests.numbers(count, 2)
    x.withUnsafeMutableBufferPointer { x in
      w.withUnsafeMutableBufferPointer { w in
        guard let x = x.baseAddress, let w = w.baseAddress else { return }
        let expected = (0..<rows).map { Self.dot(x + $0 * count, w, count) }
        for row in 0..<rows { #expect(Reduction.dot(x + row * count, w, count) == expected[row]) }
        for isSwapped in [false, true] {
          let operands = [(x, count, count), (w, count, 0)]
          var sums = Array(repeating: Double.nan, count: rows)
          Self.run(
            DotProduct.kernel, isSwapped ? operands.reversed() : operands, rows: rows, into: &sums)
          #expect(sums == expected)
        }
      }
    }
  }

  /// Blocks of 256 in eight running sums, then the rest one by one; up to eight as written.
  private static func dot(_ x: Memory, _ y: Memory, _ count: Int) -> Double {
    if count <= 8 { return (0..<count).dropFirst().reduce(x[0] * y[0]) { $0 + x[$1] * y[$1] } }
    let sums = stride(from: 0, to: count, by: 256).map { start in
      let end = min(start + 256, count)
      let whole = start + (end - start) / 8 * 8
      var lanes = SIMD8<Double>(repeating: 0)
      for k in start..<whole { lanes[k % 8].addProduct(x[k], y[k]) }
      let four = lanes.lowHalf + lanes.highHalf
      let two = four.lowHalf + four.highHalf
      return (whole..<end).reduce(two.x + two.y) { $0.addingProduct(x[$1], y[$1]) }
    }
    return sums.count == 3 ? sums[0] + sums[1] + sums[2] : sums.reduce(0, +)
  }

  @Test(arguments: [1, 3, 7, 8, 9, 10, 16, 23, 32], [1, 7, 8, 9, 100, 256])
  func `sums over rows have eight running sums for each element`(_ count: Int, _ rows: Int) {
    var u = MatrixMultiplicationTests.numbers(rows, 3)
    var x = MatrixMultiplicationTests.numbers(rows * count, 4)
    let expected = (0..<count).map { element in
      var lanes = SIMD8<Double>(repeating: 0)
      for row in 0..<rows { lanes[row % 8].addProduct(u[row], x[row * count + element]) }
      let four = lanes.lowHalf + lanes.highHalf
      let two = four.lowHalf + four.highHalf
      return 1 + (two.x + two.y)
    }
    u.withUnsafeMutableBufferPointer { u in
      x.withUnsafeMutableBufferPointer { x in
        guard let u = u.baseAddress, let x = x.baseAddress else { return }
        for isSwapped in [false, true] {
          let operands = [(u, 1, 1), (x, count, count)]
          var sums = Array(repeating: 1.0, count: count)
          Self.run(
            SumOfOuterProducts.kernel, isSwapped ? operands.reversed() : operands, rows: rows,
            into: &sums)
          #expect(sums == expected)
        }
      }
    }
  }
}
