/// The square root.
package enum SquareRoot: UnaryPrimitive {
  package static let name = "sqrt"
  package static let help = PrimitiveHelp(
    "the square root", "sqrt(2)", "1.41421")
  package static let kernel = Kernel.unary(
    { $0.squareRoot() }, native: { $0.squareRoot() })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (2 * y) }

  package static let lowerings: [Rewrite] = [
    Rewrite("sqrt(x^2): abs(x)", .exact) { application in
      guard let x = application[0].squareRoot else { return nil }
      return abs(x)
    }
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("sqrt(x^2 + y^2): hypot(x, y), which neither over- nor underflows", .exact) {
      application in
      guard let sum = application[0].operands(of: Add.self),
        let a = sum[0].squareRoot,
        let b = sum[1].squareRoot
      else { return nil }
      return hypot(a, b)
    }
  ]
}

func sqrt(_ x: Expr) -> Expr { x.applying(SquareRoot.self) }
