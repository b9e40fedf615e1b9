/// The mean of the elements.
package enum Mean: CompositePrimitive {
  package static let name = "mean"
  package static let help = PrimitiveHelp(
    "the mean of the elements", "mean([1, 2, 6])", "3")
  package static let arity = 1...1

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape { try .reduced(operands, in: graph) }

  package static func definition(_ application: Application) -> Expr {
    let x = application[0]
    return x.applying(SumOfElements.self) / Double(x.shape.count)
  }
}
