/// The angle of the point (x, y), given y first.
package enum ArcTangentOfQuotient: Primitive {
  package static let name = "atan2"
  package static let help = PrimitiveHelp(
    "the angle of the point (x, y), given y first", "atan2(1, 1)", "0.785398")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { Elementary.atan2($0, $1) }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [
      cotangent * (b / hypot(b, a) / hypot(b, a)), -(cotangent * (a / hypot(b, a) / hypot(b, a))),
    ]
  }
}

func atan2(_ a: Expr, _ b: Expr) -> Expr { a.applying(ArcTangentOfQuotient.self, b) }
