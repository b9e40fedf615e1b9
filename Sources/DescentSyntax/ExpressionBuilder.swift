import DescentSource

/// The stacks of an expression that is being read, and the tree that grows from them.
///
/// Operators wait in ``pending`` until one that holds less tightly comes; whatever is open (a
/// bracket, an `if`, the values of an `at`) is a ``Frame``. Both are arrays and not the call stack,
/// so that the depth of an expression is bounded by memory alone.
struct ExpressionBuilder {
  /// A finished part, and where it stands with its own parentheses.
  struct Operand {
    var index: SyntaxTree.Index
    var range: SourceRange
  }

  /// An operator that waits for its right operand.
  enum Pending {
    case prefix(Operator, SourceRange)
    case infix(Operator, Precedence)
    /// A chain of so many comparisons, whose operators are on ``comparisons``.
    case comparison(Int)
    case within
    case rangeStep

    var precedence: Precedence {
      switch self {
      case .prefix(let `operator`, _): `operator`.precedence
      case .infix(_, let precedence): precedence
      case .comparison, .within: .compare
      case .rangeStep: .range
      }
    }
  }

  /// Something open.
  struct Frame {
    enum Kind {
      case base, group, call, list, element, condition, thenBranch, elseBranch, binding
    }

    var kind: Kind
    /// What opened it, to point at when it is not closed.
    var opening: SourceRange
    /// The loosest operator that belongs to it; a looser one ends it.
    var loosest = Precedence.choice
    /// The callee of a call.
    var name: Int32 = 0
    /// How many names an `at` has bound so far.
    var bindingCount = 0
    /// Whether it holds an `if` or `at` that no operator can follow.
    var isComplete = false
    var operandBase = 0
    var pendingBase = 0
  }

  var tree: SyntaxTree
  var operands: [Operand] = []
  var pending: [Pending] = []
  var frames: [Frame] = []
  /// How many subscripts are open: there `end` has a meaning.
  var subscriptDepth = 0
  private var comparisons: [Operator] = []
  private var bindings: [(name: String, range: SourceRange)] = []
  /// Swift compares strings by canonical equivalence, so that a name is the same however its
  /// accents are encoded, as the language asks for (NFC).
  private var nameIndices: [String: Int32] = [:]
  /// The names so far, by the bytes that they were written in.
  var names = WrittenNames()

  init(source: SourceText) { tree = SyntaxTree(source: source) }

  // MARK: Leaves

  mutating func intern(_ name: String) -> Int32 {
    if let index = nameIndices[name] { return index }
    let index = Int32(truncatingIfNeeded: tree.names.count)
    nameIndices[name] = index
    tree.names.append(name)
    return index
  }

  mutating func pushLeaf(_ kind: SyntaxTree.Kind, _ range: SourceRange) {
    push(kind, range, takingLast: 0)
  }

  /// Makes a node of the last operands.
  mutating func push(_ kind: SyntaxTree.Kind, _ range: SourceRange, takingLast count: Int) {
    let node = SyntaxTree.Node(
      kind: kind, range: range, firstChild: Int32(truncatingIfNeeded: tree.children.count),
      childCount: Int32(truncatingIfNeeded: count))
    if count > 0 {
      for place in (operands.count - count)..<operands.count {
        tree.children.append(operands[place].index)
      }
      operands.removeLast(count)
    }
    operands.append(
      Operand(
        index: SyntaxTree.Index(Int32(truncatingIfNeeded: tree.nodes.count)), range: range))
    if tree.nodes.count == Self.manyNodes { reserve(after: range) }
    tree.nodes.append(node)
  }

  /// An expression of so many nodes is taken to reach to the end of the text.
  private static let manyNodes = 1 << 12

  /// Takes memory for the rest of the text at once, where to grow would copy much: what is not
  /// needed of it is never written to.
  private mutating func reserve(after range: SourceRange) {
    let rest = max(0, tree.source.bytes.count - range.upper) / Self.fewestBytes
    tree.nodes.reserveCapacity(tree.nodes.count + rest)
    tree.children.reserveCapacity(tree.children.count + rest)
  }

  /// How many bytes a node takes in most texts, at least.
  private static let fewestBytes = 3

  // MARK: Frames

  mutating func open(_ frame: Frame, keeping kept: Int = 0) {
    var frame = frame
    frame.operandBase = operands.count - kept
    frame.pendingBase = pending.count
    if frame.kind == .element { subscriptDepth += 1 }
    frames.append(frame)
  }

  /// Closes the innermost frame; what it held becomes one node.
  mutating func close(_ kind: SyntaxTree.Kind, _ range: SourceRange) {
    guard let frame = frames.popLast() else { return }
    if frame.kind == .element { subscriptDepth -= 1 }
    push(kind, range, takingLast: operands.count - frame.operandBase)
  }

  /// Closes parentheses: the operand stays what it is, and is known to reach from `(` to `)`.
  mutating func closeGroup(_ range: SourceRange) {
    frames.removeLast()
    operands[operands.count - 1].range = range
  }

  mutating func bind(_ name: String, _ range: SourceRange) {
    bindings.append((name, range))
    frames[frames.count - 1].bindingCount += 1
  }

  mutating func closeBinding(_ range: SourceRange) {
    let count = frames[frames.count - 1].bindingCount
    let start = Int32(truncatingIfNeeded: tree.bindings.count)
    tree.bindings.append(contentsOf: bindings.suffix(count))
    bindings.removeLast(count)
    close(.at(start), range)
    if !frames.isEmpty { frames[frames.count - 1].isComplete = true }
  }

  // MARK: Operators

  /// The operator that waits in the innermost frame.
  var top: Pending? {
    guard let frame = frames.last, pending.count > frame.pendingBase else { return nil }
    return pending.last
  }

  /// Completes the waiting operators that hold at least this tightly.
  mutating func reduce(downTo precedence: Precedence) {
    while let top, top.precedence >= precedence { reduceTop() }
  }

  /// Completes the waiting operators that hold more tightly.
  mutating func reduce(above precedence: Precedence) {
    while let top, top.precedence > precedence { reduceTop() }
  }

  mutating func pushInfix(_ operator: Operator, _ precedence: Precedence) {
    pending.append(.infix(`operator`, precedence))
  }

  /// Adds a comparison to the chain that waits, or begins one.
  mutating func pushComparison(_ operator: Operator) {
    comparisons.append(`operator`)
    if case .comparison(let count) = top {
      pending[pending.count - 1] = .comparison(count + 1)
    } else {
      pending.append(.comparison(1))
    }
  }

  /// `within` after `a ≈ b`; whether it may stand there.
  mutating func turnComparisonIntoWithin() -> Bool {
    guard case .comparison(1) = top, comparisons.last == .approximately else { return false }
    comparisons.removeLast()
    pending[pending.count - 1] = .within
    return true
  }

  /// `by` after `a..b`; whether it may stand there.
  mutating func turnRangeIntoStep() -> Bool {
    guard case .infix(.range, _) = top else { return false }
    pending[pending.count - 1] = .rangeStep
    return true
  }

  private mutating func reduceTop() {
    guard let last = pending.popLast(), let right = operands.last else { return }
    switch last {
    case .prefix(let `operator`, let range):
      push(.prefix(`operator`), range.union(right.range), takingLast: 1)
    case .infix(.range, _):
      join(.range, 2)
    case .infix(let `operator`, _):
      join(.infix(`operator`), 2)
    case .comparison(let count):
      let start = Int32(truncatingIfNeeded: tree.comparisons.count)
      tree.comparisons.append(contentsOf: comparisons.suffix(count))
      comparisons.removeLast(count)
      join(.comparison(start), count + 1)
    case .within: join(.within, 3)
    case .rangeStep: join(.range, 3)
    }
  }

  private mutating func join(_ kind: SyntaxTree.Kind, _ count: Int) {
    guard operands.count >= count, let last = operands.last else { return }
    push(kind, operands[operands.count - count].range.union(last.range), takingLast: count)
  }
}
