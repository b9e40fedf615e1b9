/// The square root.
package enum SquareRoot: UnaryPrimitive {
  package static let name = "sqrt"
  package static let help = PrimitiveHelp(
    "the square root", "sqrt(2)", "1.41421")
  package static let kernel = Kernel.unary { $0.squareRoot() }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (2 * y) }

  package static let lowerings: [Rewrite] = [
    Rewrite("sqrt(x^2): abs(x)", .exact) { application in
      guard let power = application[0].operands(of: Power.self), power[1].constantValue == 2
      else { return nil }
      return abs(power[0])
    }
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("sqrt(x^2 + y^2): hypot(x, y), which neither over- nor underflows", .exact) {
      application in
      guard let sum = application[0].operands(of: Add.self),
        let a = sum[0].operands(of: Power.self), a[1].constantValue == 2,
        let b = sum[1].operands(of: Power.self), b[1].constantValue == 2
      else { return nil }
      return hypot(a[0], b[0])
    }
  ]
}

func sqrt(_ x: Expr) -> Expr { x.applying(SquareRoot.self) }
