/// The variance of the elements, dividing by their number.
package enum Variance: CompositePrimitive {
  package static let name = "var"
  package static let help = PrimitiveHelp(
    "the variance of the elements, dividing by their number", "var([1, 2, 6])", "4.66667")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try .reduced(operands, in: graph) }

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    let deviation = x - x.applying(Mean.self)
    return pow(deviation, 2).applying(SumOfElements.self) / Double(x.shape.count)
  }
}
