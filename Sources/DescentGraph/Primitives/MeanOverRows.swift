/// The mean over the rows of the data; in a batch, over the rows of the batch.
package enum MeanOverRows: RowPrimitive {
  package static let name = "mean"
  package static let help = PrimitiveHelp(
    "the mean over the rows of the data", "mean(x, rows)", "2")
  package static let kernel = Kernel.rows(
    .mean, native: SumOverRows.native, tile: SumOverRows.kernel.tile)

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent / application.rowCount]
  }

  package static let simplifications: [Rewrite] = [SumOverRows.numberOutside(of: Self.self)]

  package static let refinements: [Rewrite] = [MeanOfOuterProducts.refinement(of: Self.self)]
}
