/// A parameter, an argument of a function: what has no value of its own.
package enum Variable: Primitive {
  package static let name = "name"
  package static let help = PrimitiveHelp("a name", "pi", "3.14159")
  package static let arity = 0...0
  package static let isFunction = false
  package static let kernel = Kernel.none
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [] }

  package static func spelling(of application: Application) -> Spelling {
    guard let symbol = application.graph.symbol(of: application.node) else { return .atom("?") }
    return .atom(application.graph.name(symbol))
  }
}
