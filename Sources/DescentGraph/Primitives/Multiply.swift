/// `a*b`, elementwise.
package enum Multiply: Primitive {
  package static let name = "*"
  package static let help = PrimitiveHelp("the product, element by element", "2*3", "6")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary({ $0 * $1 }, native: { $0 * $1 }).with(.multiply)

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if application[0] == application[1] { return [cotangent * application[1] * 2, nil] }
    return [cotangent * application[1], cotangent * application[0]]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("0*x: 0", .finite) { application in
      guard application[0].constantValue == 0 || application[1].constantValue == 0 else {
        return nil
      }
      return application.constant(0)
    },
    Rewrite("ones(n)*x: x of that shape", .exact) { application in
      for (one, other) in [(0, 1), (1, 0)] where application[one].isA(Ones.self) {
        if application[other].shape == application.shape { return application[other] }
      }
      return nil
    },
    // What keeps a branch that is not taken from leaking NaN: 0 times its slope is not formed.
    Rewrite("(if C then a else 0)*b: if C then a*b else 0", .exact) { application in
      Conditional.movingInward(application[0]) { $0 * application[1] }
        ?? Conditional.movingInward(application[1]) { application[0] * $0 }
    },
    Rewrite("the factors of a product", .nonzero) { application in
      guard var product = Product(application[0]),
        product.multiply(by: application[1])
      else { return nil }
      return product.expression
    },
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("a^b*log(a): 0 where a = 0 and b > 0", .exact) { application in
      guard let logarithm = application[1].operands(of: NaturalLogarithm.self) else { return nil }
      var factor = application[0]
      for _ in 0..<4 {
        if let power = factor.operands(of: Power.self), power[0] == logarithm[0] {
          if logarithm[0].graph.knownValue(logarithm[0].node) != nil { return nil }
          let isZero = power[0].applying(Equal.self, application.constant(0))
          let isPositive = power[1].applying(Greater.self, application.constant(0))
          let product = application.value
          return isZero.applying(And.self, isPositive).applying(
            Conditional.self, application.constant(0), product)
        }
        guard let parts = factor.operands(of: Multiply.self) else { return nil }
        factor = parts[1].isA(Power.self) ? parts[1] : parts[0]
      }
      return nil
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    .infix("*", .multiply, application.operands[0], application.operands[1])
  }
}
