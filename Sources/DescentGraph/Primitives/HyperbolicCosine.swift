/// The hyperbolic cosine.
package enum HyperbolicCosine: UnaryPrimitive {
  package static let name = "cosh"
  package static let help = PrimitiveHelp(
    "the hyperbolic cosine", "cosh(1)", "1.54308")
  package static let kernel = Kernel.unary(
    { Elementary.cosh($0) }, native: { Elementary.cosh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { sinh(x) }
}

func cosh(_ x: Expr) -> Expr { x.applying(HyperbolicCosine.self) }
