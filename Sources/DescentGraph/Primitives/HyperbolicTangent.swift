/// The hyperbolic tangent.
package enum HyperbolicTangent: UnaryPrimitive {
  package static let name = "tanh"
  package static let help = PrimitiveHelp(
    "the hyperbolic tangent", "tanh(1)", "0.761594")
  package static let kernel = Kernel.unary(
    { Elementary.tanh($0) }, native: { Elementary.tanh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / pow(cosh(x), 2) }
}

func tanh(_ x: Expr) -> Expr { x.applying(HyperbolicTangent.self) }
