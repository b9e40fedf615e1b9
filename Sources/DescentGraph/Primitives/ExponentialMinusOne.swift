/// Exp(x) - 1, exact for small x.
package enum ExponentialMinusOne: UnaryPrimitive {
  package static let name = "expm1"
  package static let help = PrimitiveHelp(
    "exp(x) - 1, exact for small x", "expm1(1e-10)", "1.00000e-10")
  package static let kernel = Kernel.unary(
    { Elementary.expm1($0) }, native: { Elementary.expm1($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { exp(x) }
}

func expm1(_ x: Expr) -> Expr { x.applying(ExponentialMinusOne.self) }
