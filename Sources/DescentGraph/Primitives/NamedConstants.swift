/// A number with a name of its own, printed by that name.
package protocol NamedConstant: Primitive {
  static var value: Double { get }
}

extension NamedConstant {
  package static var arity: ClosedRange<Int> { 0...0 }
  package static var isFunction: Bool { false }
  package static var kernel: Kernel { .none }
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [] }
  package static func spelling(of application: Application) -> Spelling { .atom(name) }
}

/// The ratio of a circle's circumference to its diameter.
package enum Pi: NamedConstant {
  package static let name = "pi"
  package static let help = PrimitiveHelp(
    "the ratio of a circle's circumference to its diameter; also spelled π", "pi", "3.14159")
  package static let value = Double.pi
}

/// The base of the natural logarithm.
package enum EulerNumber: NamedConstant {
  package static let name = "e"
  package static let help = PrimitiveHelp("the base of the natural logarithm", "e", "2.71828")
  package static let value = 0x1.5bf0a8b145769p+1
}
