/// A vector of these elements, or a matrix of these rows.
package enum ListOfElements: Primitive {
  package static let name = "[ ]"
  package static let help = PrimitiveHelp(
    "a vector of these elements, or a matrix of these rows", "[1, 2, 3]", "[1, 2, 3]")
  package static let arity = 1...Int.max
  package static let isFunction = false
  package static let kernel = Kernel.whole(native: NativeCall.allElements) { call in
    let width = call.operands[0].count
    if width == 1 {
      for k in 0..<call.count { call.destination[k] = call.operands[k][0] }
    } else {
      for k in 0..<call.operandCount {
        (call.destination + k * width).update(from: call.operands[k].start, count: width)
      }
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    for (position, shape) in shapes.enumerated() where shape.extents != shapes[0].extents {
      throw .mismatch(0, position)
    }
    let rows = try Shape.commonRows(shapes)
    switch shapes[0].extents {
    case .scalar: return Shape(.vector(operands.count), rows: rows)
    case .vector(let n): return Shape(.matrix(operands.count, n), rows: rows)
    case .matrix: throw .expected("a number or a vector", operand: 0)
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    guard !cotangent.shape.isScalar else { return application.operands.map { _ in cotangent } }
    return application.operands.indices.map {
      application.shape.extents.isMatrix ? row(cotangent, $0 + 1) : element(cotangent, $0 + 1)
    }
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("[M[1], M[2]]: M", .exact) { application in
      guard let whole = application[0].operands(of: Row.self)?[0],
        whole.shape == application.shape
      else { return nil }
      for place in application.operands.indices where application[place] != row(whole, place + 1) {
        return nil
      }
      return whole
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    .list(application.operands)
  }
}

func list(_ elements: [Expr], in graph: Graph) -> Expr {
  Expr(graph, graph.simplified(ListOfElements.self, elements.map(\.node)))
}
