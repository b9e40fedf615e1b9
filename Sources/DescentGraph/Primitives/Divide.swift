/// `a/b`, elementwise.
package enum Divide: Primitive {
  package static let name = "/"
  package static let help = PrimitiveHelp("the quotient, element by element", "1/4", "0.25")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary({ $0 / $1 }, native: { $0 / $1 }).with(.divide)

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent / b, -(cotangent * a) / pow(b, 2)]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("0/x: 0", .nonzero) { application in
      application[0].constantValue == 0 && application[1].constantValue != 0
        ? application.constant(0) : nil
    },
    Rewrite("(if C then a else 0)/b: if C then a/b else 0", .exact) { application in
      Conditional.movingInward(application[0]) { $0 / application[1] }
    },
    Rewrite("the factors of a quotient", .nonzero) { application in
      guard var product = Product(application[0]),
        product.divide(by: application[1])
      else { return nil }
      return product.expression
    },
  ]

  package static let lowerings: [Rewrite] = [
    Rewrite("exp(a)/exp(b): exp(a - b)", .exact) { application in
      guard let a = application[0].operands(of: Exponential.self),
        let b = application[1].operands(of: Exponential.self)
      else { return nil }
      return exp(a[0] - b[0])
    },
    Rewrite("exp(x)/(1 + exp(x)): sigmoid(x)", .exact) { application in
      guard let x = application[0].operands(of: Exponential.self),
        let y = Exponential.exponentBesideOne(application[1]), x[0] == y
      else { return nil }
      return sigmoid(x[0])
    },
    Rewrite("a/(1 + exp(x)): a*sigmoid(-x)", .exact) { application in
      guard let x = Exponential.exponentBesideOne(application[1]) else { return nil }
      return application[0] * sigmoid(-x)
    },
    Rewrite("exp(a)/(exp(a) + exp(b) + …): the softmax, shifted", .exact) { application in
      guard let a = application[0].operands(of: Exponential.self),
        let exponents = Exponential.exponents(ofSum: application[1]), exponents.contains(a[0])
      else { return nil }
      if exponents.count == 2 {
        return sigmoid(a[0] - (exponents[0] == a[0] ? exponents[1] : exponents[0]))
      }
      guard exponents.allSatisfy(\.shape.isScalar) else { return nil }
      return exp(a[0] - logsumexp(list(exponents, in: application.graph)))
    },
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("a/cosh(x)^2: a times the slope of tanh", .exact) { application in
      guard let x = application[1].squareRoot?.operands(of: HyperbolicCosine.self) else {
        return nil
      }
      let slope = x[0].applying(SquaredHyperbolicSecant.self)
      if application[0].constantValue == 1 { return slope }
      let graph = application.graph
      let product = try? graph.node(Multiply.self, [application.operands[0], slope.node])
      return product.map { Expr(graph, $0) }
    },
    Rewrite("a/b^2: (a/b)/b, which neither over- nor underflows", .exact) { application in
      guard let b = application[1].squareRoot,
        application[0].graph.knownValue(application[0].node) == nil
      else { return nil }
      // As written: simplified, it would be a/b^2 again.
      let graph = application.graph
      guard let once = try? graph.node(Divide.self, [application.operands[0], b.node]),
        let twice = try? graph.node(Divide.self, [once, b.node])
      else { return nil }
      return Expr(graph, twice)
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    .infix("/", .multiply, application.operands[0], application.operands[1])
  }
}
