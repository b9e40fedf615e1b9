/// Expressions as hash-consed nodes: an expression that is built twice is one node.
///
/// A graph only grows. Operands come before the nodes that use them, so that every walk is a loop
/// over indices, whatever the depth of the expression; copies of a session share one graph.
package final class Graph {
  /// Its own copy of the catalogue, as a static one asks at each look whether it is there.
  private let types = Catalogue.primitives
  private let flags = Catalogue.flags
  private let literal = Catalogue.id(of: Constant.self)
  @exclusivity(unchecked) private var nodes = GrowingMemory<Node>()
  /// What does not fit into a node: the attribute and the operands, one after the other.
  @exclusivity(unchecked) private var lists = GrowingMemory<Int32>()
  @exclusivity(unchecked) private var table = NodeTable()
  @exclusivity(unchecked) private var shapes: [Shape] = [.scalar]
  private var placesOfShapes: [Shape: Int32] = [.scalar: 0]

  private var symbolNames: [String] = []
  private var symbolShapes: [Shape] = []
  private var rowCounts: [RowSet: Symbol] = [:]
  private var rowNumbers: [RowSet: Symbol] = [:]
  private var transposedSymbols: [Symbol: Symbol] = [:]
  private var integerLists: [[Int]] = []
  private var integerListPlaces: [[Int]: Int32] = [:]
  /// What each node was found to be rewritten to, so that it is sought once: one more than the number
  /// of that node, for each form.
  @exclusivity(unchecked) private var simplifiedForms = SparseMemory<Int32>()
  @exclusivity(unchecked) private var loweredForms = SparseMemory<Int32>()
  @exclusivity(unchecked) private var refinedForms = SparseMemory<Int32>()
  @exclusivity(unchecked) private var contractedForms = SparseMemory<Int32>()
  /// One more than the place of each node among `knownTerms`, as a term of a sum.
  @exclusivity(unchecked) private var termPlaces = SparseMemory<Int32>()
  @exclusivity(unchecked) private var knownTerms = GrowingMemory<KnownTerm>()

  package init() {}

  package var count: Int { nodes.count }

  // MARK: Reading

  package func primitive(_ node: NodeID) -> any Primitive.Type {
    types[Int(primitiveID(node).index)]
  }
  package func primitiveID(_ node: NodeID) -> PrimitiveID { nodes[Int(node.index)].primitive }
  package func attribute(_ node: NodeID) -> Attribute {
    let node = nodes[Int(node.index)]
    return node.isListed ? listedAttribute(node) : node.attribute
  }
  package func shape(_ node: NodeID) -> Shape { shapes[Int(nodes[Int(node.index)].shapePlace)] }

  @inline(__always)
  func flags(_ primitive: PrimitiveID) -> Catalogue.Flags { flags[Int(primitive.index)] }

  /// Whether element k of a node's value depends on element k of each operand alone.
  package func isElementwise(_ node: NodeID) -> Bool {
    flags(primitiveID(node)).contains(.isElementwise)
  }

  /// Whether it is one number, the same for all rows.
  package func isPlainNumber(_ node: NodeID) -> Bool { nodes[Int(node.index)].shapePlace == 0 }

  /// How a node's value is computed.
  package func kernel(_ node: NodeID) -> Kernel { Catalogue.traits(of: primitiveID(node)).kernel }

  /// How many factors a product has along its first operands, up to a few; 0 for what is none.
  func factorCount(_ node: NodeID) -> Int { Int(nodes[Int(node.index)].factorCount) }

  package func operands(_ node: NodeID) -> Operands {
    Operands(graph: self, node: node, count: operandCount(node))
  }

  /// The operands of a node, read where they stand.
  package struct Operands: RandomAccessCollection {
    fileprivate let graph: Graph
    fileprivate let node: NodeID
    package let count: Int

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package subscript(position: Int) -> NodeID { graph.operand(node, position) }
  }

  package func operandCount(_ node: NodeID) -> Int {
    let node = nodes[Int(node.index)]
    return node.isListed ? node.list.count : node.inlineCount
  }

  /// The operands one after the other, with no count of who holds the graph.
  @inline(__always)
  package func forEachOperand(_ node: NodeID, _ body: (NodeID) -> Void) {
    let node = nodes[Int(node.index)]
    switch node.layout {
    case .unary: body(node.a)
    case .binary:
      body(node.a)
      body(node.b)
    case .listed:
      for position in 0..<node.list.count { body(listedOperand(node, position)) }
    default: break
    }
  }

  @inline(__always)
  package func operand(_ node: NodeID, _ position: Int) -> NodeID {
    let node = nodes[Int(node.index)]
    if node.isListed { return listedOperand(node, position) }
    precondition(position < node.inlineCount)
    return position == 0 ? node.a : node.b
  }

  package func isA<P: Primitive>(_ node: NodeID, _ type: P.Type) -> Bool {
    ObjectIdentifier(primitive(node)) == ObjectIdentifier(type)
  }

  package func integers(_ node: NodeID) -> [Int] { integers(attribute(node)) }

  package func integers(_ attribute: Attribute) -> [Int] {
    guard case .integers(let place) = attribute else { return [] }
    return integerLists[Int(place)]
  }

  // MARK: Symbols

  /// A new symbol; another of the same name is another symbol.
  package func makeSymbol(_ name: String, shape: Shape) -> Symbol {
    symbolNames.append(name)
    symbolShapes.append(shape)
    return Symbol(index: Int32(symbolNames.count - 1))
  }

  package func name(_ symbol: Symbol) -> String { symbolNames[Int(symbol.index)] }
  package func shape(_ symbol: Symbol) -> Shape { symbolShapes[Int(symbol.index)] }

  /// What stands for the transpose of a matrix, where that is what is stored: always the same.
  package func transposedSymbol(_ symbol: Symbol) -> Symbol {
    if let transpose = transposedSymbols[symbol] { return transpose }
    guard case .matrix(let m, let n) = shape(symbol).extents else { return symbol }
    let transpose = makeSymbol(name(symbol) + "'", shape: Shape(.matrix(n, m)))
    transposedSymbols[symbol] = transpose
    return transpose
  }

  /// How many rows there are of a kind; of those of a batch, how many they stand for.
  package func rowCountSymbol(_ rows: RowSet) -> Symbol {
    let rows = rows == .batch ? .training : rows
    if let symbol = rowCounts[rows] { return symbol }
    let symbol = makeSymbol("rows", shape: .scalar)
    rowCounts[rows] = symbol
    return symbol
  }

  package func rowCount(_ rows: RowSet) -> NodeID { symbol(rowCountSymbol(rows)) }

  /// The number of each of some rows among all, counted from 1: what tells the random numbers of one
  /// row from those of another, in whichever batch it is.
  package func rowNumberSymbol(_ rows: RowSet) -> Symbol {
    if let symbol = rowNumbers[rows] { return symbol }
    let symbol = makeSymbol("row", shape: Shape(.scalar, rows: rows))
    rowNumbers[rows] = symbol
    return symbol
  }

  /// The row numbers of some rows with those of others, where expressions have any.
  package func rowNumbers(_ rows: RowSet, as others: RowSet) -> [Symbol: Symbol] {
    usesRowNumbers ? [rowNumberSymbol(rows): rowNumberSymbol(others)] : [:]
  }

  /// Whether any expression so far has random numbers for each row.
  package var usesRowNumbers: Bool { !rowNumbers.isEmpty }

  // MARK: Building, as written

  /// Makes room for an expression of so many names, numbers and signs, its slopes and their forms, if
  /// they are many: to enlarge the table again and again takes longer than to fill it.
  package func reserve(forWritten count: Int) {
    guard count >= 1 << 12 else { return }
    let wanted = nodes.count + 3 * count
    if table.isSmaller(than: wanted) { enlargeTable(toAtLeast: wanted) }
  }

  /// The node as it is, with no rewriting; the shapes of its operands have to fit.
  package func node(
    _ type: any Primitive.Type, _ operands: [NodeID], _ attribute: Attribute = .none
  ) throws(ShapeError) -> NodeID {
    let id = Catalogue.id(of: type)
    guard attribute == .none || operands.isEmpty, operands.count <= 2 else {
      return try listedNode(type, id, operands, attribute)
    }
    if operands.count == 2 { return try node(type, operands[0], operands[1]) }
    if operands.count == 1 { return try node(type, operands[0]) }
    let key = Node.Key(id, attribute)
    if let found = find(key) { return found }
    let shape = try type.shape(of: operands, attribute: attribute, in: self)
    return insert(key, shapePlace: place(of: shape))
  }

  package func node(_ type: any Primitive.Type, _ operand: NodeID) throws(ShapeError) -> NodeID {
    let key = Node.Key(Catalogue.id(of: type), operand)
    if let found = find(key) { return found }
    // Most nodes are operations on numbers, which give numbers.
    if flags(key.primitive).contains(.isElementwise), isPlainNumber(operand) {
      return insert(key, shapePlace: 0)
    }
    let shape = try type.shape(of: [operand], attribute: .none, in: self)
    return insert(key, shapePlace: place(of: shape))
  }

  package func node(
    _ type: any Primitive.Type, _ a: NodeID, _ b: NodeID
  ) throws(ShapeError) -> NodeID {
    let key = Node.Key(Catalogue.id(of: type), a, b)
    if let found = find(key) { return found }
    let flags = flags(key.primitive)
    let factorCount = flags.contains(.isProduct) ? factors(beginningWith: a) : 0
    if flags.contains(.isElementwise), isPlainNumber(a), isPlainNumber(b) {
      return insert(key, factorCount: factorCount, shapePlace: 0)
    }
    let shape = try type.shape(of: [a, b], attribute: .none, in: self)
    return insert(key, factorCount: factorCount, shapePlace: place(of: shape))
  }

  package func constant(_ value: Double) -> NodeID {
    // Every NaN is written `nan`, so it is one number.
    let bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
    return intern(literal, .number(bits), .scalar)
  }

  package func symbol(_ symbol: Symbol) -> NodeID {
    intern(Catalogue.id(of: Variable.self), .symbol(symbol), shape(symbol))
  }

  package func integerAttribute(_ values: [Int]) -> Attribute {
    if let place = integerListPlaces[values] { return .integers(place) }
    let place = Int32(integerLists.count)
    integerLists.append(values)
    integerListPlaces[values] = place
    return .integers(place)
  }

  /// The lengths along the axes as whole numbers of a node.
  package func lengths(_ extents: Shape.Extents) -> Attribute { integerAttribute(extents.lengths) }

  /// The value of a literal number; a named constant such as `pi` is none.
  package func constantValue(_ node: NodeID) -> Double? {
    let node = nodes[Int(node.index)]
    guard node.layout == .number, node.primitive == literal else { return nil }
    return Double(bitPattern: node.payload)
  }

  /// The value of a literal number or a named constant.
  package func knownValue(_ node: NodeID) -> Double? {
    guard case .number(let bits) = attribute(node) else { return nil }
    return Double(bitPattern: bits)
  }

  package func symbol(of node: NodeID) -> Symbol? {
    guard case .symbol(let symbol) = attribute(node) else { return nil }
    return symbol
  }

  // MARK: Remembered forms

  @inline(__always)
  func form(_ node: NodeID, _ kind: Form) -> NodeID? {
    let place = Int(node.index)
    let form =
      switch kind {
      case .simplified: simplifiedForms[place]
      case .lowered: loweredForms[place]
      case .refined: refinedForms[place]
      case .contracted: contractedForms[place]
      }
    return form == 0 ? nil : NodeID(index: form - 1)
  }

  @inline(__always)
  func remember(_ node: NodeID, _ kind: Form, as form: NodeID) {
    let (place, form) = (Int(node.index), form.index + 1)
    switch kind {
    case .simplified: simplifiedForms[place] = form
    case .lowered: loweredForms[place] = form
    case .refined: refinedForms[place] = form
    case .contracted: contractedForms[place] = form
    }
  }

  @inline(__always)
  func knownTerm(_ node: NodeID) -> KnownTerm? {
    let place = termPlaces[Int(node.index)]
    return place == 0 ? nil : knownTerms[Int(place) - 1]
  }

  func remember(_ node: NodeID, as term: KnownTerm) {
    knownTerms.append(term)
    termPlaces[Int(node.index)] = Int32(knownTerms.count)
  }

  func remember(_ node: NodeID, magnitude: NodeID) {
    let place = Int(termPlaces[Int(node.index)])
    if place > 0 { knownTerms[place - 1].magnitude = magnitude }
  }

  // MARK: Hash-consing

  private func intern(_ id: PrimitiveID, _ attribute: Attribute, _ shape: Shape) -> NodeID {
    let key = Node.Key(id, attribute)
    return find(key) ?? insert(key, shapePlace: place(of: shape))
  }

  @inline(__always)
  private func find(_ key: Node.Key) -> NodeID? {
    table.first(key.address) { nodes[$0].key == key }
  }

  @inline(__always)
  private func insert(
    _ key: Node.Key, factorCount: UInt8 = 0, shapePlace: Int32
  ) -> NodeID {
    insert(Node(key, factorCount: factorCount, shapePlace: shapePlace), key.address)
  }

  @inline(__always)
  private func insert(_ node: Node, _ address: NodeTable.Address) -> NodeID {
    let index = nodes.count
    if !table.hasRoom { enlargeTable() }
    nodes.append(node)
    table.insert(index, address)
    return NodeID(index: Int32(index))
  }

  @inline(never)
  private func enlargeTable(toAtLeast wanted: Int = 0) {
    table.enlarge(toAtLeast: wanted)
    for index in 0..<nodes.count {
      let node = nodes[index]
      table.insert(index, node.isListed ? listAddress(node) : node.key.address)
    }
  }

  /// One more factor than a product has that begins with this.
  private func factors(beginningWith first: NodeID) -> UInt8 {
    let node = nodes[Int(first.index)]
    if node.factorCount > 0 { return min(node.factorCount + 1, Product.mostFactors) }
    return constantValue(first) == nil ? 2 : 1
  }

  private func place(of shape: Shape) -> Int32 {
    if shape == .scalar { return 0 }
    if let place = placesOfShapes[shape] { return place }
    let place = Int32(shapes.count)
    shapes.append(shape)
    placesOfShapes[shape] = place
    return place
  }

  // MARK: Lists

  /// A node with more than two operands, or with operands and an attribute.
  @inline(never)
  private func listedNode(
    _ type: any Primitive.Type, _ id: PrimitiveID, _ operands: [NodeID], _ attribute: Attribute
  ) throws(ShapeError) -> NodeID {
    let key = Node.Key(id, attribute)
    let address = Self.address(key, operands)
    let found = table.first(address) { place in
      let node = nodes[place]
      guard node.primitive == id, node.isListed, node.list.count == operands.count,
        listedAttribute(node) == attribute
      else { return false }
      return operands.indices.allSatisfy { listedOperand(node, $0) == operands[$0] }
    }
    if let found { return found }
    let isPlain = flags(id).contains(.isElementwise) && operands.allSatisfy(isPlainNumber)
    let shape: Shape =
      isPlain ? .scalar : try type.shape(of: operands, attribute: attribute, in: self)
    let first = lists.count
    lists.append(Int32(key.layout.rawValue))
    lists.append(Int32(truncatingIfNeeded: key.payload))
    lists.append(Int32(truncatingIfNeeded: key.payload >> 32))
    for operand in operands { lists.append(operand.index) }
    let payload = UInt64(UInt32(first)) | UInt64(UInt32(operands.count)) << 32
    return insert(
      Node(Node.Key(id, .listed, payload), factorCount: 0, shapePlace: place(of: shape)),
      address)
  }

  /// An attribute takes three numbers of a list, which its operands follow.
  private static let attributeSize = 3

  @inline(__always)
  private func listedOperand(_ node: Node, _ position: Int) -> NodeID {
    NodeID(index: lists[node.list.first + Self.attributeSize + position])
  }

  private func listedAttribute(_ node: Node) -> Attribute { listedKey(node).attribute }

  /// What a listed node would be without its operands.
  private func listedKey(_ node: Node) -> Node {
    let first = node.list.first
    let layout = Node.Layout(rawValue: UInt8(truncatingIfNeeded: lists[first])) ?? .leaf
    let payload =
      UInt64(UInt32(bitPattern: lists[first + 1]))
      | UInt64(UInt32(bitPattern: lists[first + 2])) << 32
    return Node(Node.Key(node.primitive, layout, payload), factorCount: 0, shapePlace: 0)
  }

  private func listAddress(_ node: Node) -> NodeTable.Address {
    Self.address(
      listedKey(node).key, (0..<node.list.count).lazy.map { self.listedOperand(node, $0) })
  }

  private static func address(
    _ key: Node.Key, _ operands: some Sequence<NodeID>
  ) -> NodeTable.Address {
    var (hash, last) = (key.hash, -1 as Int32)
    for operand in operands {
      hash = NodeTable.mix(hash ^ UInt64(UInt32(bitPattern: operand.index)) &+ 1)
      last = max(last, operand.index)
    }
    return NodeTable.Address(hash: hash, neighbourhood: last)
  }
}

/// The forms of an expression: shortest to read, what is differentiated, what is computed.
enum Form { case simplified, lowered, refined, contracted }
