/// The variance of the elements, dividing by their number, or of a sample by one less.
package enum Variance: SpreadPrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "the variance of the elements, dividing by their number; var(v, sample) divides by one less",
    "var([1, 2, 6])", "4.66667")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try checkSize(graph.shape(operands[0]).count, attribute, in: graph)
    return try .reduced(operands, in: graph)
  }

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let deviation = x - x.applying(Mean.self)
    return pow(deviation, 2).applying(SumOfElements.self) / divisor(x.shape.count, application)
  }

  package static func spelling(of application: Application) -> Spelling {
    spelling(application, .call(name, application.operands))
  }
}
