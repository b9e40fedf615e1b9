/// -1, 0 or 1.
package enum Sign: StepPrimitive {
  package static let name = "sign"
  package static let help = PrimitiveHelp(
    "-1, 0 or 1", "sign(-3)", "-1")
  package static let kernel = Kernel.unary(
    { Elementary.sign($0) }, native: { Elementary.sign($0) })
}

func sign(_ x: Expr) -> Expr { x.applying(Sign.self) }
