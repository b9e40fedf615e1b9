/// The logarithm to base 10.
package enum CommonLogarithm: UnaryPrimitive {
  package static let name = "log10"
  package static let help = PrimitiveHelp(
    "the logarithm to base 10", "log10(1000)", "3")
  package static let kernel = Kernel.unary(
    { Elementary.log10($0) }, native: { Elementary.log10($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (x * log(x.constant(10))) }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a positive number") { $0[0].applying(Greater.self, $0.constant(0)) }
  }
}

func log10(_ x: Expr) -> Expr { x.applying(CommonLogarithm.self) }
