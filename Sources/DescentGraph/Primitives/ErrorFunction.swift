/// The error function.
package enum ErrorFunction: UnaryPrimitive {
  package static let name = "erf"
  package static let help = PrimitiveHelp(
    "the error function", "erf(1)", "0.842701")
  package static let kernel = Kernel.unary { Elementary.erf($0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr {
    2 * exp(-pow(x, 2)) / sqrt(Expr.pi(x.graph))
  }
}

func erf(_ x: Expr) -> Expr { x.applying(ErrorFunction.self) }
