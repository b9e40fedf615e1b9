/// `sum(M, 1)`, `sum(M, 2)`: the sums down the columns, or along the rows, of a matrix.
package enum SumAlongAxis: AxisReduction {
  package static let name = "sum"
  package static let help = PrimitiveHelp(
    "sum(M, 1) down the columns of a matrix, sum(M, 2) along its rows",
    "sum([[1, 2], [3, 4]], 1)", "[4, 6]")
  package static let kernel = Kernel.whole { call in
    let (x, m, n) = matrix(call)
    if call.integers[0] == 2 {
      for i in 0..<m { call.destination[i] = Reduction.sum(x + i * n, n) }
    } else {
      Reduction.sumDown(x, m, n, into: call.destination)
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    if cotangent.shape.isScalar { return [cotangent] }
    return [
      stretched(cotangent, like: application) * ones(application[0].shape, in: application.graph)
    ]
  }
}

/// The sum along one axis of a matrix; of a vector, that of its elements.
func summed(_ x: Expr, along axis: Int) -> Expr {
  if !x.shape.extents.isMatrix { return x.applying(SumOfElements.self) }
  return x.applying(SumAlongAxis.self, attribute: x.graph.integerAttribute([axis]))
}
