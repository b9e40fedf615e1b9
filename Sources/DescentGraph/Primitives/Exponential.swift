/// E to the power x.
package enum Exponential: UnaryPrimitive {
  package static let name = "exp"
  package static let help = PrimitiveHelp(
    "e to the power x", "exp(1)", "2.71828")
  package static let kernel = Kernel.unary(
    { Elementary.exp($0) }, native: { Elementary.exp($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { y }

  /// x, where the expression is `1 + exp(x)`.
  static func exponentBesideOne(_ sum: Expr) -> Expr? {
    guard let terms = sum.operands(of: Add.self) else { return nil }
    for (one, other) in [(0, 1), (1, 0)] where terms[one].constantValue == 1 {
      if let x = terms[other].operands(of: Exponential.self) { return x[0] }
    }
    return nil
  }

  /// a, b, …, where the expression is `exp(a) + exp(b) + …` of at most 64 terms.
  static func exponents(ofSum sum: Expr) -> [Expr]? {
    var exponents: [Expr] = []
    var rest = sum
    while let terms = rest.operands(of: Add.self), exponents.count < 64 {
      guard let x = terms[1].operands(of: Exponential.self) else { return nil }
      exponents.append(x[0])
      rest = terms[0]
    }
    guard !exponents.isEmpty, let x = rest.operands(of: Exponential.self) else { return nil }
    return [x[0]] + exponents.reversed()
  }
}

func exp(_ x: Expr) -> Expr { x.applying(Exponential.self) }
