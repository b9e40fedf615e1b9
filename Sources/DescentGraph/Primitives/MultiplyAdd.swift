internal import CNative

/// `a*b + c`, `a*b - c` and `c - a*b`, rounded once: what sums with one product are computed as.
///
/// A plain number and a vector of up to eight are computed as they are written, rounded after each
/// operation, so that a descent has the bits of the loop that a person would write: there only
/// products by powers of two, which are exact, are fused. Longer vectors and values of rows are
/// summed in an order of their own anyway.
///
/// Where both terms are products none is fused, so that what is zero by symmetry, as `a*b - b*a`,
/// stays so. A power of two times what is no product counts as none: it is exact.
package protocol FusedProduct: Primitive {
  /// The signs of the product and of the other term.
  static var signs: (product: Double, term: Double) { get }
}

/// `a*b + c`.
package enum MultiplyAdd: FusedProduct {
  package static let name = "a*b + c"
  package static let help = PrimitiveHelp("a*b + c, rounded once", "2*3 + 4", "10")
  package static let signs = (product: 1.0, term: 1.0)
  package static let kernel = fusedKernel(
    { descent_multiply_add_1($0, $1, $2) }, native: { $0[2].addingProduct($0[0], $0[1]) })
}

/// `a*b - c`.
package enum MultiplySubtract: FusedProduct {
  package static let name = "a*b - c"
  package static let help = PrimitiveHelp("a*b - c, rounded once", "2*3 - 4", "2")
  package static let signs = (product: 1.0, term: -1.0)
  package static let kernel = fusedKernel(
    { descent_multiply_add_1($0, $1, -$2) }, native: { (-$0[2]).addingProduct($0[0], $0[1]) })
}

/// `c - a*b`: operands are a, b, c.
package enum SubtractProduct: FusedProduct {
  package static let name = "c - a*b"
  package static let help = PrimitiveHelp("c - a*b, rounded once", "4 - 2*3", "-2")
  package static let signs = (product: -1.0, term: 1.0)
  package static let kernel = fusedKernel(
    { descent_multiply_add_1(-$0, $1, $2) }, native: { $0[2].addingProduct(-$0[0], $0[1]) })
}

extension FusedProduct {
  package static var arity: ClosedRange<Int> { 3...3 }
  package static var isFunction: Bool { false }

  fileprivate static func fusedKernel(
    _ f: @escaping TernaryFunction, native: @escaping Kernel.Native
  ) -> Kernel {
    let (s, t) = signs
    return Kernel(scalar: .ternary(f), native: native) { call in
      let (a, b, c) = (call.operands[0], call.operands[1], call.operands[2])
      for first in 0..<call.outer {
        descent_multiply_add(
          call.destination + first * call.inner, a.start + first * a.outerStride, a.innerStride,
          b.start + first * b.outerStride, b.innerStride, c.start + first * c.outerStride,
          c.innerStride, call.inner, s, t)
      }
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    // Made only where it is computed, after differentiation.
    [nil, nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    let product: [Spelling.Piece] = [
      .operand(application.operands[0], .multiply), .text("*"),
      .operand(application.operands[1], .sign),
    ]
    let term = application.operands[2]
    if signs.product < 0 {
      return Spelling(.add, [.operand(term, .add), .text(" - ")] + product)
    }
    return Spelling(
      .add, product + [.text(signs.term < 0 ? " - " : " + "), .operand(term, .multiply)])
  }

  /// The fused form of a product and another term, where there is one.
  static func fused(_ product: Expr, _ term: Expr) -> Expr? {
    guard let factors = product.operands(of: Multiply.self),
      let shape = try? Shape.broadcast([product.shape, term.shape]), product.shape == shape
    else { return nil }
    let isExact = factors.contains { $0.powerOfTwo != nil }
    func plus(_ term: Expr) -> Expr { factors[0].applying(Self.self, factors[1], term) }
    if !shape.isPerRow, shape.count <= Reduction.shortest { return isExact ? plus(term) : nil }
    guard term.isA(Multiply.self) else { return plus(term) }
    if let term = term.scaled { return plus(term) }
    // Else the other product is fused, if it can be.
    return isExact && (product.scaled == nil || term.shape != shape) ? plus(term) : nil
  }
}

extension Expr {
  /// 1, 2, 4, 8, … or less than zero by as much: times these nothing is rounded.
  fileprivate var powerOfTwo: Double? {
    guard let value = constantValue, value.isFinite else { return nil }
    return value.magnitude >= 1 && value.magnitude.significand == 1 ? value : nil
  }

  /// A power of two times what is no product, in one operation where it can be: of `2*(x - 3)` it is
  /// `2*x - 6`. Nil for all else.
  fileprivate var scaled: Expr? {
    guard let factors = operands(of: Multiply.self) else { return nil }
    for (power, other) in [(0, 1), (1, 0)] {
      guard let value = factors[power].powerOfTwo, !factors[other].isA(Multiply.self) else {
        continue
      }
      guard let (sign, x, shift) = factors[other].shifted, (value * shift).isFinite else {
        return self
      }
      let type: any Primitive.Type = value * shift < 0 ? MultiplySubtract.self : MultiplyAdd.self
      return constant(sign * value).applying(type, x, constant((value * shift).magnitude))
    }
    return nil
  }

  /// Of `x + 3`, `x - 3` and `3 - x`: the sign of x, x, and the number beside it.
  private var shifted: (sign: Double, x: Expr, shift: Double)? {
    if let terms = operands(of: Add.self) {
      if let shift = terms[0].constantValue { return (1, terms[1], shift) }
      if let shift = terms[1].constantValue { return (1, terms[0], shift) }
    } else if let terms = operands(of: Subtract.self) {
      if let shift = terms[0].constantValue { return (-1, terms[1], shift) }
      if let shift = terms[1].constantValue { return (1, terms[0], -shift) }
    }
    return nil
  }
}
