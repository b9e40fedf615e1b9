/// The angle in -pi/2..pi/2 with this sine.
package enum ArcSine: UnaryPrimitive {
  package static let name = "asin"
  package static let help = PrimitiveHelp(
    "the angle in -pi/2..pi/2 with this sine", "asin(1)", "1.57080")
  package static let kernel = Kernel.unary(
    { Elementary.asin($0) }, native: { Elementary.asin($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / sqrt((1 - x) * (1 + x)) }
}

func asin(_ x: Expr) -> Expr { x.applying(ArcSine.self) }
