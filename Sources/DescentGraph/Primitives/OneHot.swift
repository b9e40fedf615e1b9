/// `onehot(c, K)`: a vector of K zeros with a one at the place c.
package enum OneHot: Primitive {
  package static let name = "onehot"
  package static let help = PrimitiveHelp(
    "onehot(c, K): K zeros with a one at the place c", "onehot(2, 3)", "[0, 1, 0]")
  package static let arity = 2...2

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    try call.graph.node(
      Self.self, [call.node(0)], call.graph.integerAttribute([call.length(1)]))
  }

  /// **Domain** NaN everywhere for what is no whole number from 1 to K.
  package static let kernel = Kernel.whole(takesRows: true, native: native) { call in
    let label = call.operands[0]
    for row in 0..<call.rows {
      let elements = call.destination + row * call.count
      let place = Reduction.place(ofClass: label[row * label.rowStride], of: call.count)
      elements.update(repeating: place == nil ? .nan : 0, count: call.count)
      if let place { elements[place] = 1 }
    }
  }

  private static let native: Kernel.NativeElements = { call in
    let label = call.operands[0][0]
    let count = Shape(call.extents).count
    let missing = NativeValue.choose(Reduction.isClass(label, of: count), 0, else: .init(.nan))
    return (1...count).map { k in
      NativeValue.choose(label.isEqual(to: NativeValue(Double(k))), 1, else: missing)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    guard shape.isScalar else { throw .expected("a number, the class", operand: 0) }
    return Shape(.vector(graph.integers(attribute)[0]), rows: shape.rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [nil] }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a class from 1 to the number of classes") {
      isClass($0[0], of: $0.integers[0])
    }
  }

  /// Whether a number is one of the classes 1 to K.
  static func isClass(_ x: Expr, of count: Int) -> Expr {
    x.applying(Equal.self, round(x))
      .applying(And.self, x.applying(GreaterOrEqual.self, x.constant(1)))
      .applying(And.self, x.applying(LessOrEqual.self, x.constant(Double(count))))
  }

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .postfix,
      [
        .text("onehot("), .operand(application.operands[0], .choice),
        .text(", \(application.integers[0]))"),
      ])
  }
}

func oneHot(_ label: Expr, of count: Int) -> Expr {
  label.applying(OneHot.self, attribute: label.graph.integerAttribute([count]))
}
