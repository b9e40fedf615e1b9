/// The logarithm of the absolute value of gamma.
package enum LogarithmOfGamma: UnaryPrimitive {
  package static let name = "lgamma"
  package static let help = PrimitiveHelp(
    "the logarithm of the absolute value of gamma", "lgamma(10)", "12.8018")
  package static let kernel = Kernel.unary { Elementary.lgamma($0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { digamma(x) }
}

func lgamma(_ x: Expr) -> Expr { x.applying(LogarithmOfGamma.self) }
