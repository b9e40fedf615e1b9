/// 1/(1 + exp(-x)), the logistic function.
package enum Sigmoid: UnaryPrimitive {
  package static let name = "sigmoid"
  package static let help = PrimitiveHelp(
    "1/(1 + exp(-x)), the logistic function", "sigmoid(0)", "0.5")
  package static let kernel = Kernel.unary(
    { Elementary.sigmoid($0) }, native: { Elementary.sigmoid($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { y * sigmoid(-x) }
}

func sigmoid(_ x: Expr) -> Expr { x.applying(Sigmoid.self) }
