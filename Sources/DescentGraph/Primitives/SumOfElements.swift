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

  // Nothing is simplified again: what stands under a sum may be what is tested to be in its domain.
  package static let refinements: [Rewrite] = [
    Rewrite("sum(u*v): dot(u, v)", .finite) { application in
      guard !application[0].shape.isScalar,
        let product = application[0].operands(of: Multiply.self),
        product[0].shape.extents == product[1].shape.extents
      else { return nil }
      return product[0].innerProduct(product[1])
    },
    Rewrite("sum(a*u^2 + v^2): a*dot(u, u) + dot(v, v)", .finite) { application in
      guard !application[0].shape.isScalar,
        let squares = application[0].squares(depth: 8), squares.count > 1
      else { return nil }
      let terms = squares.map { factor, root -> Expr? in
        let square = root.innerProduct(root)
        return factor == 1 ? square : square.constant(factor).asWritten(Multiply.self, square)
      }
      return terms.dropFirst().reduce(terms[0]) { sum, term in
        term.flatMap { sum?.asWritten(Add.self, $0) }
      }
    },
  ]
}

extension Expr {
  /// The squares that this is the sum of by its form, each with its factor; nil if a term could take
  /// from another.
  fileprivate func squares(depth: Int) -> [(factor: Double, root: Expr)]? {
    if let root = squareRoot { return root.shape.extents == shape.extents ? [(1, root)] : nil }
    guard depth > 0 else { return nil }
    if let terms = operands(of: Add.self) {
      guard let first = terms[0].squares(depth: depth - 1),
        let second = terms[1].squares(depth: depth - 1),
        terms.allSatisfy({ $0.shape.extents == shape.extents })
      else { return nil }
      return first + second
    }
    if let factors = operands(of: Multiply.self), let factor = factors[0].constantValue,
      factor >= 0
    {
      return factors[1].squares(depth: depth - 1)?.map { (factor * $0.factor, $0.root) }
    }
    return nil
  }
}
