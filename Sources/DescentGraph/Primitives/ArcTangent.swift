/// The angle in -pi/2..pi/2 with this tangent.
package enum ArcTangent: UnaryPrimitive {
  package static let name = "atan"
  package static let help = PrimitiveHelp(
    "the angle in -pi/2..pi/2 with this tangent", "atan(1)", "0.785398")
  package static let kernel = Kernel.unary(
    { Elementary.atan($0) }, native: { Elementary.atan($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (pow(x, 2) + 1) }
}

func atan(_ x: Expr) -> Expr { x.applying(ArcTangent.self) }
