/// X kept between lo and hi: clamp(x, lo, hi).
package enum Clamp: CompositePrimitive {
  package static let name = "clamp"
  package static let help = PrimitiveHelp(
    "x kept between lo and hi: clamp(x, lo, hi)", "clamp(7, 0, 5)", "5")
  package static let arity = 3...3

  package static func definition(_ application: Application) -> Expr {
    min(max(application[0], application[1]), application[2])
  }
}
