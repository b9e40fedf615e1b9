extension Graph {
  /// The slopes of all elements of a vector or a matrix: by a scalar in the value's own shape, of a
  /// vector by a vector the Jacobian, whose row i are the slopes of element i.
  ///
  /// **Complexity** elements times nodes.
  package func jacobian(of root: NodeID, withRespectTo symbol: Symbol) -> NodeID {
    let root = lowered(root)
    let extents = shape(root).extents
    let cone = elementwiseCone(of: root)
    let slopes = (0..<(extents.height * extents.width)).map { place in
      let element = element(place / extents.width, place % extents.width, of: root, cone)
      return gradient(of: element, withRespectTo: [symbol])[0]
    }
    guard extents.isMatrix else { return simplified(ListOfElements.self, slopes) }
    let rows = (0..<extents.height).map {
      simplified(
        ListOfElements.self, Array(slopes[($0 * extents.width)..<(($0 + 1) * extents.width)]))
    }
    return simplified(ListOfElements.self, rows)
  }

  /// What a node is made of by elementwise operations alone, operands before users, down to and
  /// with what is made otherwise.
  private func elementwiseCone(of root: NodeID) -> [NodeID] {
    var stack = [root]
    var seen: Set<NodeID> = []
    while let node = stack.popLast() {
      guard seen.insert(node).inserted, isOpened(node) else { continue }
      stack += operands(node)
    }
    return seen.sorted()
  }

  private func isOpened(_ node: NodeID) -> Bool {
    primitive(node).kernel.isElementwise && !shape(node).isScalar
  }

  /// One element, counted from 0, by the same operations on elements of what the node is made of.
  private func element(_ i: Int, _ j: Int, of root: NodeID, _ cone: [NodeID]) -> NodeID {
    var forms: [NodeID: NodeID] = [:]
    for node in cone {
      if shape(node).isScalar {
        forms[node] = node
      } else if isOpened(node) {
        let parts = Array(operands(node)).map { forms[$0] ?? $0 }
        forms[node] = simplified(primitive(node), parts, attribute(node))
      } else {
        // What has one element along an axis is stretched along it.
        let extents = shape(node).extents
        let place = (extents.height == 1 ? 0 : i) * extents.width + (extents.width == 1 ? 0 : j)
        forms[node] = simplified(Element.self, [node], integerAttribute([place + 1]))
      }
    }
    return forms[root] ?? root
  }
}
