/// `a and b`: what is not zero is true.
package enum And: Primitive {
  package static let name = "and"
  package static let help = PrimitiveHelp("both hold", "1 < 2 and 2 < 1", "0")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary(
    { $0 != 0 && $1 != 0 ? 1 : 0 },
    native: { NativeValue.choose(NativeValue.both($0.isNotZero, $1.isNotZero), 1, else: 0) })
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    .infix(" and ", .and, application.operands[0], application.operands[1])
  }
}
