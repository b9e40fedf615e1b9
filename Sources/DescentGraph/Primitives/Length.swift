/// The number of elements, known as soon as the shape is.
package enum Length: Primitive {
  package static let name = "length"
  package static let help = PrimitiveHelp(
    "the number of elements of a vector or a matrix", "length([5, 6, 7])", "3")
  package static let arity = 1...1
  package static let kernel = Kernel.none
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [nil] }

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    call.graph.constant(Double(call.graph.shape(try call.node(0)).count))
  }
}
