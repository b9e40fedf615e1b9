/// One element of a vector, counted from 1.
package enum Element: Primitive {
  package static let name = "[i]"
  package static let help = PrimitiveHelp(
    "one element of a vector, counted from 1", "[5, 6, 7][2]", "6")
  package static let arity = 1...1
  package static let isFunction = false
  package static func offset(inOperand integers: [Int]) -> Int? { integers[0] - 1 }
  package static let kernel = Kernel.whole { call in
    call.destination[0] = call.operands[0][call.integers[0] - 1]
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    guard case .vector(let count) = graph.shape(operands[0]).extents else {
      throw .expected("a vector", operand: 0)
    }
    let index = graph.integers(attribute)[0]
    guard (1...max(1, count)).contains(index) else {
      throw .outOfBounds(index: index, count: count)
    }
    return Shape(.scalar, rows: graph.shape(operands[0]).rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let place = application.integers[0]
    return [placed(cotangent, place, place, of: application[0].shape.count)]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("[a, b][1]: a", .exact) { application in
      application[0].operands(of: ListOfElements.self)?[application.integers[0] - 1]
    },
    Rewrite("ones(n)[i]: 1", .exact) { application in
      application[0].isA(Ones.self) ? application.constant(1) : nil
    },
    Rewrite("zeros(n)[i]: 0", .exact) { application in
      application[0].isA(Zeros.self) ? application.constant(0) : nil
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .postfix,
      [.operand(application.operands[0], .postfix), .text("[\(application.integers[0])]")])
  }
}

func element(_ x: Expr, _ position: Int) -> Expr {
  x.applying(Element.self, attribute: x.graph.integerAttribute([position]))
}
