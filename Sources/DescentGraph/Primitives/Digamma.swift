/// The slope of lgamma.
package enum Digamma: UnaryPrimitive {
  package static let name = "digamma"
  package static let help = PrimitiveHelp(
    "the slope of lgamma", "digamma(1)", "-0.577216")
  package static let kernel = Kernel.unary { Elementary.polygamma(0, $0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr {
    x.constant(1).applying(Polygamma.self, x)
  }
}

func digamma(_ x: Expr) -> Expr { x.applying(Digamma.self) }
