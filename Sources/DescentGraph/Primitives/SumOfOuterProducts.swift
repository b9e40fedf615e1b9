internal import CNative

/// The sum or mean over the rows of the outer products of two values of each row, as one product of
/// matrices: what the slope of `W @ x` by `W` is computed as.
package protocol OuterReduction: Primitive {}

/// `sum(outer(u, v), rows)`, `sum(a*v, rows)` and `sum(a*b, rows)`.
package enum SumOfOuterProducts: OuterReduction {
  package static let name = "sum of outer products"
  package static let help = PrimitiveHelp(
    "the sum over the rows of outer products", "sum(x*x, rows)", "14")
  package static let kernel = Kernel.rows(.sum, startsTotals: true, native: native, tile: tile)
}

/// `mean(outer(u, v), rows)`, `mean(a*v, rows)` and `mean(a*b, rows)`.
package enum MeanOfOuterProducts: OuterReduction {
  package static let name = "mean of outer products"
  package static let help = PrimitiveHelp(
    "the mean over the rows of outer products", "mean(x*x, rows)", "4.66667")
  package static let kernel = Kernel.rows(.mean, startsTotals: true, native: native, tile: tile)
}

extension OuterReduction {
  package static var arity: ClosedRange<Int> { 2...2 }
  package static var isFunction: Bool { false }

  static var tile: TileFunction {
    { call in
      let (u, v) = (call.operands[0], call.operands[1])
      if call.count <= Reduction.fewElements {
        if call.startScale != nil { call.destination.update(repeating: 0, count: call.count) }
        // Of a number and a vector each row's vector is gone through.
        let (few, many) = u.count > v.count && v.count == 1 ? (v, u) : (u, v)
        for i in 0..<few.count {
          let (x, target) = (few.start + i, call.destination + i * many.count)
          if many.count >= 8 {
            descent_sums_of_products(
              target, x, few.rowStride, many.start, many.rowStride, many.count, call.rows)
            continue
          }
          for j in 0..<many.count {
            target[j] += descent_sum_of_products(
              x, few.rowStride, many.start + j, many.rowStride, call.rows)
          }
        }
        if let scale = call.startScale {
          for k in 0..<call.count { call.destination[k] *= scale }
        }
        return
      }
      typealias Factor = MatrixMultiplication.Factor
      MatrixMultiplication.multiply(
        Factor(u.start, isTransposed: true, stride: u.rowStride),
        Factor(v.start, stride: v.rowStride), into: call.destination, m: u.count, k: call.rows,
        n: v.count, call.startScale.map { .replaced(scale: $0) } ?? .addedTo)
    }
  }

  static var native: Kernel.NativeElements {
    { call in
      let (u, v) = (call.operands[0], call.operands[1])
      guard u.count * v.count <= Reduction.fewElements else { return nil }
      let products = u.flatMap { u in v.map { (u, $0) } }
      return zip(call.sums, products).map { $0.addingProduct($1.0, $1.1) }
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    for (position, shape) in shapes.enumerated() where !shape.isPerRow {
      throw .expected("a value for each row of data", operand: position)
    }
    if shapes[0].isScalar { return Shape(shapes[1].extents) }
    return Shape(.matrix(shapes[0].count, shapes[1].count))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    // Made only where it is computed, after differentiation.
    [nil, nil]
  }

  /// What a reduction over rows of products is computed as.
  static func refinement(of reduction: any RowPrimitive.Type) -> Rewrite {
    Rewrite("\(reduction.name)(outer(u, v), rows): one product of matrices", .finite) {
      application in
      let product = application[0]
      guard
        let factors = product.operands(of: OuterProduct.self)
          ?? product.operands(of: Multiply.self),
        factors.allSatisfy({ $0.shape.isPerRow })
      else { return nil }
      var (u, v) = (factors[0], factors[1])
      // A number is multiplied once instead of in each row.
      let operation: any Primitive.Type =
        product.isA(Multiply.self) ? Multiply.self : OuterProduct.self
      if let (number, rest) = u.takenApart {
        return number * rest.applying(operation, v).applying(reduction)
      }
      if let (number, rest) = v.takenApart {
        return number * u.applying(operation, rest).applying(reduction)
      }
      if product.isA(Multiply.self) {
        if v.shape.isScalar { swap(&u, &v) }
        guard u.shape.isScalar, !v.shape.extents.isMatrix else { return nil }
      }
      return u.applying(Self.self, v)
    }
  }

  package static func spelling(of application: Application) -> Spelling {
    let sum = kernel.rowReduction == .mean ? "mean" : "sum"
    let (u, v) = (application.operands[0], application.operands[1])
    if application[0].shape.isScalar {
      return Spelling(
        .postfix,
        [
          .text(sum + "("), .operand(u, .multiply), .text("*"), .operand(v, .sign),
          .text(", rows)"),
        ])
    }
    return Spelling(
      .postfix,
      [
        .text(sum + "(outer("), .operand(u, .choice), .text(", "), .operand(v, .choice),
        .text("), rows)"),
      ])
  }
}

extension Expr {
  /// A number that is known, and what it is multiplied by.
  fileprivate var takenApart: (number: Expr, rest: Expr)? {
    guard let factors = operands(of: Multiply.self), factors[0].constantValue != nil,
      factors[1].shape == shape
    else { return nil }
    return (factors[0], factors[1])
  }
}
