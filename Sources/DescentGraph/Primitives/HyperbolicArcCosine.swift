/// The inverse of cosh, for numbers from 1.
package enum HyperbolicArcCosine: UnaryPrimitive {
  package static let name = "acosh"
  package static let help = PrimitiveHelp(
    "the inverse of cosh, for numbers from 1", "acosh(2)", "1.31696")
  package static let kernel = Kernel.unary(
    { Elementary.acosh($0) }, native: { Elementary.acosh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / sqrt((x - 1) * (x + 1)) }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a number of at least 1") { $0[0].applying(GreaterOrEqual.self, $0.constant(1)) }
  }
}

func acosh(_ x: Expr) -> Expr { x.applying(HyperbolicArcCosine.self) }
