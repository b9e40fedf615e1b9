/// The absolute value; its slope at 0 is 0.
package enum AbsoluteValue: UnaryPrimitive {
  package static let name = "abs"
  package static let help = PrimitiveHelp(
    "the absolute value; its slope at 0 is 0", "abs(-3)", "3")
  package static let kernel = Kernel.unary({ $0.magnitude }, native: { $0.magnitude })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { sign(x) }
}

func abs(_ x: Expr) -> Expr { x.applying(AbsoluteValue.self) }
