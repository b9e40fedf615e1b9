/// The inverse of tanh, for numbers between -1 and 1.
package enum HyperbolicArcTangent: UnaryPrimitive {
  package static let name = "atanh"
  package static let help = PrimitiveHelp(
    "the inverse of tanh, for numbers between -1 and 1", "atanh(0.5)", "0.549306")
  package static let kernel = Kernel.unary(
    { Elementary.atanh($0) }, native: { Elementary.atanh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / ((1 - x) * (1 + x)) }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a number between -1 and 1") { abs($0[0]).applying(Less.self, $0.constant(1)) }
  }
}

func atanh(_ x: Expr) -> Expr { x.applying(HyperbolicArcTangent.self) }
