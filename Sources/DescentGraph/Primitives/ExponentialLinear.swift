/// X where it is positive, else a*(exp(x) - 1); a is 1 unless given.
package enum ExponentialLinear: CompositePrimitive {
  package static let name = "elu"
  package static let help = PrimitiveHelp(
    "x where it is positive, else a*(exp(x) - 1); a is 1 unless given", "elu(-1)", "-0.632121")
  package static let arity = 1...2

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let below =
      application.operands.count > 1 ? application[1] * expm1(x) : expm1(x)
    return x.applying(Greater.self, application.constant(0)).applying(Conditional.self, x, below)
  }
}
