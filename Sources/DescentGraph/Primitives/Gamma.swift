/// The gamma function: gamma(n) is (n - 1)!.
package enum Gamma: UnaryPrimitive {
  package static let name = "gamma"
  package static let help = PrimitiveHelp(
    "the gamma function: gamma(n) is (n - 1)!", "gamma(5)", "24")
  package static let kernel = Kernel.unary { Elementary.gamma($0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { y * digamma(x) }
}

func gamma(_ x: Expr) -> Expr { x.applying(Gamma.self) }
