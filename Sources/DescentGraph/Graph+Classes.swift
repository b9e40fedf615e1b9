extension Graph {
  /// What tells the class that a node is about, and how many classes there are: `crossentropy(z, c)`,
  /// `onehot(c, K)`, `argmax(v) == c`; nil for what is about none.
  package func classes(of node: NodeID) -> (label: NodeID, count: Int)? {
    if isA(node, CrossEntropy.self) { return (operand(node, 1), shape(operand(node, 0)).count) }
    if isA(node, OneHot.self) { return (operand(node, 0), integers(node)[0]) }
    guard isA(node, Equal.self) || isA(node, NotEqual.self) else { return nil }
    for (place, other) in [(0, 1), (1, 0)] {
      let (found, label) = (operand(node, place), operand(node, other))
      guard isA(found, ArgumentOfMaximum.self), !isA(label, ArgumentOfMaximum.self),
        shape(label).isScalar
      else { continue }
      return (label, shape(operand(found, 0)).count)
    }
    return nil
  }

  /// Whether a number is one of the classes 1 to `count`.
  package static func isClass(_ number: Double, of count: Int) -> Bool {
    Reduction.place(ofClass: number, of: count) != nil
  }
}
