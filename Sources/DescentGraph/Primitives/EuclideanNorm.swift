/// The length of a vector, or of all numbers of a matrix: the root of the sum of squares.
package enum EuclideanNorm: Primitive {
  package static let name = "norm"
  package static let help = PrimitiveHelp(
    "the root of the sum of squares: a vector's length, a matrix's Frobenius norm", "norm([3, 4])",
    "5")
  package static let arity = 1...1
  package static let kernel = Kernel.whole(native: native) { call in
    call.destination[0] = Reduction.norm(call.operands[0].start, call.operands[0].count)
  }

  /// ``Reduction/norm(_:_:)`` of as many elements as are summed from left to right.
  private static let native: Kernel.NativeElements = { call in
    let x = call.operands[0]
    guard x.count <= Reduction.shortest, let first = x.first else { return nil }
    func root(_ terms: [NativeValue]) -> NativeValue {
      terms.dropFirst().reduce(terms[0]) { $0 + $1 }.squareRoot()
    }
    let square = x.dropFirst().reduce(first * first) { $0 + $1 * $1 }
    let isUsual = NativeValue.both(
      square.isLess(than: NativeValue(.infinity)), square.isGreater(than: NativeValue(0x1p-960)))
    let scaled = NativeValue.rarely(NativeValue.not(isUsual), else: square.squareRoot()) {
      let largest = x.reduce(0) { largest, element in
        NativeValue.choose(
          largest.isLess(than: element.magnitude), element.magnitude, else: largest)
      }
      let parts = x.map { $0 / largest }
      let isLargest = NativeValue.either(
        largest.isEqual(to: 0), largest.isEqual(to: NativeValue(.infinity)))
      let length = NativeValue.choose(
        isLargest, largest, else: largest * root(parts.map { $0 * $0 }))
      let isNotANumber = x.dropFirst().reduce(first.isNotANumber) {
        NativeValue.either($0, $1.isNotANumber)
      }
      return NativeValue.choose(isNotANumber, NativeValue(.nan), else: length)
    }
    return [scaled]
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent * application[0] / application.value]
  }

  package static let lowerings: [Rewrite] = [
    Rewrite("norm of a scalar: its absolute value", .exact) {
      $0[0].shape.isScalar ? abs($0[0]) : nil
    }
  ]
}

func norm(_ x: Expr) -> Expr { x.applying(EuclideanNorm.self) }
