extension Graph {
  /// The expression with known numbers put through it, as written otherwise: an update rule whose
  /// `decay` is 0 computes nothing for it. Nothing is reordered or merged, so that what is left has
  /// the bits of the plain formula.
  ///
  /// `0*x` is 0 here, which holds for finite x.
  ///
  /// - Parameter forms: what is known to stand for parts of the formula; takes what stands for others.
  package func specialized(_ root: NodeID, _ forms: inout [NodeID: NodeID]) -> NodeID {
    var stack = [root]
    while let node = stack.last {
      if forms[node] != nil {
        stack.removeLast()
        continue
      }
      let old = Array(operands(node))
      let waiting = old.filter { forms[$0] == nil }
      if !waiting.isEmpty {
        stack += waiting
        continue
      }
      stack.removeLast()
      let new = old.map { forms[$0] ?? $0 }
      var form = node
      if new != old { form = (try? self.node(primitive(node), new, attribute(node))) ?? node }
      if let simpler = known(form) ?? identity(form), shape(simpler) == shape(form) {
        form = simpler
      }
      forms[node] = form
    }
    return forms[root] ?? root
  }

  /// A number, where all operands are literal numbers: computed as a program would.
  private func known(_ node: NodeID) -> NodeID? {
    let values = operands(node).compactMap { constantValue($0) }
    guard !values.isEmpty, values.count == operandCount(node) else { return nil }
    switch primitive(node).kernel.scalar {
    case .unary(let f): return constant(f(values[0]))
    case .binary(let f): return constant(f(values[0], values[1]))
    case .ternary(let f): return constant(f(values[0], values[1], values[2]))
    case .none: return nil
    }
  }

  private func identity(_ node: NodeID) -> NodeID? {
    guard operandCount(node) >= 2 else { return nil }
    let (a, b) = (operand(node, 0), operand(node, 1))
    let (x, y) = (number(a), number(b))
    if isA(node, Conditional.self) { return x.map { $0 != 0 ? b : operand(node, 2) } }
    if isA(node, Add.self) { return x == 0 ? b : y == 0 ? a : nil }
    if isA(node, Subtract.self) { return y == 0 ? a : nil }
    if isA(node, Multiply.self) {
      if x == 0 || y == 0 { return zero(shape(node)) }
      return x == 1 ? b : y == 1 ? a : nil
    }
    if isA(node, Divide.self) { return y == 1 ? a : nil }
    return nil
  }

  /// The number that a node is everywhere, where it is one that is written.
  private func number(_ node: NodeID) -> Double? {
    isA(node, Zeros.self) ? 0 : constantValue(node)
  }
}
