internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Elaborator {
  /// What one subscript chooses along an axis.
  private enum Selection {
    case one(Int)
    case range(Int, Int)
  }

  /// `v[2]`, `v[2..end]`, `M[1]`, `M[1, 2]`, `M[1..2, 3]`.
  mutating func element(
    of base: NodeID, _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index],
    _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    let extents = graph.shape(base).extents
    let lengths = extents.lengths
    guard !lengths.isEmpty else {
      throw Diagnostic(
        "shape.subscript", "\(graph.shape(base)) has no elements to choose from",
        at: label(index, tree))
    }
    let given = children.dropFirst()
    guard given.count <= lengths.count else {
      throw Diagnostic(
        "shape.subscript",
        extents.isMatrix
          ? "a matrix takes two subscripts, and this has \(given.count)"
          : "a vector takes one subscript, and this has \(given.count)",
        at: label(index, tree),
        help: [
          extents.isMatrix
            ? "write: [row, column]" : "for the elements from a to b, write: [a..b]"
        ])
    }
    var selections: [Selection] = []
    for (axis, child) in given.enumerated() {
      let what = extents.isMatrix ? axis == 0 ? "row" : "column" : "element"
      do { selections.append(try selection(child, of: what, lengths[axis], tree)) } catch {
        throw chosenByRow(error, base, children[0], child, given.count, tree)
      }
    }
    func make(
      _ type: any Primitive.Type, _ base: NodeID, _ integers: [Int]
    ) throws(Diagnostic) -> NodeID {
      do { return try graph.node(type, [base], graph.integerAttribute(integers)) } catch {
        throw diagnostic(for: error, [base], index, children, tree)
      }
    }
    let width = extents.width
    guard extents.isMatrix else {
      switch selections[0] {
      case .one(let i): return try make(Element.self, base, [i])
      case .range(let i, let j): return try make(Slice.self, base, [i, j])
      }
    }
    switch (selections[0], selections.count > 1 ? selections[1] : nil) {
    case (.one(let i), nil): return try make(Row.self, base, [i, width])
    case (.one(let i), .one(let k)): return try make(Element.self, base, [(i - 1) * width + k])
    case (.one(let i), .range(let k, let l)):
      return try make(Slice.self, try make(Row.self, base, [i, width]), [k, l])
    case (.range(let i, let j), nil): return try make(Block.self, base, [i, j, 1, width])
    case (.range(let i, let j), .one(let k)): return try make(Column.self, base, [i, j, k])
    case (.range(let i, let j), .range(let k, let l)):
      return try make(Block.self, base, [i, j, k, l])
    }
  }

  private mutating func selection(
    _ index: SyntaxTree.Index, of what: String, _ count: Int, _ tree: SyntaxTree
  ) throws(Diagnostic) -> Selection {
    let outer = end
    end = count
    defer { end = outer }
    guard case .range = tree[index].kind else {
      return .one(try place(index, of: what, count, tree))
    }
    let bounds = Array(tree.children(of: index))
    if bounds.count > 2 { throw notYet("slices with a step", index, tree) }
    let first = try place(bounds[0], of: what, count, tree)
    let last = try place(bounds[1], of: what, count, tree)
    guard first <= last else {
      throw Diagnostic(
        "shape.subscript", "there is no \(what) from \(first) to \(last)",
        at: label(index, tree), help: ["write: \(last)..\(first)"])
    }
    return .range(first, last)
  }

  private mutating func place(
    _ index: SyntaxTree.Index, of what: String, _ count: Int, _ tree: SyntaxTree
  ) throws(Diagnostic) -> Int {
    let node = try node(index, in: tree)
    guard let value = known(node) else {
      let what = graph.shape(node).isPerRow ? "is a value for each row" : "depends on a parameter"
      throw Diagnostic(
        "shape.subscriptNotConstant",
        "a subscript has to be a number that is known beforehand, and this \(what)",
        at: label(index, tree), help: ["write the number itself, or a name from: let k = 2"])
    }
    guard value == value.rounded(), value >= 1, value <= Double(count) else {
      let subject = what == "element" ? "subscripts" : "\(what)s"
      throw Diagnostic(
        "shape.subscript",
        "there is no \(what) \(Typesetter.text(value)): \(subject) go from 1 to \(count)",
        at: label(index, tree))
    }
    return Int(value)
  }

  /// What to write where each row is to choose its element, as in `p[species]`.
  private mutating func chosenByRow(
    _ problem: Diagnostic, _ base: NodeID, _ left: SyntaxTree.Index, _ place: SyntaxTree.Index,
    _ count: Int, _ tree: SyntaxTree
  ) -> Diagnostic {
    guard problem.code == "shape.subscriptNotConstant", count == 1,
      case .name(let name) = tree[place].kind, scope.column(tree.names[Int(name)]) != nil
    else { return problem }
    var problem = problem
    let column = tree.names[Int(name)]
    let extents = graph.shape(base).extents
    let choice = "onehot(\(column), \(extents.isMatrix ? extents.height : extents.width))"
    let text = text(left, tree)
    problem.message =
      "a subscript has to be a number that is known beforehand, and '\(column)' is a column of data"
    problem.help = [
      "for what each row chooses, write: \(extents.isMatrix ? "\(choice) @ \(text)" : "dot(\(text), \(choice))")"
    ]
    return problem
  }

  func noTranspose(
    _ operand: NodeID, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> Diagnostic {
    let isScalar = graph.shape(operand).isScalar
    return Diagnostic(
      "shape.transpose",
      isScalar
        ? "a scalar has no transpose" : "a vector has no transpose: it is no row and no column",
      at: label(index, tree),
      help: isScalar
        ? ["for a slope, write: diff(…, w)"]
        : ["for the products of two vectors, write: dot(u, v) or outer(u, v)"])
  }
}
