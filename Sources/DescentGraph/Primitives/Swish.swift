/// X*sigmoid(x).
package enum Swish: CompositePrimitive {
  package static let name = "swish"
  package static let help = PrimitiveHelp(
    "x*sigmoid(x)", "swish(1)", "0.731059")
  package static let arity = 1...1

  package static func definition(_ application: Application) -> Expr {
    application[0] * sigmoid(application[0])
  }
}
