/// X where it is positive, else 0; its slope at 0 is 0.
package enum RectifiedLinear: UnaryPrimitive {
  package static let name = "relu"
  package static let help = PrimitiveHelp(
    "x where it is positive, else 0; its slope at 0 is 0", "relu(-2)", "0")
  package static let kernel = Kernel.unary(
    { Elementary.rectified($0) }, native: { Elementary.rectified($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr {
    x.applying(Greater.self, x.constant(0))
  }
}

func relu(_ x: Expr) -> Expr { x.applying(RectifiedLinear.self) }
