/// Log(cosh(x)) without overflow.
package enum LogCosh: UnaryPrimitive {
  package static let name = "logcosh"
  package static let help = PrimitiveHelp(
    "log(cosh(x)) without overflow", "logcosh(1000)", "999.307")
  package static let kernel = Kernel.unary(
    { Elementary.logcosh($0) }, native: { Elementary.logcosh($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { tanh(x) }
}

func logcosh(_ x: Expr) -> Expr { x.applying(LogCosh.self) }
