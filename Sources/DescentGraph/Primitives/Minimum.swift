/// The smaller; where both are equal the slope is split evenly.
package enum Minimum: Primitive {
  package static let name = "min"
  package static let help = PrimitiveHelp(
    "the smaller; where both are equal the slope is split evenly", "min(2, 3)", "2")
  package static let arity = 2...2
  package static let kernel = Kernel.binary { $0.isNaN || $1.isNaN ? .nan : $0 < $1 ? $0 : $1 }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (a, b) = (application[0], application[1])
    return [cotangent * heaviside(b - a), cotangent * heaviside(a - b)]
  }

  package static let isAssociative = true
}

func min(_ a: Expr, _ b: Expr) -> Expr { a.applying(Minimum.self, b) }
