/// The square root of the variance over the rows of the data.
package enum StandardDeviationOverRows: RowPrimitive, SpreadPrimitive {
  package static let name = "std"
  package static let help = PrimitiveHelp(
    "the square root of the variance over the rows of the data; std(x, rows, sample) divides by one less",
    "std(x, rows)", "0.816497")

  package static func definition(_ application: Application) -> Expr {
    sqrt(application[0].applying(VarianceOverRows.self, attribute: application.attribute))
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, rowSpelling(of: application))
  }
}
