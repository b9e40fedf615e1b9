/// A random number for each element: operands are two numbers, the seed in two halves, the step, and
/// where there is a number for each row, the row's number among all, counted from 1. Which draw it is
/// belongs to the node, so that two occurrences are two numbers, and after it the lengths of a shape
/// that was declared, or that it was stretched to.
package protocol RandomPrimitive: Primitive {
  /// The value made of two numbers in [0, 1) and the two parameters.
  static func value(_ u: Double, _ v: Double, _ a: Double, _ b: Double) -> Double
}

extension RandomPrimitive {
  package static var arity: ClosedRange<Int> { 2...2 }
  package static var stretchesOperands: Bool { true }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let lengths = Array(graph.integers(attribute).dropFirst())
    let shape = try Shape.broadcast(operands.map { graph.shape($0) })
    if lengths.isEmpty { return shape }
    let own = Shape(.init(lengths: lengths))
    guard shape.isScalar || shape.extents == own.extents else { throw .mismatch(0, 1) }
    return Shape(own.extents, rows: shape.rows)
  }

  package static func spelling(of application: Application) -> Spelling {
    .call(name, Array(application.operands.prefix(2)))
  }

  /// The tile of a kernel whose literal is inlined.
  @inline(__always)
  static func tile(
    _ value: @escaping @Sendable (Double, Double, Double, Double) -> Double
  ) -> Kernel {
    .whole(takesRows: true) { call in
      let (a, b) = (call.operands[0], call.operands[1])
      let count = call.count
      // What has one element along an axis is stretched along it.
      func place(_ k: Int, in operand: TileOperand) -> Int {
        if operand.count == count { return k }
        let (height, width) = (operand.extents.height, operand.extents.width)
        return (height == 1 ? 0 : k / call.extents.width) * width
          + (width == 1 ? 0 : k % call.extents.width)
      }
      let numbers = Philox(
        seed: (UInt32(call.operands[2][0]), UInt32(call.operands[3][0])), draw: call.integers[0],
        step: call.operands[4][0])
      // What is the same for all rows stands before the elements of the first of them.
      func element(_ row: Int, _ k: Int) -> UInt32 {
        let rowNumbers = call.operandCount > 5 ? call.operands[5] : nil
        let number = rowNumbers.map { Int($0[row * $0.rowStride]) } ?? 0
        return UInt32(truncatingIfNeeded: number &* count &+ k)
      }
      let all = call.rows * count
      let most = max(1, min(256, all))
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: most) { elements in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * most) { memory in
          guard let elements = elements.baseAddress, let u = memory.baseAddress else { return }
          let v = u + most
          for start in stride(from: 0, to: all, by: most) {
            let size = min(most, all - start)
            for number in 0..<size {
              elements[number] = element((start + number) / count, (start + number) % count)
            }
            numbers.uniforms(elements, size, into: u, v)
            for number in 0..<size {
              let (row, k) = (start + number).quotientAndRemainder(dividingBy: count)
              call.destination[start + number] = value(
                u[number], v[number], a[row * a.rowStride + place(k, in: a)],
                b[row * b.rowStride + place(k, in: b)])
            }
          }
        }
      }
    }
  }
}

/// A normal random number with this mean and standard deviation.
package enum NormalRandom: RandomPrimitive {
  package static let name = "normal"
  package static let help = PrimitiveHelp(
    "a normal random number: normal(mean, standard deviation); one for each row and element of what it is added to or multiplied by",
    "normal(0, 1) - normal(0, 1) == 0",
    "0")
  package static let kernel = tile { value($0, $1, $2, $3) }

  /// **Source** Box and Muller, A note on the generation of random normal deviates, 1958.
  package static func value(_ u: Double, _ v: Double, _ mean: Double, _ deviation: Double) -> Double
  {
    let radius = (-2 * Elementary.log1p(-u)).squareRoot()
    return mean + deviation * (radius * Elementary.cos(2 * .pi * v))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent, cotangent * (application.value - application[0]) / application[1], nil, nil, nil]
  }
}

/// A random number between two others, the lower one included.
package enum UniformRandom: RandomPrimitive {
  package static let name = "uniform"
  package static let help = PrimitiveHelp(
    "a random number from a up to b: uniform(a, b); one for each row and element of what it is added to or multiplied by",
    "0 <= uniform(0, 1) < 1", "1")
  package static let kernel = tile { value($0, $1, $2, $3) }

  package static func value(_ u: Double, _ v: Double, _ a: Double, _ b: Double) -> Double {
    a + (b - a) * u
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    let share = (application.value - a) / (b - a)
    return [cotangent * (1 - share), cotangent * share, nil, nil, nil]
  }
}
