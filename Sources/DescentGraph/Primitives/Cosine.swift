/// The cosine; angles are in radians.
package enum Cosine: UnaryPrimitive {
  package static let name = "cos"
  package static let help = PrimitiveHelp(
    "the cosine; angles are in radians", "cos(pi)", "-1")
  package static let kernel = Kernel.unary(
    { Elementary.cos($0) }, native: { Elementary.cos($0) })
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { -sin(x) }
}

func cos(_ x: Expr) -> Expr { x.applying(Cosine.self) }
