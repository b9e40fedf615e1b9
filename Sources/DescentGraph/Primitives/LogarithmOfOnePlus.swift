/// Log(1 + x), exact for small x.
package enum LogarithmOfOnePlus: UnaryPrimitive {
  package static let name = "log1p"
  package static let help = PrimitiveHelp(
    "log(1 + x), exact for small x", "log1p(1e-10)", "1.00000e-10")
  package static let kernel = Kernel.unary(
    { Elementary.log1p($0) }, native: { Elementary.log1p($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (x + 1) }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a number above -1") { $0[0].applying(Greater.self, $0.constant(-1)) }
  }
}

func log1p(_ x: Expr) -> Expr { x.applying(LogarithmOfOnePlus.self) }
