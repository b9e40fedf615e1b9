/// `prod(M, 1)`, `prod(M, 2)`: the products down the columns, or along the rows, of a matrix.
package enum ProductAlongAxis: AxisReduction, CompositePrimitive {
  package static let name = "prod"
  package static let help = PrimitiveHelp(
    "prod(M, 1) down the columns of a matrix, prod(M, 2) along its rows",
    "prod([[1, 2], [3, 4]], 1)", "[3, 8]")

  package static func definition(_ application: Application) -> Expr {
    var x = application.integers[0] == 1 ? application[0] : transposed(application[0])
    let width = x.shape.extents.width
    var rest: Expr?
    while x.shape.extents.height > ProductOfElements.mostFactors {
      let height = x.shape.extents.height
      if height % 2 == 1 { rest = rest.map { row(x, height).times($0) } ?? row(x, height) }
      let half = height / 2
      x = block(x, 1...half, 1...width).times(block(x, (half + 1)...(2 * half), 1...width))
    }
    let factors = (1...x.shape.extents.height).map { row(x, $0) } + (rest.map { [$0] } ?? [])
    return factors.dropFirst().reduce(factors[0]) { $0.times($1) }
  }
}
