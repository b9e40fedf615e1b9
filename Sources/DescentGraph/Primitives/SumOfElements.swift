/// The sum of the elements.
package enum SumOfElements: Primitive {
  package static let name = "sum"
  package static let help = PrimitiveHelp(
    "the sum of the elements", "sum([1, 2, 3])", "6")
  package static let arity = 1...1
  package static let kernel = Kernel.fold(
    { $0[0] }, adding: { $0 + $1[0] }, sum: { Reduction.sum($0[0].start, $1) }, rows: rows)

  private static let rows: TileFunction = { call in
    let values = call.operands[0]
    for row in 0..<call.rows {
      call.destination[row] = Reduction.sum(values.start + row * values.rowStride, values.count)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try .reduced(operands, in: graph)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("sum of a scalar: itself", .exact) { $0[0].shape.isScalar ? $0[0] : nil },
    Rewrite("sum(c*v): c*sum(v)", .finite) { application in
      guard let product = application[0].operands(of: Multiply.self),
        product[0].shape.isScalar, product[1].shape == application[0].shape
      else { return nil }
      return product[0] * product[1].applying(SumOfElements.self)
    },
    Rewrite("sum(ones(n)): n", .exact) { application in
      application[0].isA(Ones.self) ? application.constant(Double(application[0].shape.count)) : nil
    },
  ]

  package static let lowerings: [Rewrite] = [
    Rewrite("sum(sum(M, 1)): sum(M)", .exact) { application in
      application[0].operands(of: SumAlongAxis.self)?[0].applying(SumOfElements.self)
    }
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("sum(u*v): dot(u, v)", .finite) { application in
      guard let product = application[0].operands(of: Multiply.self),
        product[0].shape.extents == product[1].shape.extents
      else { return nil }
      return product[0].innerProduct(product[1])
    },
    Rewrite("sum(u^2 + v^2): sum(u^2) + sum(v^2)", .finite) { application in
      guard let terms = application[0].operands(of: Add.self),
        application[0].isSumOfSquares(depth: 8)
      else { return nil }
      return terms[0].applying(Self.self) + terms[1].applying(Self.self)
    },
  ]
}

extension Expr {
  /// Whether this is a sum of squares by its form: no term takes from another.
  fileprivate func isSumOfSquares(depth: Int) -> Bool {
    if squareRoot != nil { return true }
    guard depth > 0 else { return false }
    if let terms = operands(of: Add.self) {
      return terms.allSatisfy { $0.shape == shape && $0.isSumOfSquares(depth: depth - 1) }
    }
    if let factors = operands(of: Multiply.self), let factor = factors[0].constantValue {
      return factor >= 0 && factors[1].shape == shape && factors[1].isSumOfSquares(depth: depth - 1)
    }
    return false
  }
}
