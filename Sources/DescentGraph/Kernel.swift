/// Where the numbers of a running program are.
package typealias Memory = UnsafeMutablePointer<Double>

package typealias UnaryFunction = @convention(c) (Double) -> Double
package typealias BinaryFunction = @convention(c) (Double, Double) -> Double
package typealias TernaryFunction = @convention(c) (Double, Double, Double) -> Double

/// The operands of one operation on many elements, by their places in memory.
package struct TileCall: Sendable {
  package var destination: Int
  /// Elements of the result.
  package var count: Int
  /// Where each operand starts.
  package var operands: [Int]
  /// How many elements each operand has; one element stretches.
  package var operandCounts: [Int]
  package var integers: [Int]

  package init(
    destination: Int, count: Int, operands: [Int], operandCounts: [Int], integers: [Int]
  ) {
    self.destination = destination
    self.count = count
    self.operands = operands
    self.operandCounts = operandCounts
    self.integers = integers
  }
}

package typealias TileFunction = @Sendable (Memory, borrowing TileCall) -> Void

/// How a primitive's value is computed: one scalar function, and the same over elements.
///
/// A C function pointer is called without touching a reference count, which makes the machine four
/// times as fast as with closures; written as a literal, it is inlined into its loop over elements.
package struct Kernel: Sendable {
  package enum Scalar: Sendable {
    case none
    case unary(UnaryFunction)
    case binary(BinaryFunction)
    case ternary(TernaryFunction)
  }

  package let scalar: Scalar
  package let tile: TileFunction

  /// Whether element k of the result depends on element k of each operand alone.
  package var isElementwise: Bool {
    if case .none = scalar { false } else { true }
  }

  /// For what is never run: constants, variables, abbreviations.
  package static let none = Kernel(scalar: .none) { _, _ in }

  init(scalar: Scalar, tile: @escaping TileFunction) {
    self.scalar = scalar
    self.tile = tile
  }

  @inline(__always)
  static func unary(_ f: @escaping UnaryFunction) -> Kernel {
    Kernel(scalar: .unary(f)) { memory, call in
      let (d, a) = (call.destination, call.operands[0])
      for k in 0..<call.count { memory[d &+ k] = f(memory[a &+ k]) }
    }
  }

  @inline(__always)
  static func binary(_ f: @escaping BinaryFunction) -> Kernel {
    Kernel(scalar: .binary(f)) { memory, call in
      let (d, a, b) = (call.destination, call.operands[0], call.operands[1])
      let n = call.count
      if call.operandCounts[0] == n, call.operandCounts[1] == n {
        for k in 0..<n { memory[d &+ k] = f(memory[a &+ k], memory[b &+ k]) }
      } else if call.operandCounts[0] == n {
        let y = memory[b]
        for k in 0..<n { memory[d &+ k] = f(memory[a &+ k], y) }
      } else {
        let x = memory[a]
        for k in 0..<n { memory[d &+ k] = f(x, memory[b &+ k]) }
      }
    }
  }

  @inline(__always)
  static func ternary(_ f: @escaping TernaryFunction) -> Kernel {
    Kernel(scalar: .ternary(f)) { memory, call in
      let (d, a, b, c) = (call.destination, call.operands[0], call.operands[1], call.operands[2])
      let (sa, sb, sc) = (
        call.operandCounts[0] == 1 ? 0 : 1, call.operandCounts[1] == 1 ? 0 : 1,
        call.operandCounts[2] == 1 ? 0 : 1
      )
      for k in 0..<call.count {
        memory[d &+ k] = f(memory[a &+ k &* sa], memory[b &+ k &* sb], memory[c &+ k &* sc])
      }
    }
  }

  /// For what is no loop over elements: reductions, slices, lists.
  static func whole(_ tile: @escaping TileFunction) -> Kernel {
    Kernel(scalar: .none, tile: tile)
  }
}
