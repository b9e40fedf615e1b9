/// An infix relation of two numbers: 1 where it holds, else 0; its slope is 0.
package protocol Comparison: Primitive {}

extension Comparison {
  package static var arity: ClosedRange<Int> { 2...2 }
  package static var isFunction: Bool { false }
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [nil, nil]
  }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .compare,
      [
        .operand(application.operands[0], .range), .text(" \(name) "),
        .operand(application.operands[1], .range),
      ])
  }
}
