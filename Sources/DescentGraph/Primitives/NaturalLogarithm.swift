/// The natural logarithm.
package enum NaturalLogarithm: UnaryPrimitive {
  package static let name = "log"
  package static let help = PrimitiveHelp(
    "the natural logarithm", "log(e)", "1")
  package static let kernel = Kernel.unary(
    { Elementary.log($0) }, native: { Elementary.log($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / x }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a positive number") { $0[0].applying(Greater.self, $0.constant(0)) }
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("log(1): 0", .exact) { $0[0].constantValue == 1 ? $0.constant(0) : nil },
    Rewrite("log(e): 1", .exact) { $0[0].isA(EulerNumber.self) ? $0.constant(1) : nil },
  ]

  package static let lowerings: [Rewrite] = [
    Rewrite("log(exp(x)): x", .exact) { application in
      application[0].operands(of: Exponential.self)?[0]
    },
    Rewrite("log(1 + exp(x)): softplus(x)", .exact) { application in
      Exponential.exponentBesideOne(application[0]).map { softplus($0) }
    },
    Rewrite("log(exp(a) + exp(b) + …): logsumexp([a, b, …])", .exact) { application in
      guard let exponents = Exponential.exponents(ofSum: application[0]),
        exponents.allSatisfy(\.shape.isScalar)
      else { return nil }
      return logsumexp(list(exponents, in: application.graph))
    },
    Rewrite("log(sum(exp(v))): logsumexp(v)", .exact) { application in
      guard let sum = application[0].operands(of: SumOfElements.self),
        let v = sum[0].operands(of: Exponential.self)
      else { return nil }
      return logsumexp(v[0])
    },
    Rewrite("log(sigmoid(x)): -softplus(-x)", .exact) { application in
      application[0].operands(of: Sigmoid.self).map { -softplus(-$0[0]) }
    },
    Rewrite("log(softmax(v)): logsoftmax(v)", .exact) { application in
      application[0].operands(of: Softmax.self).map { $0[0].applying(LogSoftmax.self) }
    },
    Rewrite("log(softmax(v)[i]): logsoftmax(v)[i]", .exact) { application in
      guard let chosen = application[0].operands(of: Element.self),
        let v = chosen[0].operands(of: Softmax.self)
      else { return nil }
      let place = application.graph.attribute(application.operands[0])
      return v[0].applying(LogSoftmax.self).applying(Element.self, attribute: place)
    },
    Rewrite("log(cosh(x)): logcosh(x)", .exact) { application in
      application[0].operands(of: HyperbolicCosine.self).map { logcosh($0[0]) }
    },
    Rewrite("log(x + sqrt(x^2 + 1)): asinh(x)", .exact) { application in
      guard let sum = application[0].operands(of: Add.self) else { return nil }
      for (first, second) in [(0, 1), (1, 0)] {
        guard let root = sum[second].operands(of: SquareRoot.self),
          let inner = root[0].operands(of: Add.self)
        else { continue }
        for (square, one) in [(0, 1), (1, 0)] where inner[one].constantValue == 1 {
          if let power = inner[square].operands(of: Power.self), power[0] == sum[first],
            power[1].constantValue == 2
          {
            return asinh(power[0])
          }
        }
      }
      return nil
    },
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("log(1 + x): log1p(x)", .exact) { application in
      if let sum = application[0].operands(of: Add.self) {
        for (one, other) in [(0, 1), (1, 0)] where sum[one].constantValue == 1 {
          return log1p(sum[other])
        }
      }
      if let difference = application[0].operands(of: Subtract.self),
        difference[0].constantValue == 1
      {
        return log1p(-difference[1])
      }
      return nil
    }
  ]
}

func log(_ x: Expr) -> Expr { x.applying(NaturalLogarithm.self) }
