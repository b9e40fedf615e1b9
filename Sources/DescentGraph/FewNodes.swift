/// A few nodes in a row, in no memory of their own: what a product is put together from.
struct FewNodes {
  private var indices = SIMD16<Int32>()
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  subscript(_ position: Int) -> NodeID { NodeID(index: indices[position]) }

  mutating func append(_ node: NodeID) { insert(node, at: count) }

  mutating func insert(_ node: NodeID, at position: Int) {
    var place = count
    while place > position {
      indices[place] = indices[place - 1]
      place -= 1
    }
    indices[position] = node.index
    count += 1
  }
}
