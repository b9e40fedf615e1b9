import Testing

@testable import DescentGraph

/// A kernel's native form, applied to constants, computes with doubles what it would write as code.
@Suite struct NativeKernelTests {
  /// Zeros, subnormal, huge and infinite numbers, those between, and NaN.
  static let grid: [Double] = {
    let positive: [Double] = [
      0, .leastNonzeroMagnitude, 0x1p-1030, 0x1p-1022, 1e-200, 1e-20, 0x1p-54, 1e-9, 0.125, 0.3,
      0.5, 0.6, 1, 1.25,
      0x1.921fb54442d18p0, 2, 2.5, 3, 7, 10, 21.5, 30, 100, 708.5, 709.7, 709.8, 745.1, 746, 1000,
      24999, 1e6, 0x1p53, 1e22, 1e200, 1.7e308, .infinity,
    ]
    return positive + positive.map { -$0 } + [.nan]
  }()

  static func isSame(_ a: Double?, _ b: Double) -> Bool {
    guard let a else { return false }
    return a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
  }

  @Test func `a native form of constants is the function, bit for bit`() {
    for type in Catalogue.primitives {
      guard let native = type.kernel.native else { continue }
      func check(_ x: [Double], _ expected: Double) {
        let value = native(x.map { NativeValue($0) }).constantValue
        #expect(Self.isSame(value, expected), "\(type.name) of \(x)")
      }
      switch type.kernel.scalar {
      case .none: Issue.record("\(type.name) is not elementwise")
      case .unary(let f): for x in Self.grid { check([x], f(x)) }
      case .binary(let f): for x in Self.grid { for y in Self.grid { check([x, y], f(x, y)) } }
      case .ternary(let f):
        for x in Self.grid.filter({ $0.isNaN || $0.magnitude < 3 }) {
          for y in Self.grid { for z in Self.grid { check([x, y, z], f(x, y, z)) } }
        }
      }
    }
  }

  /// One function pointer, a loop over elements and one over every second element.
  @Test func `a function is the same for one number and in loops over elements`() {
    for type in Catalogue.primitives {
      guard case .unary(let f) = type.kernel.scalar else { continue }
      for stride in [1, 2] {
        let count = Self.grid.count / stride
        var (x, y) = (Self.grid, [Double](repeating: 0, count: count))
        x.withUnsafeMutableBufferPointer { x in
          y.withUnsafeMutableBufferPointer { y in
            guard let start = x.baseAddress, let destination = y.baseAddress else { return }
            var operand = TileOperand(
              start: start, extents: .vector(count), rowStride: 0, outerStride: 0,
              innerStride: stride)
            let integers = [0]
            withUnsafeMutablePointer(to: &operand) { operand in
              type.kernel.tile(
                TileCall(
                  destination: destination, operands: operand, operandCount: 1,
                  extents: .vector(count), integers: integers))
            }
          }
        }
        for k in 0..<count {
          #expect(Self.isSame(y[k], f(x[k * stride])), "\(type.name)(\(x[k * stride]))")
        }
      }
    }
  }
}
