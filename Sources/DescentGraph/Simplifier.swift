extension Graph {
  /// The operation in the form that is shortest to read: the first rewrite of its primitive that
  /// applies, else as it is.
  ///
  /// The operands are taken to be simplified already; rewrites look a bounded way into them, so
  /// that building an expression stays linear.
  package func simplified(
    _ type: any Primitive.Type, _ operands: [NodeID], _ attribute: Attribute = .none
  ) -> NodeID {
    guard let node = try? self.node(type, operands, attribute) else {
      // Derivatives are built from operands whose shapes were checked when they were typed.
      assertionFailure("\(type.name) does not take operands of these shapes")
      return constant(.nan)
    }
    if let form = simplifiedForms[node] { return form }
    let application = Application(node, in: self)
    var form = node
    for rewrite in type.simplifications {
      // A rewrite must not lose the shape: x/x is 1 for a scalar, but ones(n) for a vector.
      if let result = rewrite.apply(application), result.node != node,
        shape(result.node) == shape(node)
      {
        form = result.node
        break
      }
    }
    simplifiedForms[node] = form
    return form
  }

  /// The expression with abbreviations written out and unstable forms replaced: what is
  /// differentiated.
  package func lowered(_ root: NodeID) -> NodeID {
    rewritten(root, to: \.loweredForms, budget: 16) { $0.lowerings }
  }

  /// The lowered expression in its most accurate form: what is computed.
  package func refined(_ root: NodeID) -> NodeID {
    rewritten(root, to: \.refinedForms, budget: 16) { $0.lowerings + $0.refinements }
  }

  /// Operands first, then the node itself; a rewrite's result is rewritten in turn, and the budget
  /// only ends rewrites that undo each other.
  private func rewritten(
    _ root: NodeID, to forms: ReferenceWritableKeyPath<Graph, RememberedForms>, budget: Int,
    by rewrites: (any Primitive.Type) -> [Rewrite]
  ) -> NodeID {
    if let form = self[keyPath: forms][root] { return form }
    for node in reachable(from: [root]) where self[keyPath: forms][node] == nil {
      let old = Array(operands(node))
      let new = old.map { self[keyPath: forms][$0] ?? $0 }
      var form = node
      if !new.elementsEqual(old) {
        form = (try? self.node(primitive(node), new, attribute(node))) ?? node
      }
      if let known = self[keyPath: forms][form] {
        self[keyPath: forms][node] = known
        continue
      }
      if budget > 0 {
        let application = Application(form, in: self)
        for rewrite in rewrites(primitive(form)) {
          if let result = rewrite.apply(application), result.node != form,
            shape(result.node) == shape(form)
          {
            form = rewritten(result.node, to: forms, budget: budget - 1, by: rewrites)
            break
          }
        }
      }
      self[keyPath: forms][node] = form
    }
    return self[keyPath: forms][root] ?? root
  }
}
