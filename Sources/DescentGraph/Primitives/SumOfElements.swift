/// The sum of the elements.
package enum SumOfElements: Primitive {
  package static let name = "sum"
  package static let help = PrimitiveHelp(
    "the sum of the elements", "sum([1, 2, 3])", "6")
  package static let arity = 1...1
  package static let kernel = Kernel.fold(first) { call in
    call.destination[0] = Reduction.sum(call.operands[0].start, call.operands[0].count)
  }

  private static let first: Kernel.Native = { $0[0] }

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
}
