/// The nearest whole number; a half goes to the even one.
package enum Round: StepPrimitive {
  package static let name = "round"
  package static let help = PrimitiveHelp(
    "the nearest whole number; a half goes to the even one", "round(2.5)", "2")
  package static let kernel = Kernel.unary(
    { $0.rounded(.toNearestOrEven) }, native: { $0.rounded(.toNearestOrEven) })
}

func round(_ x: Expr) -> Expr { x.applying(Round.self) }
