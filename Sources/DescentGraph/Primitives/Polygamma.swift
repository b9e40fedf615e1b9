/// The n-th derivative of digamma.
package enum Polygamma: Primitive {
  package static let name = "polygamma"
  package static let help = PrimitiveHelp(
    "the slope of order n of digamma", "polygamma(1, 1)", "1.64493")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { Elementary.polygamma($0, $1) }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, cotangent * (application[0] + 1).applying(Polygamma.self, application[1])]
  }
}
