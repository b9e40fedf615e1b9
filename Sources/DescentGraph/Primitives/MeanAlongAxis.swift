/// `mean(M, 1)`, `mean(M, 2)`: the means down the columns, or along the rows, of a matrix.
package enum MeanAlongAxis: AxisReduction, CompositePrimitive {
  package static let name = "mean"
  package static let help = PrimitiveHelp(
    "mean(M, 1) down the columns of a matrix, mean(M, 2) along its rows",
    "mean([[1, 2], [3, 4]], 2)", "[1.5, 3.5]")

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    return summed(x, along: application.integers[0]) / Double(reducedCount(application))
  }
}
