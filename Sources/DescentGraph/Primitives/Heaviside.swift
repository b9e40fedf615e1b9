/// 0 below 0, 1 above, and 1/2 at 0.
package enum Heaviside: StepPrimitive {
  package static let name = "heaviside"
  package static let help = PrimitiveHelp(
    "0 below 0, 1 above, and 1/2 at 0", "heaviside(3)", "1")
  package static let kernel = Kernel.unary(
    { Elementary.heaviside($0) }, native: { Elementary.heaviside($0) })
}

func heaviside(_ x: Expr) -> Expr { x.applying(Heaviside.self) }
