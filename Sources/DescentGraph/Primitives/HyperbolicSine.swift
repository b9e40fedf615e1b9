/// The hyperbolic sine.
package enum HyperbolicSine: UnaryPrimitive {
  package static let name = "sinh"
  package static let help = PrimitiveHelp(
    "the hyperbolic sine", "sinh(1)", "1.17520")
  package static let kernel = Kernel.unary(
    { Elementary.sinh($0) }, native: { Elementary.sinh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { cosh(x) }
}

func sinh(_ x: Expr) -> Expr { x.applying(HyperbolicSine.self) }
