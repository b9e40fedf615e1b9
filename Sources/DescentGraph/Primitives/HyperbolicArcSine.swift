/// The inverse of sinh.
package enum HyperbolicArcSine: UnaryPrimitive {
  package static let name = "asinh"
  package static let help = PrimitiveHelp(
    "the inverse of sinh", "asinh(1)", "0.881374")
  package static let kernel = Kernel.unary(
    { Elementary.asinh($0) }, native: { Elementary.asinh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / hypot(x, x.constant(1)) }
}

func asinh(_ x: Expr) -> Expr { x.applying(HyperbolicArcSine.self) }
