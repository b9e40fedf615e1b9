extension Graph {
  /// The operation in the form that is shortest to read: the first rewrite of its primitive that
  /// applies, else as it is.
  ///
  /// The operands are taken to be simplified already; rewrites look a bounded way into them, so
  /// that building an expression stays linear.
  package func simplified(
    _ type: any Primitive.Type, _ operands: [NodeID], _ attribute: Attribute = .none
  ) -> NodeID {
    simplified(type, try? node(type, operands, attribute))
  }

  func simplified(_ type: any Primitive.Type, _ operand: NodeID) -> NodeID {
    simplified(type, try? node(type, operand))
  }

  func simplified(_ type: any Primitive.Type, _ a: NodeID, _ b: NodeID) -> NodeID {
    simplified(type, try? node(type, a, b))
  }

  private func simplified(_ type: any Primitive.Type, _ node: NodeID?) -> NodeID {
    guard let node else {
      // Derivatives are built from operands whose shapes were checked when they were typed.
      assertionFailure("\(type.name) does not take operands of these shapes")
      return constant(.nan)
    }
    if let form = form(node, .simplified) { return form }
    let id = primitiveID(node)
    var form = node
    if flags(id).contains(.isSimplified) {
      let rewrites = Catalogue.traits(of: id).simplifications
      form = first(of: rewrites, at: Application(node, in: self)) ?? node
    }
    remember(node, .simplified, as: form)
    return form
  }

  /// What the first rewrite that applies makes of a node. It must not lose the shape: x/x is 1 for
  /// a scalar, but ones(n) for a vector.
  private func first(of rewrites: [Rewrite], at application: Application) -> NodeID? {
    for place in rewrites.indices {
      if let result = rewrites[place].apply(application), result.node != application.node,
        shape(result.node) == shape(application.node)
      {
        return result.node
      }
    }
    return nil
  }

  /// The expression with abbreviations written out and unstable forms replaced: what is
  /// differentiated.
  package func lowered(_ root: NodeID) -> NodeID { rewritten(root, to: .lowered, budget: 16) }

  /// The lowered expression in its most accurate form.
  package func refined(_ root: NodeID) -> NodeID {
    rewritten(lowered(root), to: .refined, budget: 16)
  }

  /// The refined expression with products and sums rounded once: what is computed.
  package func computed(_ root: NodeID) -> NodeID {
    rewritten(refined(root), to: .contracted, budget: 16)
  }

  /// Operands first, then the node itself; a rewrite's result is rewritten in turn, and the budget
  /// only ends rewrites that undo each other.
  private func rewritten(_ root: NodeID, to kind: Form, budget: Int) -> NodeID {
    if let form = form(root, kind) { return form }
    var stack: [NodeID] = []
    return rewritten(root, to: kind, budget: budget, &stack)
  }

  /// - Parameter stack: what waits for this, and stays.
  private func rewritten(
    _ root: NodeID, to kind: Form, budget: Int, _ stack: inout [NodeID]
  ) -> NodeID {
    if let form = form(root, kind) { return form }
    let isRewritten: Catalogue.Flags =
      switch kind {
      case .simplified: .isSimplified
      case .lowered: .isLowered
      case .refined: .isRefined
      case .contracted: .isContracted
      }
    // Operands before users, and nothing below what is known already.
    let base = stack.count
    stack.append(root)
    while stack.count > base {
      let node = stack[stack.count - 1]
      if form(node, kind) != nil {
        stack.removeLast()
        continue
      }
      let waiting = stack.count
      var isChanged = false
      forEachOperand(node) { operand in
        if let form = form(operand, kind) {
          isChanged = isChanged || form != operand
        } else {
          stack.append(operand)
        }
      }
      if stack.count > waiting { continue }
      stack.removeLast()
      let result = isChanged ? onForms(node, kind) : node
      if let known = form(result, kind) {
        remember(node, kind, as: known)
        continue
      }
      let id = primitiveID(result)
      if budget > 0, flags(id).contains(isRewritten),
        let better = first(of: rewrites(of: id, to: kind), at: Application(result, in: self))
      {
        remember(node, kind, as: rewritten(better, to: kind, budget: budget - 1, &stack))
        continue
      }
      remember(node, kind, as: result)
      if budget > 0 { rememberAsOwnForm(result, kind) }
    }
    return form(root, kind) ?? root
  }

  private func rewrites(of primitive: PrimitiveID, to kind: Form) -> [Rewrite] {
    let traits = Catalogue.traits(of: primitive)
    return switch kind {
    case .simplified: traits.simplifications
    case .lowered: traits.lowerings
    case .refined: traits.refinements
    case .contracted: traits.contractions
    }
  }

  /// What no rewrite applies to, made of what none applies to, is its own form. To what is refined
  /// no lowering applies either, as these are among the refinements.
  private func rememberAsOwnForm(_ node: NodeID, _ kind: Form) {
    remember(node, kind, as: node)
    if kind == .refined, form(node, .lowered) == nil { remember(node, .lowered, as: node) }
  }

  /// The operation of a node on the forms of its operands.
  private func onForms(_ node: NodeID, _ kind: Form) -> NodeID {
    func operandForm(_ position: Int) -> NodeID {
      let operand = operand(node, position)
      return form(operand, kind) ?? operand
    }
    if flags(primitiveID(node)).contains(.isRebuiltAsIs), !isA(node, Negate.self) {
      let (type, first) = (primitive(node), operandForm(0))
      let result =
        operandCount(node) == 2
        ? try? self.node(type, first, operandForm(1)) : try? self.node(type, first)
      return result ?? node
    }
    let new = operands(node).map { form($0, kind) ?? $0 }
    return (try? rebuilt(node, on: new)) ?? node
  }
}
