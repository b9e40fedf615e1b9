/// The largest whole number that is not above x.
package enum Floor: StepPrimitive {
  package static let name = "floor"
  package static let help = PrimitiveHelp(
    "the largest whole number that is not above x", "floor(-1.5)", "-2")
  package static let kernel = Kernel.unary(
    { $0.rounded(.down) }, native: { $0.rounded(.down) })
}

func floor(_ x: Expr) -> Expr { x.applying(Floor.self) }
