/// 1 - erf(x), exact for large x.
package enum ComplementaryErrorFunction: UnaryPrimitive {
  package static let name = "erfc"
  package static let help = PrimitiveHelp(
    "1 - erf(x), exact for large x", "erfc(1)", "0.157299")
  package static let kernel = Kernel.unary { Elementary.erfc($0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr {
    -2 * exp(-pow(x, 2)) / sqrt(Expr.pi(x.graph))
  }
}

func erfc(_ x: Expr) -> Expr { x.applying(ComplementaryErrorFunction.self) }
