package import DescentGraph
package import DescentSource
internal import DescentSyntax

extension Elaborator {
  /// Functions that are rules of the language and no primitives.
  package static let specialFunctions = ["diff", "grad"]

  mutating func call(
    _ name: String, _ parts: [Value], _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    let children = Array(tree.children(of: index))
    if name == "diff" { return try slope(parts, index, children, tree) }
    if name == "grad" { return try gradient(index, children, tree) }

    if arguments[name] == nil, let function = scope.function(name) {
      usedNames.insert(name)
      var values: [NodeID] = []
      for (part, child) in zip(parts, children) {
        values.append(try scalarOrVector(part, index: child, tree))
      }
      return try call(function, values, index, children, tree)
    }
    if activeFunctions.contains(name) {
      throw recursion(name, index, tree)
    }
    let node = try builtIn(name, parts, index, children, tree)
    guard isOfSample(index, tree), let type = graph.primitive(node) as? any SpreadPrimitive.Type
    else { return node }
    do { return try type.ofSample(node, in: graph) } catch {
      throw diagnostic(for: error, Array(graph.operands(node)), index, children, tree)
    }
  }

  private mutating func builtIn(
    _ name: String, _ parts: [Value], _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index],
    _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    if let overRows = Catalogue.rowFunctions[name],
      let node = try reduced(parts, children, tree)
    {
      return try make(overRows, [node], index, children, tree)
    }
    guard let candidates = Catalogue.functions[name] else {
      throw notFunction(name, index, tree)
    }
    let count = parts.count
    let type = candidates.first { $0.arity.contains(count) }
    if type == nil, count > 2, let folded = candidates.first(where: { $0.isAssociative }) {
      return try fold(folded, parts, index, children, tree)
    }
    guard let type else { throw wrongCount(name, candidates, count, index, tree) }
    if type is any RandomPrimitive.Type { return try draw(type, parts, index, children, tree) }
    var given: [Call.Argument] = []
    for (position, (part, child)) in zip(parts, children).enumerated() {
      if position > 0, type.takesBounds, case .range(let from, let to, nil) = part {
        given.append(.range(from: from, to: to))
      } else {
        given.append(.node(try scalarOrVector(part, index: child, tree)))
      }
    }
    let node: NodeID
    do {
      node = try type.node(
        for: Call(given, in: graph, isElementwise: isElementwise, known: Self.known))
    } catch {
      let operands = given.map { argument -> NodeID in
        switch argument {
        case .node(let node), .range(let node, _): node
        }
      }
      throw diagnostic(for: error, operands, index, children, tree)
    }
    if let problem = noClass(node, index, tree) { throw problem }
    return node
  }

  /// What a reduction over rows is of: of a number for each row, or where `rows` is said.
  private func reduced(
    _ parts: [Value], _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID? {
    guard let part = parts.first, parts.count <= 2, case .node(let node) = part else { return nil }
    if parts.count == 1 {
      let shape = graph.shape(node)
      return shape.isScalar && shape.isPerRow ? node : nil
    }
    guard case .name(let place) = tree[children[1]].kind, tree.names[Int(place)] == "rows" else {
      return nil
    }
    return node
  }

  /// `max(a, b, c)` is `max(max(a, b), c)`.
  private mutating func fold(
    _ type: any Primitive.Type, _ parts: [Value], _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    var result = try scalarOrVector(parts[0], index: children[0], tree)
    for position in 1..<parts.count {
      let next = try scalarOrVector(parts[position], index: children[position], tree)
      result = try make(type, [result, next], index, [children[0], children[position]], tree)
    }
    return result
  }

  // MARK: The person's functions

  private mutating func call(
    _ function: Scope.Function, _ values: [NodeID], _ index: SyntaxTree.Index,
    _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    let values = try completed(values, of: function)
    guard values.count == function.arguments.count else {
      let most = function.arguments.count
      let least = most - function.defaults.count { $0 != nil }
      throw Diagnostic(
        "call.count",
        "\(function.name) takes \(least < most ? "\(least) to " : "")\(arguments(most)), and this gives \(values.count)",
        at: label(index, tree),
        help: ["write: \(function.name)(\(function.formals.joined(separator: ", ")))"])
    }
    if activeFunctions.contains(function.name) { throw recursion(function.name, index, tree) }
    // What reads its arguments at other steps, as a warm-up reads a schedule, is read with them.
    // So is what is given random numbers, which are many where the body makes them meet rows.
    if function.body.tree.bindings.contains(where: { $0.name == "t" }) || hasDraws(in: values) {
      return try body(of: function, values)
    }
    let instance = FunctionInstance(name: function.name, shapes: values.map { graph.shape($0) })
    if bodies[instance] == nil {
      let symbols = zip(function.arguments, instance.shapes).map {
        graph.makeSymbol($0, shape: $1)
      }
      do {
        bodies[instance] = (symbols, try body(of: function, symbols.map { graph.symbol($0) }))
      } catch {
        // A body that needs its argument's value, as zeros(n) does, is read with that value.
        guard error.code == "value.notConstant" else { throw error }
        return try body(of: function, values)
      }
    }
    guard let (symbols, node) = bodies[instance] else { return graph.constant(.nan) }
    let limit = 1_000_000
    guard graph.count - sizeBefore < limit else {
      throw Diagnostic(
        "expression.size", "with its functions written out, this is more than \(limit) operations",
        at: label(index, tree))
    }
    do {
      return try graph.substitute(
        Dictionary(uniqueKeysWithValues: zip(symbols, values)), in: node)
    } catch {
      throw diagnostic(for: error, values, index, children, tree)
    }
  }

  /// The arguments of a call, with the defaults of those that were left out.
  private mutating func completed(
    _ values: [NodeID], of function: Scope.Function
  ) throws(Diagnostic) -> [NodeID] {
    guard values.count < function.arguments.count, !function.defaults.isEmpty else { return values }
    var values = values
    let outer = arguments
    arguments = [:]
    defer { arguments = outer }
    for value in function.defaults[values.count...] {
      guard let value else { break }
      values.append(try node(value.root, in: value.tree))
    }
    return values
  }

  /// A function's body with its arguments bound to these values.
  package mutating func body(
    of function: Scope.Function, _ values: [NodeID]
  ) throws(Diagnostic) -> NodeID {
    let outer = (arguments, unknownNames)
    arguments = Dictionary(
      zip(function.arguments, values), uniquingKeysWith: { first, _ in first })
    unknownNames = .refuse
    activeFunctions.append(function.name)
    defer {
      (arguments, unknownNames) = outer
      activeFunctions.removeLast()
    }
    return try node(function.body.root, in: function.body.tree)
  }

  private func recursion(
    _ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) -> Diagnostic {
    let path = (activeFunctions.drop { $0 != name } + [name]).joined(separator: " → ")
    return Diagnostic(
      "call.recursive", "\(name) is defined by itself (\(path))", at: label(index, tree),
      help: ["a function cannot call itself: write the expression out"])
  }

  /// Refuses a call of what is no function, and of a slope without its name.
  mutating func checkCallee(
    _ name: String, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) {
    let count = Int(tree[index].childCount)
    if arguments[name] != nil { throw notFunction(name, index, tree) }
    if name == "diff", count != 2 {
      throw Diagnostic(
        "call.count", "diff takes an expression and a name", at: label(index, tree),
        help: ["write: diff(w^2, w)"])
    }
    if name == "grad", count != 1 {
      throw Diagnostic(
        "call.count", "grad takes one name", at: label(index, tree), help: ["write: grad(w)"])
    }
    guard !Elaborator.specialFunctions.contains(name), scope.function(name) == nil,
      !activeFunctions.contains(name), Catalogue.functions[name] == nil
    else { return }
    throw notFunction(name, index, tree)
  }

  // MARK: Slopes

  private mutating func slope(
    _ parts: [Value], _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index],
    _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    // What is drawn for each row is so before slopes are summed over rows.
    let node = try drawn(
      try scalarOrVector(parts[0], index: children[0], tree), children[0], tree)
    let symbol = try differentiable(children[1], tree)
    return try slope(of: node, by: symbol, index, tree)
  }

  private mutating func gradient(
    _ index: SyntaxTree.Index, _ children: [SyntaxTree.Index], _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    usedNames.insert("cost")
    guard let cost = scope.readable["cost"] else {
      throw mistaken("grad", index, tree) ?? unknown("grad", index, tree)
    }
    return try slope(of: cost, by: differentiable(children[0], tree), index, tree)
  }

  private func slope(
    of node: NodeID, by symbol: Symbol, _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> NodeID {
    let (shape, other) = (graph.shape(node), graph.shape(symbol))
    if shape.isScalar { return graph.gradient(of: node, withRespectTo: [symbol])[0] }
    let lengths = shape.extents.lengths + other.extents.lengths
    guard lengths.count <= 2 else {
      let all = lengths.map { "\($0)" }.joined(separator: ", ")
      throw Diagnostic(
        "diff.dimensions",
        "the slope of \(shape) by \(other) would be [\(all)], and a value has at most two dimensions",
        at: label(index, tree), help: ["take the slope of one number, such as a sum or an element"])
    }
    guard shape.count <= 10_000, shape.count * other.count <= 10_000_000 else {
      throw Diagnostic(
        "expression.size",
        "the slope of each of \(shape.count) elements is too large an expression",
        at: label(index, tree), help: ["take the slope of one number, such as a sum or a mean"])
    }
    return graph.jacobian(of: node, withRespectTo: symbol)
  }

  private mutating func differentiable(
    _ index: SyntaxTree.Index, _ tree: SyntaxTree
  ) throws(Diagnostic) -> Symbol {
    guard case .name(let place) = tree[index].kind else {
      throw Diagnostic(
        "diff.name", "slopes are taken by a name: a parameter, or an argument of a function",
        at: label(index, tree), help: ["write: diff(w^2, w)"])
    }
    let name = tree.names[Int(place)]
    if let node = arguments[name] {
      if let symbol = graph.symbol(of: node) { return symbol }
      throw Diagnostic(
        "diff.name", "'\(name)' has a value here: differentiate first, then put the value in",
        at: label(index, tree), help: ["write: let df(\(name)) = diff(f(\(name)), \(name))"])
    }
    usedNames.insert(name)
    if let symbol = scope.parameter(name) { return symbol }
    if scope.definition(name) != nil {
      throw Diagnostic(
        "diff.definition", "'\(name)' is a definition, and slopes are taken by a parameter",
        at: label(index, tree),
        help: ["by an argument, write: let df(x) = diff(f(x), x), then df(\(name))"])
    }
    // A name that only stands here becomes a parameter of the cost as anywhere else.
    let node = try self.node(index, in: tree)
    guard let symbol = graph.symbol(of: node) else {
      throw Diagnostic(
        "diff.name", "'\(name)' is no parameter and no argument of a function",
        at: label(index, tree))
    }
    return symbol
  }
}

extension Elaborator {
  /// Makes sure that a function can be read: every name known, no call of itself. Shapes are
  /// judged where it is called.
  package mutating func check(_ function: Scope.Function) throws(Diagnostic) {
    let symbols = function.arguments.map { graph.symbol(graph.makeSymbol($0, shape: .scalar)) }
    do { _ = try body(of: function, symbols) } catch {
      guard error.code.hasPrefix("shape.") || error.code == "value.notConstant" else { throw error }
    }
  }
}
