internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// Random numbers: each occurrence of `normal` and `uniform` is a draw of its own, and has a number
/// for each row and each element of the value that it becomes a part of.
extension Elaborator {
  mutating func draw(
    _ type: any Primitive.Type, _ parts: [Value], _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    guard let randomness else {
      throw Diagnostic(
        "random.misplaced", "random numbers have no place here", at: label(index, tree))
    }
    var operands: [NodeID] = []
    for (part, child) in zip(parts, children) {
      operands.append(try scalarOrVector(part, index: child, tree))
    }
    let attribute = graph.integerAttribute(
      [scope.nextDraw] + randomness.shape.extents.lengths)
    draws.insert(scope.nextDraw)
    scope.nextDraw += 1
    let all = operands + [randomness.seed.low, randomness.seed.high, randomness.step]
    do { return try graph.node(type, all, attribute) } catch {
      throw diagnostic(for: error, operands, index, children, tree)
    }
  }

  /// Whether a node is a draw of this expression that goes on with what it meets.
  private func isOpen(_ node: NodeID) -> Bool {
    guard graph.primitive(node) is any RandomPrimitive.Type, graph.operandCount(node) == 5 else {
      return false
    }
    return draws.contains(graph.integers(node)[0])
  }

  func hasDraws(in roots: [NodeID]) -> Bool {
    !draws.isEmpty && graph.reachable(from: roots).contains(where: isOpen)
  }

  /// The expression where each draw has as many numbers as what it becomes a part of: one for each
  /// row, whatever stands between, and one for each element along operations that go element by
  /// element.
  ///
  /// How many these are is known once the whole is: `b + normal(0, 1)` is one number, and in
  /// `x + (b + normal(0, 1))` it is as many as x.
  mutating func drawn(
    _ root: NodeID, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    guard hasDraws(in: [root]) else { return root }
    let order = graph.reachable(from: [root])
    let wanted = shapesWanted(of: order)
    var replaced: [NodeID: NodeID] = [:]
    for node in order {
      let old = Array(graph.operands(node))
      let new = old.map { replaced[$0] ?? $0 }
      do {
        var shape = wanted[node] ?? .scalar
        shape.rows = shape.rows ?? graph.shape(node).rows
        if isOpen(node), shape != .scalar {
          replaced[node] = try drawn(node, on: new, as: shape)
        } else if new != old {
          replaced[node] = try graph.rebuilt(node, on: new)
        }
      } catch {
        throw diagnostic(for: error, old, index, [], tree)
      }
    }
    places.replace(replaced)
    return replaced[root] ?? root
  }

  /// A draw with a number for each row and element of this shape.
  private func drawn(
    _ node: NodeID, on operands: [NodeID], as shape: Shape
  ) throws(ShapeError) -> NodeID {
    var operands = operands
    if let rows = shape.rows { operands.append(graph.symbol(graph.rowNumberSymbol(rows))) }
    var integers = graph.integers(node)
    let own = try Shape.broadcast(operands.map { graph.shape($0) })
    if integers.count == 1, own.isScalar { integers += shape.extents.lengths }
    return try graph.node(graph.primitive(node), operands, graph.integerAttribute(integers))
  }

  /// The rows and elements of what each node becomes a part of.
  ///
  /// What becomes a part of a vector here and of something else there, as an argument of a function
  /// may, is one number.
  private func shapesWanted(of order: [NodeID]) -> [NodeID: Shape] {
    var wanted: [NodeID: Shape] = [:]
    for node in order.reversed() {
      let shape = graph.shape(node)
      let isTotal = !shape.isPerRow && graph.operands(node).contains { graph.shape($0).isPerRow }
      var whole = wanted[node] ?? .scalar
      if !shape.isScalar { whole.extents = shape.extents }
      if shape.isPerRow || isTotal { whole.rows = shape.rows }
      if !graph.primitive(node).stretchesOperands { whole.extents = .scalar }
      for operand in graph.operands(node) {
        var both = wanted[operand] ?? whole
        if both.extents != whole.extents { both.extents = .scalar }
        both.rows = both.rows ?? whole.rows
        wanted[operand] = both
      }
    }
    return wanted
  }
}
