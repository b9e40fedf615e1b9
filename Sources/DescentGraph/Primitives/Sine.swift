/// The sine; angles are in radians.
package enum Sine: UnaryPrimitive {
  package static let name = "sin"
  package static let help = PrimitiveHelp(
    "the sine; angles are in radians", "sin(pi/2)", "1")
  package static let kernel = Kernel.unary(
    { Elementary.sin($0) }, native: { Elementary.sin($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { cos(x) }
}

func sin(_ x: Expr) -> Expr { x.applying(Sine.self) }
