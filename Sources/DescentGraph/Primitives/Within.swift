/// `a ≈ b within T`: whether two numbers differ by no more than T.
package enum Within: Primitive {
  package static let name = "within"
  package static let help = PrimitiveHelp(
    "whether two numbers differ by no more than the third", "3.1 ≈ pi within 0.05", "1")
  package static let arity = 3...3
  package static let isFunction = false
  package static let kernel = Kernel.ternary(
    { Elementary.within($0, $1, $2) }, native: { Elementary.within($0, $1, $2) })

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .compare,
      [
        .operand(application.operands[0], .range), .text(" ≈ "),
        .operand(application.operands[1], .range), .text(" within "),
        .operand(application.operands[2], .range),
      ])
  }
}
