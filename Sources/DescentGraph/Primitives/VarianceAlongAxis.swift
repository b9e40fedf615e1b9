/// `var(M, 1)`, `var(M, 2)`: the variances down the columns, or along the rows, of a matrix.
package enum VarianceAlongAxis: AxisReduction, CompositePrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "var(M, 1) down the columns of a matrix, var(M, 2) along its rows",
    "var([[1, 2], [3, 6]], 1)", "[1, 4]")

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let mean = x.applying(MeanAlongAxis.self, attribute: application.attribute)
    let squares = pow(x - stretched(mean, like: application), 2)
    return summed(squares, along: application.integers[0]) / Double(reducedCount(application))
  }
}
