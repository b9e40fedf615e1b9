/// The logarithm to base 2.
package enum BinaryLogarithm: UnaryPrimitive {
  package static let name = "log2"
  package static let help = PrimitiveHelp(
    "the logarithm to base 2", "log2(8)", "3")
  package static let kernel = Kernel.unary(
    { Elementary.log2($0) }, native: { Elementary.log2($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (x * log(x.constant(2))) }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a positive number") { $0[0].applying(Greater.self, $0.constant(0)) }
  }
}

func log2(_ x: Expr) -> Expr { x.applying(BinaryLogarithm.self) }
