/// The angle in 0..pi with this cosine.
package enum ArcCosine: UnaryPrimitive {
  package static let name = "acos"
  package static let help = PrimitiveHelp(
    "the angle in 0..pi with this cosine", "acos(-1)", "3.14159")
  package static let kernel = Kernel.unary(
    { Elementary.acos($0) }, native: { Elementary.acos($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { -1 / sqrt((1 - x) * (1 + x)) }
}

func acos(_ x: Expr) -> Expr { x.applying(ArcCosine.self) }
