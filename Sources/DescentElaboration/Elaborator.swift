internal import DescentEngine
package import DescentGraph
package import DescentSource
package import DescentSyntax

/// Gives syntax its meaning: a tree becomes a node of the graph, names become what they stand for,
/// and what does not fit becomes a diagnostic with its place.
package struct Elaborator {
  /// What is done with a name that nothing is called.
  package enum UnknownNames {
    case refuse
    /// As in a cost: it becomes a parameter, a scalar.
    case makeParameters
  }

  package let graph: Graph
  package var scope: Scope
  package var unknownNames: UnknownNames
  /// The parameters that names of a cost became, with their first places.
  package private(set) var newParameters: [(name: String, symbol: Symbol, range: SourceRange)] = []
  /// Where each node was first written, to show it in the person's own text.
  package internal(set) var places = Places()
  /// Names of texts, which are filled into strings and are no values.
  package var texts: Set<String> = []
  /// Whether all that is read is elementwise, as an update rule is: `min(w, 1)` is no reduction.
  package var isElementwise = false
  /// The command whose own value cannot be read in it: `cost` or `rate`.
  package var definesItself: String?
  /// Names of the scope that were used, to know what depends on what.
  package var usedNames: Set<String> = []

  /// Built when the first unknown name is met.
  var nearNames: NearNames?
  /// Arguments of the function whose body is read, innermost last.
  package var arguments: [String: NodeID] = [:]
  /// Functions whose bodies are being read, to find recursion.
  var activeFunctions: [String] = []
  /// What `end` stands for, inside a subscript.
  var end: Int?
  private var depth = 0
  /// The size of the graph before this expression.
  let sizeBefore: Int
  /// Bodies that were read, by function and the shapes of its arguments.
  var bodies: [FunctionInstance: (symbols: [Symbol], node: NodeID)] = [:]

  struct FunctionInstance: Hashable {
    var name: String
    var shapes: [Shape]
  }

  /// Where random numbers come from, and the shape of those that are drawn for each element.
  package struct Randomness {
    package var seed: (low: NodeID, high: NodeID)
    package var step: NodeID
    package var shape = Shape.scalar

    package init(seed: (low: NodeID, high: NodeID), step: NodeID) {
      self.seed = seed
      self.step = step
    }
  }

  package var randomness: Randomness?
  /// The numbers of the draws that this expression made.
  var draws: Set<Int> = []

  package init(_ graph: Graph, scope: Scope, unknownNames: UnknownNames = .refuse) {
    self.graph = graph
    sizeBefore = graph.count
    self.scope = scope
    self.unknownNames = unknownNames
  }

  /// The expression as a node.
  ///
  /// **Complexity** linear in the tree; no recursion but for subscripts and the bodies of
  /// functions, which nest to a bounded depth.
  package mutating func elaborate(_ expression: Expression) throws(Diagnostic) -> NodeID {
    draws = []
    graph.reserve(forWritten: expression.tree.nodes.count)
    let node = try node(expression.root, in: expression.tree)
    return try drawn(node, expression.root, expression.tree)
  }

  /// A value on the way from the leaves to the root.
  enum Value {
    case node(NodeID)
    case range(from: NodeID, to: NodeID, by: NodeID?)
    /// A name that means something only to the call it is an argument of.
    case name(String)
  }

  // MARK: The walk

  private enum Task {
    case visit(SyntaxTree.Index)
    case combine(SyntaxTree.Index)
  }

  mutating func node(
    _ root: SyntaxTree.Index, in tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    depth += 1
    let outer = places.enter(tree.source)
    defer {
      depth -= 1
      places.leave(to: outer)
    }
    guard depth < 200 else {
      throw Diagnostic(
        "expression.depth", "functions or subscripts are nested more than 200 deep here",
        at: label(root, tree))
    }
    var tasks: [Task] = [.visit(root)]
    var values: [Value] = []
    var namesRead = NamesRead()
    var functionsRead = FunctionsRead()
    while let task = tasks.popLast() {
      switch task {
      case .visit(let index):
        let node = tree[index]
        switch node.kind {
        case .index:
          // Subscripts wait for the base: `end` is its length.
          tasks.append(.combine(index))
          if let base = tree.children(of: index).first { tasks.append(.visit(base)) }
        case .call(let place) where functionsRead[place] != nil && node.childCount == 1:
          tasks.append(.combine(index))
          tasks.append(.visit(tree.children[Int(node.firstChild)]))
        default:
          // A call of what is no function is told before what is wrong inside it.
          if case .call(let place) = node.kind {
            try checkCallee(tree.names[Int(place)], index, tree)
          }
          if node.childCount == 0 {
            values.append(try leaf(index, tree, &namesRead))
          } else {
            tasks.append(.combine(index))
            let count = valueCount(of: index, tree)
            for child in tree.children(of: index).prefix(count).reversed() {
              tasks.append(.visit(child))
            }
          }
        }
      case .combine(let index):
        let node = tree[index]
        if case .infix(let sign) = node.kind, let result = operation(sign, on: values) {
          places.record(result, at: node.range)
          values.removeLast()
          values[values.count - 1] = .node(result)
          continue
        }
        if case .call(let place) = node.kind, node.childCount == 1,
          let result = functionsRead[place].flatMap({ application(of: $0, on: values) })
        {
          places.record(result, at: node.range)
          values[values.count - 1] = .node(result)
          continue
        }
        let count = valueCount(of: index, tree)
        let parts = Array(values.suffix(count))
        values.removeLast(count)
        let value = try combine(index, tree, parts)
        values.append(value)
        if case .call(let place) = node.kind, count == 1, case .node(let operand) = parts[0] {
          functionsRead.note(place, value, on: operand, in: graph)
        }
      }
    }
    guard let value = values.last else { return graph.constant(.nan) }
    return try scalarOrVector(value, index: root, tree)
  }

  /// How many children of a node are values before it is combined: a subscript waits for its base,
  /// and the last argument of `diff(E, w)`, `grad(w)` and `var(x, sample)` is a name.
  private func valueCount(of index: SyntaxTree.Index, _ tree: SyntaxTree) -> Int {
    let node = tree[index]
    return switch node.kind {
    case .index: 1
    case .call(let place) where Self.specialFunctions.contains(tree.names[Int(place)]):
      max(0, Int(node.childCount) - 1)
    case .call where isOfSample(index, tree):
      Int(node.childCount) - 1
    default: Int(node.childCount)
    }
  }

  /// Whether a call says that its values are a sample, whose variance is divided by one less than
  /// their number.
  func isOfSample(_ index: SyntaxTree.Index, _ tree: SyntaxTree) -> Bool {
    let children = tree.children(of: index)
    guard children.count > 1, let last = children.last, case .name(let word) = tree[last].kind,
      tree.names[Int(word)] == "sample", case .call(let function) = tree[index].kind
    else { return false }
    let name = tree.names[Int(function)]
    return arguments[name] == nil && Catalogue.rowFunctions[name] is any SpreadPrimitive.Type
  }

  // MARK: Leaves

  /// What names stood for so far in one tree, by their places in it: a name keeps its meaning.
  private struct NamesRead {
    private var nodes: [NodeID?] = []

    subscript(_ place: Int32) -> NodeID? {
      get { Int(place) < nodes.count ? nodes[Int(place)] : nil }
      set {
        let missing = Int(place) + 1 - nodes.count
        if missing > 0 { nodes.append(contentsOf: repeatElement(nil, count: missing)) }
        nodes[Int(place)] = newValue
      }
    }
  }

  /// Names that stood for functions of one number so far in one tree, by their places in it: such a
  /// call needs none of what others do.
  private struct FunctionsRead {
    private enum Meaning {
      case unknown, other
      case function(any UnaryPrimitive.Type)
    }

    private var meanings: [Meaning] = []

    subscript(_ place: Int32) -> (any UnaryPrimitive.Type)? {
      guard Int(place) < meanings.count, case .function(let type) = meanings[Int(place)] else {
        return nil
      }
      return type
    }

    /// Takes what a call of one operand turned out to be.
    mutating func note(_ place: Int32, _ value: Value, on operand: NodeID, in graph: Graph) {
      let missing = Int(place) + 1 - meanings.count
      if missing > 0 { meanings.append(contentsOf: repeatElement(.unknown, count: missing)) }
      guard case .unknown = meanings[Int(place)] else { return }
      guard case .node(let node) = value, graph.isPlainNumber(operand),
        let type = graph.primitive(node) as? any UnaryPrimitive.Type,
        graph.operand(node, 0) == operand
      else {
        meanings[Int(place)] = .other
        return
      }
      meanings[Int(place)] = .function(type)
    }
  }

  private mutating func leaf(
    _ index: SyntaxTree.Index, _ tree: SyntaxTree, _ namesRead: inout NamesRead
  ) throws(Diagnostic) -> Value {
    let node = tree[index]
    switch node.kind {
    case .number(let value): return .node(graph.constant(value))
    case .end:
      guard let end else {
        throw Diagnostic(
          "expression.end", "'end' has a meaning inside a subscript only", at: label(index, tree))
      }
      return .node(graph.constant(Double(end)))
    case .name(let place):
      if let known = namesRead[place] { return .node(known) }
      let found = try name(tree.names[Int(place)], index, tree)
      namesRead[place] = found
      record(found, index, tree)
      return .node(found)
    case .list:
      throw Diagnostic(
        "expression.emptyList", "a list needs at least one element", at: label(index, tree))
    case .call(let place):
      return .node(try call(tree.names[Int(place)], [], index, tree))
    default:
      return .node(graph.constant(.nan))
    }
  }

  private mutating func name(
    _ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    if let argument = arguments[name] { return argument }
    usedNames.insert(name)
    if let symbol = scope.parameter(name) { return graph.symbol(symbol) }
    if let definition = scope.definition(name) { return definition.node }
    if let symbol = scope.column(name)?.symbols[.training] { return graph.symbol(symbol) }
    switch name {
    case "pi", "π": return graph.namedConstant(Pi.self)
    case "e": return graph.namedConstant(EulerNumber.self)
    case "inf": return graph.constant(.infinity)
    case "nan": return graph.constant(.nan)
    default: break
    }
    if let node = scope.readable[name] { return node }
    switch unknownNames {
    case .refuse: throw unknown(name, index, tree)
    case .makeParameters:
      if let problem = mistaken(name, index, tree) { throw problem }
      let symbol = graph.makeSymbol(name, shape: .scalar)
      scope.setParameter(name, symbol: symbol)
      nearNames?.add(name)
      newParameters.append((name, symbol, tree[index].range))
      return graph.symbol(symbol)
    }
  }

  mutating func record(_ node: NodeID, _ index: SyntaxTree.Index, _ tree: SyntaxTree) {
    places.record(node, at: tree[index].range)
  }

  func label(
    _ index: SyntaxTree.Index, _ tree: SyntaxTree, _ text: String = ""
  ) -> Diagnostic.Label {
    Diagnostic.Label(tree.source, tree[index].range, text)
  }

  // MARK: Inner nodes

  /// The operation of two numbers, as most are, which takes no arrays for them.
  private func operation(_ sign: Operator, on values: [Value]) -> NodeID? {
    guard let type = Self.primitive(for: sign), values.count >= 2,
      case .node(let a) = values[values.count - 2], case .node(let b) = values[values.count - 1],
      graph.isPlainNumber(a) || graph.shape(a).isScalar,
      graph.isPlainNumber(b) || graph.shape(b).isScalar
    else { return nil }
    return try? graph.node(type, a, b)
  }

  /// A function of one plain number.
  private func application(of type: any UnaryPrimitive.Type, on values: [Value]) -> NodeID? {
    guard case .node(let operand)? = values.last, graph.isPlainNumber(operand) else { return nil }
    return try? graph.node(type, operand)
  }

  private mutating func combine(
    _ index: SyntaxTree.Index, _ tree: SyntaxTree, _ parts: [Value]
  ) throws(Diagnostic) -> Value {
    let node = tree[index]
    let children = Array(tree.children(of: index))
    switch node.kind {
    case .range:
      let from = try scalarOrVector(parts[0], index: children[0], tree)
      let to = try scalarOrVector(parts[1], index: children[1], tree)
      let by =
        parts.count > 2 ? try scalarOrVector(parts[2], index: children[2], tree) : nil
      return .range(from: from, to: to, by: by)
    case .call(let place):
      let result = try call(tree.names[Int(place)], parts, index, tree)
      try refuseTooLong(result, index, tree)
      record(result, index, tree)
      return .node(result)
    case .index:
      let base = try scalarOrVector(parts[0], index: children[0], tree)
      let result = try element(of: base, index, children, tree)
      record(result, index, tree)
      return .node(result)
    default: break
    }

    var operands: [NodeID] = []
    operands.reserveCapacity(parts.count)
    for (part, child) in zip(parts, children) {
      operands.append(try scalarOrVector(part, index: child, tree))
    }
    let result: NodeID
    switch node.kind {
    case .prefix(let sign):
      if sign == .plus { return .node(operands[0]) }
      // A signed number is a number.
      if sign == .negate, let value = graph.constantValue(operands[0]) {
        result = graph.constant(-value)
      } else {
        let type: any Primitive.Type = sign == .not ? Not.self : Negate.self
        result = try make(type, operands, index, children, tree)
      }
    case .infix(let sign):
      guard let type = Self.primitive(for: sign) else { return .node(graph.constant(.nan)) }
      result = try make(type, operands, index, children, tree)
      try refuseTooLong(result, index, tree)
    case .list: result = try make(ListOfElements.self, operands, index, children, tree)
    case .conditional: result = try make(Conditional.self, operands, index, children, tree)
    case .within: result = try make(Within.self, operands, index, children, tree)
    case .comparison(let first):
      result = try comparison(operands, from: Int(first), index, children, tree)
    case .at(let first): result = try at(operands, from: Int(first), index, children, tree)
    case .atRow: result = try atRow(operands, index, children, tree)
    case .on(let place):
      result = try on(tree.names[Int(place)], operands[0], index, children, tree)
    case .transpose:
      guard graph.shape(operands[0]).extents.isMatrix else {
        throw noTranspose(operands[0], index, tree)
      }
      result = try make(Transpose.self, operands, index, children, tree)
    default: result = graph.constant(.nan)
    }
    record(result, index, tree)
    return .node(result)
  }

  private static func primitive(for sign: Operator) -> (any Primitive.Type)? {
    let place = Int(sign.rawValue)
    return place < operators.count ? operators[place] : nil
  }

  /// Which primitive an infix operator is, by the operator's number.
  private static let operators: [(any Primitive.Type)?] = {
    let last = primitives.keys.map(\.rawValue).max() ?? 0
    var table: [(any Primitive.Type)?] = Array(repeating: nil, count: Int(last) + 1)
    for (sign, type) in primitives { table[Int(sign.rawValue)] = type }
    return table
  }()

  private static let primitives: [Operator: any Primitive.Type] = [
    .or: Or.self, .and: And.self, .add: Add.self, .subtract: Subtract.self,
    .multiply: Multiply.self, .divide: Divide.self, .power: Power.self, .less: Less.self,
    .lessOrEqual: LessOrEqual.self, .greater: Greater.self, .greaterOrEqual: GreaterOrEqual.self,
    .equal: Equal.self, .notEqual: NotEqual.self, .approximately: Approximately.self,
    .matrixMultiply: MatrixProduct.self,
  ]

  private mutating func comparison(
    _ operands: [NodeID], from first: Int, _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    var result: NodeID?
    for position in 0..<(operands.count - 1) {
      guard let type = Self.primitive(for: tree.comparisons[first + position]) else { continue }
      let one = try make(
        type, [operands[position], operands[position + 1]], index,
        [children[position], children[position + 1]], tree)
      result =
        try result.map { soFar throws(Diagnostic) in
          try make(And.self, [soFar, one], index, children, tree)
        } ?? one
    }
    return result ?? operands[0]
  }

  /// A node of these operands, with shape errors placed.
  mutating func make(
    _ type: any Primitive.Type, _ operands: [NodeID], _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    do { return try type.node(on: operands, in: graph) } catch {
      throw diagnostic(for: error, operands, index, children, tree)
    }
  }

  /// A range is a vector wherever it is no subscript.
  func scalarOrVector(
    _ value: Value, index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    switch value {
    case .node(let node): return node
    case .name(let name):
      throw Diagnostic("name.misplaced", "'\(name)' is no value here", at: label(index, tree))
    case .range(let from, let to, let by):
      let call = Call([], in: graph, known: Self.known)
      let bounds = [from, to] + (by.map { [$0] } ?? [])
      let node: NodeID
      do { node = try Progression.node(from: from, to: to, by: by, call) } catch {
        if let problem = emptyRange(bounds, index, tree) { throw problem }
        throw diagnostic(for: error, bounds, index, Array(tree.children(of: index)), tree)
      }
      try refuseTooLong(node, index, tree)
      return node
    }
  }

  /// The value of an expression that depends on no name.
  func known(_ node: NodeID) -> Double? { Self.known(node, in: graph) }

  static func known(_ node: NodeID, in graph: Graph) -> Double? {
    if let value = graph.knownValue(node) { return value }
    guard graph.shape(node).isScalar, graph.symbols(in: [node]).isEmpty else { return nil }
    return graph.evaluate([node], at: [:])[0][0]
  }
}
