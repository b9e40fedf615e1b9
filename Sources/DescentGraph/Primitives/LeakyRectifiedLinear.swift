/// X where it is positive, else a*x; a is 0.01 unless given.
package enum LeakyRectifiedLinear: CompositePrimitive {
  package static let name = "leakyrelu"
  package static let help = PrimitiveHelp(
    "x where it is positive, else a*x; a is 0.01 unless given", "leakyrelu(-2)", "-0.02")
  package static let arity = 1...2

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let a = application.operands.count > 1 ? application[1] : application.constant(0.01)
    return x.applying(Greater.self, application.constant(0)).applying(Conditional.self, x, a * x)
  }
}
