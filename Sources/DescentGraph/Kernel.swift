/// Where the numbers of a running program are.
package typealias Memory = UnsafeMutablePointer<Double>

package typealias UnaryFunction = @convention(c) (Double) -> Double
package typealias BinaryFunction = @convention(c) (Double, Double) -> Double
package typealias TernaryFunction = @convention(c) (Double, Double, Double) -> Double

/// Where one operand of an operation is, and how its numbers are gone through.
package struct TileOperand {
  /// Its first number; row-major, one row's value after the other's.
  package var start: Memory
  /// The arrangement of one row's numbers.
  package let extents: Shape.Extents
  /// How many numbers one row's value has.
  package let count: Int
  /// From one row's value to the next: 0 for what is the same for all rows.
  package let rowStride: Int
  /// From one run of an elementwise operation to the next.
  package let outerStride: Int
  /// From one element of a run to the next: 0 for what stretches.
  package let innerStride: Int

  package init(
    start: Memory, extents: Shape.Extents, rowStride: Int, outerStride: Int, innerStride: Int
  ) {
    self.start = start
    self.extents = extents
    count = Shape(extents).count
    self.rowStride = rowStride
    self.outerStride = outerStride
    self.innerStride = innerStride
  }

  package subscript(_ place: Int) -> Double {
    @inline(__always) get { start[place] }
  }
}

/// One operation on many elements: whoever runs a program fills it in.
///
/// An elementwise operation is `outer` runs of `inner` elements; its result is contiguous. Another
/// is one value, or `rows` values if its kernel takes them together.
package struct TileCall {
  package var destination: Memory
  /// The operands, in order; they outlive the call.
  package let operands: UnsafeMutablePointer<TileOperand>
  package let operandCount: Int
  /// The arrangement of one row's result.
  package let extents: Shape.Extents
  /// How many numbers one row's result has.
  package let count: Int
  /// The node's whole numbers; they outlive the call.
  package let integers: UnsafePointer<Int>
  package var rows = 1
  package var outer = 1
  package var inner: Int
  /// Of a total that starts with these rows: what its terms' sum is multiplied by, a power of 2;
  /// nil where it is added to what stands there.
  package var startScale: Double?

  package init(
    destination: Memory, operands: UnsafeMutablePointer<TileOperand>, operandCount: Int,
    extents: Shape.Extents, integers: UnsafePointer<Int>
  ) {
    self.destination = destination
    self.operands = operands
    self.operandCount = operandCount
    self.extents = extents
    count = Shape(extents).count
    self.integers = integers
    inner = count
  }
}

package typealias TileFunction = @Sendable (TileCall) -> Void

/// A value of few elements that is to be written as native code.
package struct NativeCall {
  /// The elements of each operand, row-major.
  package let operands: [[NativeValue]]
  /// The arrangements of the operands.
  package let operandExtents: [Shape.Extents]
  /// The arrangement of the result.
  package let extents: Shape.Extents
  /// The node's whole numbers.
  package let integers: [Int]
  /// Of a sum over rows: what the terms of a row are added to.
  package let sums: [NativeValue]

  /// The elements of all operands, one after the other.
  static let allElements: Kernel.NativeElements = { $0.operands.flatMap(\.self) }

  package init(
    operands: [[NativeValue]], operandExtents: [Shape.Extents], extents: Shape.Extents,
    integers: [Int], sums: [NativeValue] = []
  ) {
    self.sums = sums
    self.operands = operands
    self.operandExtents = operandExtents
    self.extents = extents
    self.integers = integers
  }
}

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

  /// What a processor has an instruction for.
  package enum Arithmetic: Sendable { case add, subtract, multiply, divide }

  package let scalar: Scalar
  package let arithmetic: Arithmetic?
  package let tile: TileFunction
  /// Whether one call computes `rows` values; else whoever runs it calls once for each row.
  package let takesRows: Bool
  /// For what makes one value of all rows: the tile then adds a block of rows to its destination.
  package let rowReduction: RowReduction?
  /// Whether its tile can start such a value, and not only add to it.
  package let startsTotals: Bool
  /// How an elementwise value is written as native code; else its function is called.
  package let native: Native?

  package typealias Native = @Sendable ([NativeValue]) -> NativeValue

  /// How all elements of a value that is not elementwise are written as native code, if there are
  /// few.
  package let nativeElements: NativeElements?

  package typealias NativeElements = @Sendable (NativeCall) -> [NativeValue]?

  /// What makes a number of the elements of its operands, in the order of ``Reduction``.
  package let fold: Fold?

  package struct Fold: Sendable {
    /// One term, of one element of each operand.
    package let term: Native
    /// A sum of more than eight terms with one more.
    package let adding: Adding
    /// The sum of so many terms, from where the operands start.
    package let sum: Sum

    package typealias Adding = @Sendable (NativeValue, [NativeValue]) -> NativeValue
    package typealias Sum = @Sendable (UnsafeMutablePointer<TileOperand>, Int) -> Double

    /// A sum of terms as native code, in the order of ``Reduction``: up to eight from left to right,
    /// more in eight running sums.
    ///
    /// - Parameter elements: for each term, one element of each operand.
    package func sum(of elements: [[NativeValue]]) -> NativeValue {
      if elements.count <= Reduction.shortest {
        let terms = elements.map(term)
        return terms.dropFirst().reduce(terms.first ?? 0) { $0 + $1 }
      }
      var lanes = elements[..<8].map(term)
      let whole = elements.count / 8 * 8
      for k in 8..<whole { lanes[k % 8] = adding(lanes[k % 8], elements[k]) }
      let four = (0..<4).map { lanes[$0] + lanes[$0 + 4] }
      let two = (0..<2).map { four[$0] + four[$0 + 2] }
      // Sums that begin with 0 are the same, but for -0, which they never are.
      return elements[whole...].reduce(two[0] + two[1], adding) + 0
    }
  }

  /// Whether element k of the result depends on element k of each operand alone.
  package var isElementwise: Bool {
    if case .none = scalar { false } else { true }
  }

  /// Values of up to so many elements are written as native code one by one.
  package static let fewElements = 16

  /// For what is never run: constants, variables, abbreviations.
  package static let none = Kernel(scalar: .none) { _ in }

  init(
    scalar: Scalar, arithmetic: Arithmetic? = nil, takesRows: Bool = false,
    rowReduction: RowReduction? = nil, startsTotals: Bool = false, native: Native? = nil,
    nativeElements: NativeElements? = nil, fold: Fold? = nil, tile: @escaping TileFunction
  ) {
    self.scalar = scalar
    self.native = native
    self.nativeElements = nativeElements
    self.fold = fold
    self.arithmetic = arithmetic
    self.takesRows = takesRows
    self.rowReduction = rowReduction
    self.startsTotals = startsTotals
    self.tile = tile
  }

  // The loops stand in the closures themselves: through a function of their own, what is computed
  // would be called for each element instead of inlined.

  @inline(__always)
  static func unary(
    _ f: @escaping UnaryFunction,
    native: (@Sendable (NativeValue) -> NativeValue)? = nil
  ) -> Kernel {
    let native = native.map { native in { @Sendable (x: [NativeValue]) in native(x[0]) } }
    return Kernel(scalar: .unary(f), native: native) { call in
      let a = call.operands[0]
      for first in 0..<call.outer {
        let y = call.destination + first * call.inner
        let x = a.start + first * a.outerStride
        if x == y, a.innerStride == 1 {
          // One pointer: the compiler sees that no element is read after another is written.
          for k in 0..<call.inner { y[k] = f(y[k]) }
        } else if a.innerStride == 1 {
          for k in 0..<call.inner { y[k] = f(x[k]) }
        } else {
          for k in 0..<call.inner { y[k] = f(x[k &* a.innerStride]) }
        }
      }
    }
  }

  @inline(__always)
  static func binary(
    _ f: @escaping BinaryFunction,
    native: (@Sendable (NativeValue, NativeValue) -> NativeValue)? = nil
  ) -> Kernel {
    let native = native.map { native in { @Sendable (x: [NativeValue]) in native(x[0], x[1]) } }
    return Kernel(scalar: .binary(f), native: native) { call in
      let (a, b) = (call.operands[0], call.operands[1])
      let (s, t) = (a.innerStride, b.innerStride)
      for first in 0..<call.outer {
        let z = call.destination + first * call.inner
        let (x, y) = (a.start + first * a.outerStride, b.start + first * b.outerStride)
        if s == 1, t == 1 {
          // One pointer where there is one place, as above.
          if x == z {
            for k in 0..<call.inner { z[k] = f(z[k], y[k]) }
          } else if y == z {
            for k in 0..<call.inner { z[k] = f(x[k], z[k]) }
          } else {
            for k in 0..<call.inner { z[k] = f(x[k], y[k]) }
          }
        } else if s == 1, t == 0 {
          let y = y[0]
          for k in 0..<call.inner { z[k] = f(x[k], y) }
        } else if s == 0, t == 1 {
          let x = x[0]
          for k in 0..<call.inner { z[k] = f(x, y[k]) }
        } else {
          for k in 0..<call.inner { z[k] = f(x[k &* s], y[k &* t]) }
        }
      }
    }
  }

  @inline(__always)
  static func ternary(
    _ f: @escaping TernaryFunction,
    native: (@Sendable (NativeValue, NativeValue, NativeValue) -> NativeValue)? = nil
  ) -> Kernel {
    let native = native.map { native in { @Sendable (x: [NativeValue]) in native(x[0], x[1], x[2]) }
    }
    return Kernel(scalar: .ternary(f), native: native) { call in
      let (a, b, c) = (call.operands[0], call.operands[1], call.operands[2])
      for first in 0..<call.outer {
        let w = call.destination + first * call.inner
        let x = a.start + first * a.outerStride
        let y = b.start + first * b.outerStride
        let z = c.start + first * c.outerStride
        for k in 0..<call.inner {
          w[k] = f(x[k &* a.innerStride], y[k &* b.innerStride], z[k &* c.innerStride])
        }
      }
    }
  }

  /// The same where a processor has an instruction for it.
  func with(_ arithmetic: Arithmetic) -> Kernel {
    Kernel(scalar: scalar, arithmetic: arithmetic, native: native, tile: tile)
  }

  /// For what is no loop over elements: reductions, slices, lists.
  ///
  /// - Parameter takesRows: whether a call computes `rows` values at once; else one.
  static func whole(
    takesRows: Bool = false, native: NativeElements? = nil, _ tile: @escaping TileFunction
  ) -> Kernel {
    Kernel(scalar: .none, takesRows: takesRows, nativeElements: native, tile: tile)
  }

  /// For what is a sum of terms, each made of one element of each operand.
  ///
  /// - Parameter rows: computes `rows` values.
  static func fold(
    _ term: @escaping Native, adding: @escaping Fold.Adding, sum: @escaping Fold.Sum,
    rows: @escaping TileFunction
  ) -> Kernel {
    Kernel(
      scalar: .none, takesRows: true, fold: Fold(term: term, adding: adding, sum: sum), tile: rows)
  }

  /// For what makes one value of all rows.
  ///
  /// - Parameter native: the sums with the terms of one row added, where they are summed in the
  ///   order of ``Reduction/overRows(_:_:)``.
  static func rows(
    _ reduction: RowReduction, startsTotals: Bool = false, native: NativeElements? = nil,
    tile: @escaping TileFunction
  ) -> Kernel {
    Kernel(
      scalar: .none, takesRows: true, rowReduction: reduction, startsTotals: startsTotals,
      nativeElements: native, tile: tile)
  }
}

/// How the values of blocks of rows become one value of them all.
package enum RowReduction: Sendable {
  /// Starts at 0 and adds; of a part of the rows it is scaled to all of them.
  case sum
  /// The sum over the number of rows that were added.
  case mean
  case product
  case maximum
  case minimum

  /// What an accumulator holds before the first row.
  package var initial: Double {
    switch self {
    case .sum, .mean: 0
    case .product: 1
    case .maximum: -.infinity
    case .minimum: .infinity
    }
  }

  /// What two parts of the rows give together.
  package func combine(_ values: Memory, with others: UnsafePointer<Double>, count: Int) {
    for k in 0..<count { values[k] = combined(values[k], others[k]) }
  }

  /// One number of both. NaN stays.
  package func combined(_ a: Double, _ b: Double) -> Double {
    switch self {
    case .sum, .mean: a + b
    case .product: a * b
    case .maximum: a.isNaN || a >= b ? a : b
    case .minimum: a.isNaN || a <= b ? a : b
    }
  }
}
