/// The square root of the variance.
package enum StandardDeviation: SpreadPrimitive {
  package static let name = "std"
  package static let help = PrimitiveHelp(
    "the square root of the variance; std(v, sample) divides by one less than the number",
    "std([1, 2, 6])", "2.16025")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try checkSize(graph.shape(operands[0]).count, attribute, in: graph)
    return try .reduced(operands, in: graph)
  }

  package static func definition(_ application: Application) -> Expr {
    sqrt(application[0].applying(Variance.self, attribute: application.attribute))
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, .call(name, application.operands))
  }
}
