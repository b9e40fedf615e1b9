/// The variance over the rows of the data, dividing by their number, or of a sample by one less.
package enum VarianceOverRows: RowPrimitive, SpreadPrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "the variance over the rows of the data, dividing by their number; var(x, rows, sample) by one less",
    "var(x, rows)", "0.666667")

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let squares = pow(x - x.applying(MeanOverRows.self), 2)
    guard isOfSample(application.integers) else { return squares.applying(MeanOverRows.self) }
    return squares.summedOverRows() / (application.rowCount - 1)
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, rowSpelling(of: application))
  }
}
