/// The larger; where both are equal the slope is split evenly.
package enum Maximum: Primitive {
  package static let name = "max"
  package static let help = PrimitiveHelp(
    "the larger; where both are equal the slope is split evenly", "max(2, 3)", "3")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { $0.isNaN || $1.isNaN ? .nan : $0 > $1 ? $0 : $1 }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * heaviside(a - b), cotangent * heaviside(b - a)]
  }

  package static let isAssociative = true
}

func max(_ a: Expr, _ b: Expr) -> Expr { a.applying(Maximum.self, b) }
