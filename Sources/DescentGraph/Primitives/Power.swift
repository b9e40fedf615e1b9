/// `x^y`. A whole exponent up to 32 is multiplied out, so that it needs no logarithm and `w^2` is
/// `w*w` to the bit.
package enum Power: Primitive {
  package static let name = "^"
  package static let help = PrimitiveHelp(
    "the power; a whole exponent takes any base", "2^10", "1024")
  package static let arity = 2...2
  package static let isFunction = false
  package static let kernel = Kernel.binary { Power.value($0, $1) }

  /// **Domain** NaN for a negative base and an exponent that is not whole.
  /// **Errors** at most (|y| - 1)/2 ulp for a whole |y| up to 32, else that of the C library's `pow`.
  static func value(_ x: Double, _ y: Double) -> Double {
    if y == 2 { return x * x }
    guard y.magnitude <= 32, y == y.rounded(.towardZero) else { return Elementary.pow(x, y) }
    var n = Int(y.magnitude)
    var result = 1.0
    var square = x
    while n > 0 {
      if n & 1 == 1 { result *= square }
      n >>= 1
      if n > 0 { square *= square }
    }
    return y < 0 ? 1 / result : result
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (x, y) = (application[0], application[1])
    // x*x^(x - 1) is x^x, also at 0.
    let byBase = x == y ? application.value : y * pow(x, y - 1)
    let byExponent =
      x.constantValue == 0 || y.constantValue != nil ? nil : application.value * log(x)
    return [cotangent * byBase, byExponent.map { cotangent * $0 }]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("x^1: x", .exact) { $0[1].constantValue == 1 ? $0[0] : nil },
    Rewrite("x^0: 1", .exact) { $0[1].constantValue == 0 ? $0.constant(1) : nil },
    Rewrite("(-x)^n: x^n for an even n", .exact) { application in
      guard let n = application[1].constantValue, n.remainder(dividingBy: 2) == 0,
        let x = application[0].operands(of: Negate.self)
      else { return nil }
      return pow(x[0], n)
    },
    Rewrite("(x^a)^b: x^(a*b) for whole a and b", .finite) { application in
      guard let b = application[1].constantValue, b == b.rounded(), b > 0,
        let inner = application[0].operands(of: Power.self), let a = inner[1].constantValue,
        a == a.rounded(), a > 0, a * b <= 1000
      else { return nil }
      return pow(inner[0], a * b)
    },
    Rewrite("sqrt(x)^2: x", .inDomain) { application in
      guard application[1].constantValue == 2,
        let x = application[0].operands(of: SquareRoot.self)
      else { return nil }
      return x[0]
    },
    Rewrite("a power of two numbers", .exact) { application in
      guard let x = application[0].constantValue, let n = application[1].constantValue,
        n == n.rounded(), n >= 0, n <= 32, x == x.rounded()
      else { return nil }
      let power = value(x, n)
      return power.magnitude < 0x1p53 ? application.constant(power) : nil
    },
  ]

  package static let lowerings: [Rewrite] = [
    Rewrite("e^x: exp(x)", .exact) { application in
      application[0].isA(EulerNumber.self) ? exp(application[1]) : nil
    }
  ]

  package static let refinements: [Rewrite] = [
    // In the order of ``value(_:_:)``, so that both give the same bits.
    Rewrite("x^n: multiplied out", .exact) { application in
      guard let y = application[1].constantValue, y == y.rounded(), y.magnitude <= 32,
        y.magnitude >= 2
      else { return nil }
      let graph = application.graph
      func times(_ a: NodeID, _ b: NodeID) -> NodeID? { try? graph.node(Multiply.self, [a, b]) }
      var n = Int(y.magnitude)
      var result: NodeID?
      var square = application.operands[0]
      while n > 0 {
        if n & 1 == 1 {
          guard let product = result.map({ times($0, square) }) ?? square else { return nil }
          result = product
        }
        n >>= 1
        if n > 0 {
          guard let next = times(square, square) else { return nil }
          square = next
        }
      }
      guard let result else { return nil }
      if y > 0 { return Expr(graph, result) }
      return (try? graph.node(Divide.self, [graph.constant(1), result])).map { Expr(graph, $0) }
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .power,
      [
        .operand(application.operands[0], .postfix), .text("^"),
        // The exponent may have a sign; what else is looser stands in parentheses.
        .operand(
          application.operands[1],
          application[1].isA(Constant.self) || application[1].isA(Negate.self) ? .sign : .power),
      ])
  }
}

func pow(_ x: Expr, _ y: Expr) -> Expr { x.applying(Power.self, y) }
func pow(_ x: Expr, _ n: Double) -> Expr { pow(x, x.constant(n)) }

extension Expr {
  /// x, where this is `x^2`, as typed or multiplied out.
  var squareRoot: Expr? {
    if let power = operands(of: Power.self), power[1].constantValue == 2 { return power[0] }
    if let product = operands(of: Multiply.self), product[0] == product[1] { return product[0] }
    return nil
  }
}
