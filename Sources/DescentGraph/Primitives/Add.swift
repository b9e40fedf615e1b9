/// `a + b`.
package enum Add: Primitive {
  package static let name = "+"
  package static let help = PrimitiveHelp("the sum", "2 + 3", "5")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary({ $0 + $1 }, native: { $0 + $1 }).with(.add)

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent, cotangent]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("if C then a else b + if C then c else d: one choice", .exact) { application in
      guard let x = application[0].operands(of: Conditional.self),
        let y = application[1].operands(of: Conditional.self), x[0] == y[0]
      else { return nil }
      return x[0].applying(Conditional.self, x[1] + y[1], x[2] + y[2])
    },
    Rewrite("[a, b] + [c, d]: element by element", .exact) { application in
      guard let x = application[0].operands(of: ListOfElements.self),
        let y = application[1].operands(of: ListOfElements.self),
        application[0].shape == application[1].shape,
        application.shape.count <= Place.longestList
      else { return nil }
      return list(zip(x, y).map { $0 + $1 }, in: application.graph)
    },
    Rewrite("like terms of a sum", .finite) { application in
      Sum.of(application[0], plus: application[1])
    },
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("1 + erf(x): erfc(-x)", .exact) { application in
      for (one, other) in [(0, 1), (1, 0)] where application[one].constantValue == 1 {
        if let x = application[other].operands(of: ErrorFunction.self) { return erfc(-x[0]) }
      }
      return nil
    }
  ]

  package static let contractions: [Rewrite] = [
    Rewrite("a*b + c: rounded once", .finite) {
      MultiplyAdd.fused($0[0], $0[1]) ?? MultiplyAdd.fused($0[1], $0[0])
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    .infix(" + ", .add, application.operands[0], application.operands[1])
  }
}
