/// One element of a vector or a matrix, counted from 1, row after row.
package enum Element: Primitive {
  package static let name = "[i]"
  package static let help = PrimitiveHelp(
    "one element of a vector or a matrix, counted from 1", "[5, 6, 7][2]", "6")
  package static let arity = 1...1
  package static let isFunction = false
  package static func offset(inOperand integers: [Int]) -> Int? { integers[0] - 1 }
  package static let kernel = Kernel.whole { call in
    call.destination[0] = call.operands[0][call.integers[0] - 1]
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    guard !shape.isScalar else { throw .expected("a vector", operand: 0) }
    let index = graph.integers(attribute)[0]
    try Shape.check(index, index, within: shape.count)
    return Shape(.scalar, rows: shape.rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (i, j) = places(in: application)
    guard application[0].shape.extents.isMatrix else {
      return [placed(cotangent, j, j, of: application[0].shape.count)]
    }
    return [placed(cotangent, i...i, j...j, in: application[0].shape)]
  }

  /// Its row and its column.
  private static func places(in application: Application) -> (Int, Int) {
    let width = application[0].shape.extents.width
    let place = application.integers[0] - 1
    return (place / width + 1, place % width + 1)
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("[a, b][1]: a", .exact) { application in
      guard let parts = application[0].operands(of: ListOfElements.self) else { return nil }
      let (i, j) = places(in: application)
      return application[0].shape.extents.isMatrix ? element(parts[i - 1], j) : parts[j - 1]
    },
    Rewrite("(M @ v)[i]: dot(M[i], v)", .exact) { application in
      guard let factors = application[0].operands(of: MatrixProduct.self),
        factors[0].shape.extents.isMatrix, !factors[1].shape.extents.isMatrix
      else { return nil }
      return row(factors[0], application.integers[0]).applying(DotProduct.self, factors[1])
    },
    Rewrite("ones(n)[i]: 1", .exact) { application in
      application[0].isA(Ones.self) ? application.constant(1) : nil
    },
    Rewrite("zeros(n)[i]: 0", .exact) { application in
      application[0].isA(Zeros.self) ? application.constant(0) : nil
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    let (i, j) = places(in: application)
    let text = application[0].shape.extents.isMatrix ? "[\(i), \(j)]" : "[\(j)]"
    return Spelling(.postfix, [.operand(application.operands[0], .postfix), .text(text)])
  }
}

func element(_ x: Expr, _ position: Int) -> Expr {
  x.applying(Element.self, attribute: x.graph.integerAttribute([position]))
}

func element(_ x: Expr, _ i: Int, _ j: Int) -> Expr {
  element(x, (i - 1) * x.shape.extents.width + j)
}
