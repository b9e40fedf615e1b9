/// `if C then a else b`: what is not taken is no part of the value or of the slope.
package enum Conditional: Primitive {
  package static let name = "if"
  package static let help = PrimitiveHelp(
    "one of two values; the branch not taken never matters", "if 2 > 1 then 5 else 1/0", "5")
  package static let arity = 3...3
  package static let isFunction = false
  package static let kernel = Kernel.ternary(
    { $0 != 0 ? $1 : $2 }, native: { NativeValue.choose($0.isNotZero, $1, else: $2) })

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (condition, zero) = (application[0], application.constant(0))
    return [
      nil, condition.applying(Conditional.self, cotangent, zero),
      condition.applying(Conditional.self, zero, cotangent),
    ]
  }

  /// The operation done inside the branch that is not zero, where one is.
  static func movingInward(_ choice: Expr, _ operation: (Expr) -> Expr) -> Expr? {
    guard let x = choice.operands(of: Conditional.self) else { return nil }
    if x[2].constantValue == 0 { return x[0].applying(Conditional.self, operation(x[1]), x[2]) }
    if x[1].constantValue == 0 { return x[0].applying(Conditional.self, x[1], operation(x[2])) }
    return nil
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("if C then a else a: a", .exact) { $0[1] == $0[2] ? $0[1] : nil }
  ]

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .choice,
      [
        .text("if "), .operand(application.operands[0], .or), .text(" then "),
        .operand(application.operands[1], .or), .text(" else "),
        .operand(application.operands[2], .choice),
      ])
  }
}
