/// `crossentropy(z, c)`: what is left of being certain of class c, `logsumexp(z) - z[c]`.
package enum CrossEntropy: Primitive {
  package static let name = "crossentropy"
  package static let help = PrimitiveHelp(
    "crossentropy(z, c): logsumexp(z) - z[c], for the logits z of the classes 1, 2, … and the class c",
    "crossentropy([0, 0], 1)", "0.693147")
  package static let arity = 2...2
  package static let kernel = Kernel.whole(native: native) { call in
    call.destination[0] = Reduction.crossEntropy(
      call.operands[0].start, call.operands[0].count, class: call.operands[1][0])
  }

  private static let native: Kernel.NativeElements = { call in
    [Reduction.crossEntropy(call.operands[0], class: call.operands[1][0])]
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    guard case .vector = shapes[0].extents else { throw .expected("a vector", operand: 0) }
    guard shapes[1].isScalar else { throw .expected("a number, the class", operand: 1) }
    return Shape(.scalar, rows: try Shape.commonRows(shapes))
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let (z, label) = (application[0], application[1])
    return [cotangent * (softmax(z) - oneHot(label, of: z.shape.count)), nil]
  }

  package static var domainGuard: DomainGuard? {
    DomainGuard("a class from 1 to the number of logits") {
      OneHot.isClass($0[1], of: $0[0].shape.count)
    }
  }
}
