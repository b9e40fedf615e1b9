/// The cube root, also of negative numbers.
package enum CubeRoot: UnaryPrimitive {
  package static let name = "cbrt"
  package static let help = PrimitiveHelp(
    "the cube root, also of negative numbers", "cbrt(-8)", "-2")
  package static let kernel = Kernel.unary { Elementary.cbrt($0) }
  package static func derivative(_ x: Expr, _ y: Expr) -> Expr { 1 / (3 * pow(y, 2)) }
}

func cbrt(_ x: Expr) -> Expr { x.applying(CubeRoot.self) }
