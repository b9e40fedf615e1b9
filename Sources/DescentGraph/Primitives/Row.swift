/// One row of a matrix, counted from 1: a vector.
package enum Row: Primitive {
  package static let name = "M[i]"
  package static let help = PrimitiveHelp(
    "one row of a matrix, counted from 1", "[[1, 2], [3, 4]][2]", "[3, 4]")
  package static let arity = 1...1
  package static let isFunction = false
  /// Its number, and how many elements a row has.
  package static func offset(inOperand integers: [Int]) -> Int? { (integers[0] - 1) * integers[1] }
  package static let kernel = Kernel.whole { call in
    call.destination.update(
      from: call.operands[0].start + (call.integers[0] - 1) * call.count, count: call.count)
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let (shape, integers) = (graph.shape(operands[0]), graph.integers(attribute))
    guard case .matrix(let m, integers[1]) = shape.extents else {
      throw .expected("a matrix", operand: 0)
    }
    guard (1...m).contains(integers[0]) else { throw .outOfBounds(index: integers[0], count: m) }
    return Shape(.vector(integers[1]), rows: shape.rows)
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (place, count) = (application.integers[0], application.integers[1])
    return [
      placed(
        filled(cotangent, like: application.value), place...place, 1...count,
        in: application[0].shape)
    ]
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("[u, v][1]: u", .exact) { application in
      application[0].operands(of: ListOfElements.self)?[application.integers[0] - 1]
    },
    Rewrite("M'[i]: M[1..m, i]", .exact) { application in
      application[0].operands(of: Transpose.self).map {
        column($0[0], 1...application.shape.count, application.integers[0])
      }
    },
    Rewrite("ones(m, n)[i]: ones(n)", .exact) { application in
      application[0].isA(Ones.self) ? ones(application.shape, in: application.graph) : nil
    },
  ]

  package static func spelling(of application: Application) -> Spelling {
    Spelling(
      .postfix,
      [.operand(application.operands[0], .postfix), .text("[\(application.integers[0])]")])
  }
}

func row(_ x: Expr, _ place: Int) -> Expr {
  x.applying(Row.self, attribute: x.graph.integerAttribute([place, x.shape.extents.width]))
}
