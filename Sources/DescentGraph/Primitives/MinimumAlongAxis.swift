/// `min(M, 1)`, `min(M, 2)`: the smallest down the columns, or along the rows, of a matrix; equal
/// ones share the slope evenly.
///
/// ``Minimum`` has the same name and as many arguments; it tells the two apart.
package enum MinimumAlongAxis: AxisReduction {
  package static let name = "min"
  package static let help = PrimitiveHelp(
    "min(M, 1) down the columns of a matrix, min(M, 2) along its rows; equal ones share the slope",
    "min([[1, 5], [3, 4]], 1)", "[1, 4]")
  package static let isFunction = false
  package static let kernel = Kernel.whole { call in
    let (x, m, n) = matrix(call)
    let isDown = call.integers[0] == 1
    let (stride, length) = isDown ? (n, m) : (1, n)
    for k in 0..<call.count {
      let first = x + k * (isDown ? 1 : n)
      var best = first[0]
      for i in 1..<max(1, length) where !(best.isNaN || first[i * stride] >= best) {
        best = first[i * stride]
      }
      call.destination[k] = best
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let isBest = application[0].applying(
      Equal.self, stretched(application.value, like: application))
    let count = summed(isBest, along: application.integers[0])
    return [
      stretched(cotangent, like: application) * isBest / stretched(count, like: application)
    ]
  }
}
