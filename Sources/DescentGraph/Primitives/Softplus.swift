/// Log(1 + exp(x)) without overflow.
package enum Softplus: UnaryPrimitive {
  package static let name = "softplus"
  package static let help = PrimitiveHelp(
    "log(1 + exp(x)) without overflow", "softplus(0)", "0.693147")
  package static let kernel = Kernel.unary(
    { Elementary.softplus($0) }, native: { Elementary.softplus($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { sigmoid(x) }
}

func softplus(_ x: Expr) -> Expr { x.applying(Softplus.self) }
