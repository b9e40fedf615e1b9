/// X times the probability that a standard normal number is below x.
package enum GaussianErrorLinear: CompositePrimitive {
  package static let name = "gelu"
  package static let help = PrimitiveHelp(
    "x times the probability that a standard normal number is below x", "gelu(1)", "0.841345")
  package static let arity = 1...1

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    return x * erfc(-x / sqrt(application.constant(2))) / 2
  }
}
