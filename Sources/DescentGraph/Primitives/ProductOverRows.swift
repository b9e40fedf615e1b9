/// The product over the rows of the data.
package enum ProductOverRows: RowPrimitive {
  package static let name = "prod"
  package static let help = PrimitiveHelp(
    "the product over the rows of the data", "prod(x, rows)", "6")
  package static let kernel = Kernel.rows(.product) { call in
    for row in 0..<call.rows {
      let start = call.operands[0].start + row * call.operands[0].rowStride
      for k in 0..<call.count { call.destination[k] *= start[k] }
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent * application.value / application[0]]
  }
}
