/// The tangent; angles are in radians.
package enum Tangent: UnaryPrimitive {
  package static let name = "tan"
  package static let help = PrimitiveHelp(
    "the tangent; angles are in radians", "tan(pi/4)", "1")
  package static let kernel = Kernel.unary(
    { Elementary.tan($0) }, native: { Elementary.tan($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 + pow(y, 2) }
}

func tan(_ x: Expr) -> Expr { x.applying(Tangent.self) }
