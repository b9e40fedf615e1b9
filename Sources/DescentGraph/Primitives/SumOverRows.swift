/// The sum over the rows of the data.
package enum SumOverRows: RowPrimitive {
  package static let name = "sum"
  package static let help = PrimitiveHelp(
    "the sum over the rows of the data", "sum(x, rows)", "6")
  package static let kernel = Kernel.rows(.sum, native: native) { call in
    let (values, count) = (call.operands[0], call.count)
    if count > Reduction.fewElements {
      for row in 0..<call.rows {
        let start = values.start + row * values.rowStride
        for k in 0..<count { call.destination[k] += start[k] }
      }
      return
    }
    for k in 0..<count {
      let start = values.start + k
      call.destination[k] += Reduction.overRows(call.rows) { start[$0 &* values.rowStride] }
    }
  }

  static let native: Kernel.NativeElements = { call in
    guard call.operands[0].count <= Reduction.fewElements else { return nil }
    return zip(call.sums, call.operands[0]).map { $0 + $1 }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("sum(E/rows, rows): mean(E, rows)", .exact) { application in
      guard let quotient = application[0].operands(of: Divide.self) else { return nil }
      let rows = application.rowCount
      if quotient[1] == rows, quotient[0].shape == application[0].shape {
        return quotient[0].applying(MeanOverRows.self)
      }
      guard let below = quotient[1].operands(of: Multiply.self),
        below[0] == rows || below[1] == rows
      else { return nil }
      let rest = quotient[0] / (below[0] == rows ? below[1] : below[0])
      return rest.shape == application[0].shape ? rest.applying(MeanOverRows.self) : nil
    },
    numberOutside(of: Self.self),
  ]

  package static let refinements: [Rewrite] = [SumOfOuterProducts.refinement(of: Self.self)]

  /// `sum(2*E, rows)` is `2*sum(E, rows)`, and so for a mean.
  static func numberOutside(of type: any RowPrimitive.Type) -> Rewrite {
    Rewrite("\(type.name)(c*E, rows): c*\(type.name)(E, rows)", .finite) { application in
      guard let product = application[0].operands(of: Multiply.self),
        product[0].constantValue != nil, product[1].shape == application[0].shape
      else { return nil }
      return product[0] * product[1].applying(type)
    }
  }
}
