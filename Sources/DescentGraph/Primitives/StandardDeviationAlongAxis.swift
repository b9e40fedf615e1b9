/// `std(M, 1)`, `std(M, 2)`: the square roots of the variances along an axis of a matrix.
package enum StandardDeviationAlongAxis: AxisReduction, SpreadPrimitive {
  package static let name = "std"
  package static let help = PrimitiveHelp(
    "std(M, 1) down the columns of a matrix, std(M, 2) along its rows; std(M, 1, sample) of a sample",
    "std([[1, 2], [3, 6]], 1)", "[1, 2]")

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try spreadShape(of: operands, attribute, in: graph) }

  package static func definition(_ application: Application) -> Expr {
    sqrt(application[0].applying(VarianceAlongAxis.self, attribute: application.attribute))
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, axisSpelling(of: application))
  }
}
