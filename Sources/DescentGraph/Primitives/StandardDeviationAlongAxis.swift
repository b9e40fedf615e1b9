/// `std(M, 1)`, `std(M, 2)`: the square roots of the variances along an axis of a matrix.
package enum StandardDeviationAlongAxis: AxisReduction, CompositePrimitive {
  package static let name = "std"
  package static let help = PrimitiveHelp(
    "std(M, 1) down the columns of a matrix, std(M, 2) along its rows",
    "std([[1, 2], [3, 6]], 1)", "[1, 2]")

  package static func definition(_ application: Application) -> Expr {
    sqrt(application[0].applying(VarianceAlongAxis.self, attribute: application.attribute))
  }
}
