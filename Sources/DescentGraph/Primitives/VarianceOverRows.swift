/// The variance over the rows of the data, dividing by their number.
package enum VarianceOverRows: RowPrimitive, CompositePrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "the variance over the rows of the data, dividing by their number", "var(x, rows)", "0.666667")

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    return pow(x - x.applying(MeanOverRows.self), 2).applying(MeanOverRows.self)
  }
}
