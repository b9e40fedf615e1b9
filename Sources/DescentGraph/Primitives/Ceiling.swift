/// The smallest whole number that is not below x.
package enum Ceiling: StepPrimitive {
  package static let name = "ceil"
  package static let help = PrimitiveHelp(
    "the smallest whole number that is not below x", "ceil(-1.5)", "-1")
  package static let kernel = Kernel.unary(
    { $0.rounded(.up) }, native: { $0.rounded(.up) })
}

func ceil(_ x: Expr) -> Expr { x.applying(Ceiling.self) }
