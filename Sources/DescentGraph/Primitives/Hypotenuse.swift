/// Sqrt(a^2 + b^2) without overflow.
package enum Hypotenuse: Primitive {
  package static let name = "hypot"
  package static let help = PrimitiveHelp(
    "sqrt(a^2 + b^2) without overflow", "hypot(3, 4)", "5")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { Elementary.hypot($0, $1) }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * (a / hypot(a, b)), cotangent * (b / hypot(a, b))]
  }
}

func hypot(_ a: Expr, _ b: Expr) -> Expr { a.applying(Hypotenuse.self, b) }
