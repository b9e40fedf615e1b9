/// `-x`.
package enum Negate: Primitive {
  package static let name = "-"
  package static let help = PrimitiveHelp("the negative", "-(2 + 3)", "-5")
  package static let arity = 1...1
  package static let isFunction = false
  package static let kernel = Kernel.unary({ -$0 }, native: { -$0 })

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [-cotangent]
  }

  package static let simplifications: [Rewrite] = [
    // Of infinity too, which no product takes apart.
    Rewrite("-(a number): a number", .exact) { application in
      application[0].constantValue.map { application.constant(-$0) }
    },
    Rewrite("-(a - b): b - a", .exact) { application in
      guard let x = application[0].operands(of: Subtract.self) else { return nil }
      return x[1] - x[0]
    },
    Rewrite("-(if C then a else 0): if C then -a else 0", .exact) { application in
      guard let x = application[0].operands(of: Conditional.self),
        x[1].constantValue == 0 || x[2].constantValue == 0
      else { return nil }
      return x[0].applying(Conditional.self, negated(x[1]), negated(x[2]))
    },
    Rewrite("the sign of a product", .exact) { application in
      guard var product = Product(application[0]) else { return nil }
      product.negate()
      return product.expression
    },
  ]

  private static func negated(_ x: Expr) -> Expr { x.constantValue == 0 ? x : -x }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(.sign, [.text("-"), .operand(application.operands[0], .sign)])
  }
}
