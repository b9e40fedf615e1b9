/// `not a`.
package enum Not: Primitive {
  package static let name = "not"
  package static let help = PrimitiveHelp("whether it does not hold", "not 1 < 2", "0")
  package static let arity = 1...1
  package static let isFunction = false
  package static let kernel = Kernel.unary(
    { $0 == 0 ? 1 : 0 }, native: { NativeValue.choose($0.isEqual(to: 0), 1, else: 0) })
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [nil] }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(.not, [.text("not "), .operand(application.operands[0], .not)])
  }
}
