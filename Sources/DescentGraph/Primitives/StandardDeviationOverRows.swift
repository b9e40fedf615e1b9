/// The square root of the variance over the rows of the data.
package enum StandardDeviationOverRows: RowPrimitive, CompositePrimitive {
  package static let name = "std"
  package static let help = PrimitiveHelp(
    "the square root of the variance over the rows of the data", "std(x, rows)", "0.816497")

  package static func definition(_ application: Application) -> Expr {
    sqrt(application[0].applying(VarianceOverRows.self))
  }
}
