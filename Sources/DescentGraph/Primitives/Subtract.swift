/// `a - b`.
package enum Subtract: Primitive {
  package static let name = "-"
  package static let help = PrimitiveHelp("the difference", "2 - 3", "-1")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary({ $0 - $1 }, native: { $0 - $1 }).with(.subtract)

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent, -cotangent]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("like terms of a difference", .finite) { application in
      Sum.of(application[0], minus: application[1])
    }
  ]

  package static let lowerings: [Rewrite] = [
    Rewrite("1 - sigmoid(x): sigmoid(-x)", .exact) { application in
      guard application[0].constantValue == 1,
        let x = application[1].operands(of: Sigmoid.self)
      else { return nil }
      return sigmoid(-x[0])
    }
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("exp(x) - 1: expm1(x)", .exact) { application in
      guard application[1].constantValue == 1,
        let x = application[0].operands(of: Exponential.self)
      else { return nil }
      return expm1(x[0])
    },
    Rewrite("1 - exp(x): -expm1(x)", .exact) { application in
      guard application[0].constantValue == 1,
        let x = application[1].operands(of: Exponential.self)
      else { return nil }
      return -expm1(x[0])
    },
    Rewrite("1 - cos(x): 2*sin(x/2)^2", .exact) { application in
      guard application[0].constantValue == 1, let x = application[1].operands(of: Cosine.self)
      else { return nil }
      return 2 * pow(sin(0.5 * x[0]), 2)
    },
    Rewrite("cosh(x) - 1: 2*sinh(x/2)^2", .exact) { application in
      guard application[1].constantValue == 1,
        let x = application[0].operands(of: HyperbolicCosine.self)
      else { return nil }
      return 2 * pow(sinh(0.5 * x[0]), 2)
    },
    Rewrite("1 - erf(x): erfc(x)", .exact) { application in
      guard application[0].constantValue == 1,
        let x = application[1].operands(of: ErrorFunction.self)
      else { return nil }
      return erfc(x[0])
    },
    Rewrite("1 - tanh(x)^2: 1/cosh(x)^2", .exact) { application in
      guard application[0].constantValue == 1, let root = application[1].squareRoot,
        let x = root.operands(of: HyperbolicTangent.self)
      else { return nil }
      return 1 / pow(cosh(x[0]), 2)
    },
    Rewrite("sqrt(a) - sqrt(b): (a - b)/(sqrt(a) + sqrt(b))", .inDomain) { application in
      guard let a = application[0].operands(of: SquareRoot.self),
        let b = application[1].operands(of: SquareRoot.self)
      else { return nil }
      let difference = a[0] - b[0]
      guard let value = difference.constantValue, value != 0 else { return nil }
      return difference / (application[0] + application[1])
    },
  ]

  package static let contractions: [Rewrite] = [
    Rewrite("a*b - c, c - a*b: rounded once", .finite) {
      MultiplySubtract.fused($0[0], $0[1]) ?? SubtractProduct.fused($0[1], $0[0])
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    .infix(" - ", .add, application.operands[0], application.operands[1])
  }
}
