/// `1/cosh(x)^2`, the slope of tanh: what quotients by a squared cosh are computed as.
package enum SquaredHyperbolicSecant: UnaryPrimitive {
  package static let name = "1/cosh(x)^2"
  package static let help = PrimitiveHelp("the slope of tanh", "1/cosh(1)^2", "0.419974")
  package static let isFunction = false
  package static let kernel = Kernel.unary(
    { Elementary.squaredSech($0) }, native: { Elementary.squaredSech($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { -2 * tanh(x) * y }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .multiply, [.text("1/cosh("), .operand(application.operands[0], .choice), .text(")^2")])
  }
}
