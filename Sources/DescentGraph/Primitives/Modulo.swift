/// The remainder a - b*floor(a/b), which has the sign of b.
package enum Modulo: Primitive {
  package static let name = "mod"
  package static let help = PrimitiveHelp(
    "the remainder a - b*floor(a/b), which has the sign of b", "mod(-7, 3)", "2")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { Elementary.mod($0, $1) }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent, -(cotangent * floor(a / b))]
  }
}

func mod(_ a: Expr, _ b: Expr) -> Expr { a.applying(Modulo.self, b) }
