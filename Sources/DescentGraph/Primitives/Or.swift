/// `a or b`: what is not zero is true.
package enum Or: Primitive {
  package static let name = "or"
  package static let help = PrimitiveHelp("one or both hold", "1 < 2 or 2 < 1", "1")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary(
    { $0 != 0 || $1 != 0 ? 1 : 0 },
    native: { NativeValue.choose(NativeValue.either($0.isNotZero, $1.isNotZero), 1, else: 0) })
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    .infix(" or ", .or, application.operands[0], application.operands[1])
  }
}
