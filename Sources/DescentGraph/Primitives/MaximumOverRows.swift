/// The largest value of any row; equal ones share the slope evenly.
package enum MaximumOverRows: RowPrimitive {
  package static let name = "max"
  package static let help = PrimitiveHelp(
    "the largest value of any row; equal ones share the slope evenly", "max(x, rows)",
    "3")
  package static let kernel = Kernel.rows(.maximum) { call in
    for row in 0..<call.rows {
      let start = call.operands[0].start + row * call.operands[0].rowStride
      for k in 0..<call.count {
        call.destination[k] = RowReduction.maximum.combined(call.destination[k], start[k])
      }
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let isBest = application[0].applying(Equal.self, application.value)
    return [cotangent * isBest / isBest.summedOverRows()]
  }
}
