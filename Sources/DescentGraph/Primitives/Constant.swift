/// A number as it was typed.
package enum Constant: Primitive {
  package static let name = "number"
  package static let help = PrimitiveHelp("a literal number", "2.5", "2.5")
  package static let arity = 0...0
  package static let isFunction = false
  package static let kernel = Kernel.none
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [] }

  package static func spelling(of application: Application) -> Spelling {
    let value = application.graph.knownValue(application.node) ?? .nan
    let text = Typesetter.text(value)
    return Spelling(text.hasPrefix("-") ? .sign : .atom, [.text(text)])
  }
}
