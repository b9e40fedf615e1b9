/// The smallest value of any row; equal ones share the slope evenly.
package enum MinimumOverRows: RowPrimitive {
  package static let name = "min"
  package static let help = PrimitiveHelp(
    "the smallest value of any row; equal ones share the slope evenly", "min(x, rows)",
    "1")
  package static let kernel = Kernel.rows(.minimum) { call in
    for row in 0..<call.rows {
      let start = call.operands[0].start + row * call.operands[0].rowStride
      for k in 0..<call.count {
        call.destination[k] = RowReduction.minimum.combined(call.destination[k], start[k])
      }
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let isBest = application[0].applying(Equal.self, application.value)
    return [cotangent * isBest / isBest.summedOverRows()]
  }
}
