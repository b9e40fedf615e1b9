/// `var(M, 1)`, `var(M, 2)`: the variances down the columns, or along the rows, of a matrix.
package enum VarianceAlongAxis: AxisReduction, SpreadPrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "var(M, 1) down the columns of a matrix, var(M, 2) along its rows; var(M, 1, sample) of a sample",
    "var([[1, 2], [3, 6]], 1)", "[1, 4]")

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try spreadShape(of: operands, attribute, in: graph) }

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let axis = application.graph.integerAttribute([application.integers[0]])
    let mean = x.applying(MeanAlongAxis.self, attribute: axis)
    let squares = pow(x - stretched(mean, like: application), 2)
    return summed(squares, along: application.integers[0])
      / divisor(reducedCount(application), application)
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, axisSpelling(of: application))
  }
}

extension SpreadPrimitive where Self: AxisReduction {
  static func spreadShape(
    of operands: [NodeID], _ attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = try axisShape(of: operands, attribute: attribute, in: graph)
    let extents = graph.shape(operands[0]).extents
    let count = graph.integers(attribute)[0] == 1 ? extents.height : extents.width
    try checkSize(count, attribute, in: graph)
    return shape
  }
}
