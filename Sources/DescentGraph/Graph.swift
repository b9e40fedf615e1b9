/// Expressions as hash-consed nodes: an expression that is built twice is one node.
///
/// A graph only grows. Operands come before the nodes that use them, so that every walk is a loop
/// over indices, whatever the depth of the expression; copies of a session share one graph.
package final class Graph {
  /// What a node is, in sixteen bytes: finding one looks at little memory.
  private struct Node {
    let attribute: Attribute
    let primitive: PrimitiveID
    /// Where its operands start in `operandIDs`; they end where the next node's start.
    let firstOperand: Int32
  }

  /// Its own copy of the catalogue, as a static one asks at each look whether it is there.
  private let types = Catalogue.primitives
  private let flags = Catalogue.flags
  @exclusivity(unchecked) private var nodes = GrowingMemory<Node>()
  @exclusivity(unchecked) private var operandIDs = GrowingMemory<NodeID>()
  /// The shape of each node, by its place in `shapes`.
  @exclusivity(unchecked) private var shapePlaces = GrowingMemory<Int32>()
  @exclusivity(unchecked) private var shapes: [Shape] = [.scalar]
  private var placesOfShapes: [Shape: Int32] = [.scalar: 0]

  /// A node in the table, with the hash that tells most others apart from it; -1 is empty.
  private struct Entry {
    var node: Int32 = -1
    var hash: UInt32 = 0
  }

  /// Open addressing. Its size is a power of two, at least four thirds of the node count.
  @exclusivity(unchecked) private var table = GrowingMemory(repeating: Entry(), count: 64)

  private var symbolNames: [String] = []
  private var symbolShapes: [Shape] = []
  private var rowCounts: [RowSet: Symbol] = [:]
  private var rowNumbers: [RowSet: Symbol] = [:]
  private var integerLists: [[Int]] = []
  private var integerListPlaces: [[Int]: Int32] = [:]
  /// What each node was found to be rewritten to, so that it is sought once: as many places for each
  /// node as there are forms; -1 is nothing yet.
  @exclusivity(unchecked) private var forms = GrowingMemory<Int32>()
  /// Each node as a term of a sum, by its place in `knownTerms`, or -1.
  @exclusivity(unchecked) private var termPlaces = GrowingMemory<Int32>()
  @exclusivity(unchecked) private var knownTerms = GrowingMemory<KnownTerm>()

  package init() {}

  package var count: Int { nodes.count }

  // MARK: Reading

  package func primitive(_ node: NodeID) -> any Primitive.Type {
    types[Int(primitiveID(node).index)]
  }
  package func primitiveID(_ node: NodeID) -> PrimitiveID { nodes[Int(node.index)].primitive }
  package func attribute(_ node: NodeID) -> Attribute { nodes[Int(node.index)].attribute }
  package func shape(_ node: NodeID) -> Shape { shapes[Int(shapePlaces[Int(node.index)])] }

  @inline(__always)
  func flags(_ primitive: PrimitiveID) -> Catalogue.Flags { flags[Int(primitive.index)] }

  /// Whether element k of a node's value depends on element k of each operand alone.
  package func isElementwise(_ node: NodeID) -> Bool {
    flags(primitiveID(node)).contains(.isElementwise)
  }

  /// Whether it is one number, the same for all rows.
  package func isPlainNumber(_ node: NodeID) -> Bool { shapePlaces[Int(node.index)] == 0 }

  /// How a node's value is computed.
  package func kernel(_ node: NodeID) -> Kernel { Catalogue.traits(of: primitiveID(node)).kernel }

  package func operands(_ node: NodeID) -> Operands {
    let first = Int(nodes[Int(node.index)].firstOperand)
    return Operands(graph: self, first: first, count: endOfOperands(node) - first)
  }

  /// The operands of a node, read where they stand.
  package struct Operands: RandomAccessCollection {
    fileprivate let graph: Graph
    fileprivate let first: Int
    package let count: Int

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package subscript(position: Int) -> NodeID { graph.operandIDs[first + position] }
  }

  package func operandCount(_ node: NodeID) -> Int {
    endOfOperands(node) - Int(nodes[Int(node.index)].firstOperand)
  }

  private func endOfOperands(_ node: NodeID) -> Int {
    let next = Int(node.index) + 1
    return next < nodes.count ? Int(nodes[next].firstOperand) : operandIDs.count
  }

  /// The operands one after the other, with no count of who holds the graph.
  @inline(__always)
  package func forEachOperand(_ node: NodeID, _ body: (NodeID) -> Void) {
    let (first, end) = (Int(nodes[Int(node.index)].firstOperand), endOfOperands(node))
    for place in first..<end { body(operandIDs[place]) }
  }

  package func operand(_ node: NodeID, _ position: Int) -> NodeID {
    operandIDs[Int(nodes[Int(node.index)].firstOperand) + position]
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

  /// The node as it is, with no rewriting; the shapes of its operands have to fit.
  package func node(
    _ type: any Primitive.Type, _ operands: [NodeID], _ attribute: Attribute = .none
  ) throws(ShapeError) -> NodeID {
    try node(of: type, operands, attribute)
  }

  package func node(_ type: any Primitive.Type, _ operand: NodeID) throws(ShapeError) -> NodeID {
    try node(of: type, CollectionOfOne(operand), .none)
  }

  package func node(
    _ type: any Primitive.Type, _ a: NodeID, _ b: NodeID
  ) throws(ShapeError) -> NodeID {
    try node(of: type, OperandPair(a, b), .none)
  }

  @inline(__always)
  private func node(
    of type: any Primitive.Type, _ operands: some Collection<NodeID>, _ attribute: Attribute
  ) throws(ShapeError) -> NodeID {
    let id = Catalogue.id(of: type)
    let hash = Self.hash(id, operands, attribute)
    if let found = find(id, operands, attribute, hash) { return found }
    // Most nodes are operations on numbers, which give numbers.
    let isPlain = flags(id).contains(.isElementwise) && operands.allSatisfy(isPlainNumber)
    let shape: Shape =
      isPlain ? .scalar : try type.shape(of: Array(operands), attribute: attribute, in: self)
    return insert(id, operands, attribute, shape, hash)
  }

  package func constant(_ value: Double) -> NodeID {
    // Every NaN is written `nan`, so it is one number.
    let bits = value.isNaN ? Double.nan.bitPattern : value.bitPattern
    return intern(Catalogue.id(of: Constant.self), .number(bits), .scalar)
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
    isA(node, Constant.self) ? knownValue(node) : nil
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
    let form = forms[Int(node.index) * Form.count + kind.rawValue]
    return form < 0 ? nil : NodeID(index: form)
  }

  @inline(__always)
  func remember(_ node: NodeID, _ kind: Form, as form: NodeID) {
    forms[Int(node.index) * Form.count + kind.rawValue] = form.index
  }

  @inline(__always)
  func knownTerm(_ node: NodeID) -> KnownTerm? {
    let place = termPlaces[Int(node.index)]
    return place < 0 ? nil : knownTerms[Int(place)]
  }

  func remember(_ node: NodeID, as term: KnownTerm) {
    termPlaces[Int(node.index)] = Int32(knownTerms.count)
    knownTerms.append(term)
  }

  func remember(_ node: NodeID, magnitude: NodeID) {
    let place = Int(termPlaces[Int(node.index)])
    if place >= 0 { knownTerms[place].magnitude = magnitude }
  }

  // MARK: Hash-consing

  private func intern(_ id: PrimitiveID, _ attribute: Attribute, _ shape: Shape) -> NodeID {
    let none = EmptyCollection<NodeID>()
    let hash = Self.hash(id, none, attribute)
    return find(id, none, attribute, hash) ?? insert(id, none, attribute, shape, hash)
  }

  @inline(__always)
  private static func hash(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute
  ) -> UInt32 {
    var h = UInt64(id.index)
    func take(_ x: UInt64) { h = (h << 5 | h >> 59 ^ x) &* 0x9E37_79B9_7F4A_7C15 }
    switch attribute {
    case .none: break
    case .number(let bits): take(bits)
    case .symbol(let symbol): take(UInt64(UInt32(bitPattern: symbol.index)) ^ 1 << 40)
    case .integers(let place): take(UInt64(UInt32(bitPattern: place)) ^ 1 << 41)
    }
    for operand in operands { take(UInt64(UInt32(bitPattern: operand.index)) &+ 1) }
    return UInt32(truncatingIfNeeded: mix(h))
  }

  /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  @inline(__always)
  private func find(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute, _ hash: UInt32
  ) -> NodeID? {
    let mask = table.count - 1
    var place = Int(hash) & mask
    while true {
      let entry = table[place]
      if entry.node < 0 { return nil }
      if entry.hash == hash {
        let node = nodes[Int(entry.node)]
        if node.primitive == id, node.attribute == attribute,
          hasOperands(NodeID(index: entry.node), operands)
        {
          return NodeID(index: entry.node)
        }
      }
      place = (place + 1) & mask
    }
  }

  @inline(__always)
  private func hasOperands(_ node: NodeID, _ operands: some Collection<NodeID>) -> Bool {
    var place = Int(nodes[Int(node.index)].firstOperand)
    guard endOfOperands(node) - place == operands.count else { return false }
    for operand in operands {
      if operandIDs[place] != operand { return false }
      place += 1
    }
    return true
  }

  @inline(__always)
  private func insert(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute, _ shape: Shape,
    _ hash: UInt32
  ) -> NodeID {
    let node = NodeID(index: Int32(nodes.count))
    nodes.append(
      Node(attribute: attribute, primitive: id, firstOperand: Int32(operandIDs.count)))
    for operand in operands { operandIDs.append(operand) }
    shapePlaces.append(place(of: shape))
    for _ in 0..<Form.count { forms.append(-1) }
    termPlaces.append(-1)
    if nodes.count * 4 > table.count * 3 { grow() }
    place(Entry(node: node.index, hash: hash))
    return node
  }

  private func place(of shape: Shape) -> Int32 {
    if shape == .scalar { return 0 }
    if let place = placesOfShapes[shape] { return place }
    let place = Int32(shapes.count)
    shapes.append(shape)
    placesOfShapes[shape] = place
    return place
  }

  private func place(_ entry: Entry) {
    let mask = table.count - 1
    var place = Int(entry.hash) & mask
    while table[place].node >= 0 { place = (place + 1) & mask }
    table[place] = entry
  }

  @inline(never)
  private func grow() {
    let count = table.count
    var old = GrowingMemory(repeating: Entry(), count: count * 2)
    swap(&table, &old)
    for position in 0..<count where old[position].node >= 0 { place(old[position]) }
  }
}

/// Two operands, in no memory of their own.
private struct OperandPair: RandomAccessCollection {
  private let a: NodeID
  private let b: NodeID

  init(_ a: NodeID, _ b: NodeID) { (self.a, self.b) = (a, b) }

  var startIndex: Int { 0 }
  var endIndex: Int { 2 }
  subscript(_ position: Int) -> NodeID { position == 0 ? a : b }
}

/// The forms of an expression: shortest to read, what is differentiated, what is computed.
enum Form: Int {
  case simplified, lowered, refined, contracted

  static let count = 4
}
