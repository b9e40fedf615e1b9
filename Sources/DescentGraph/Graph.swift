/// Expressions as hash-consed nodes: an expression that is built twice is one node.
///
/// A graph only grows. Operands come before the nodes that use them, so that every walk is a loop
/// over indices, whatever the depth of the expression; copies of a session share one graph.
package final class Graph {
  @exclusivity(unchecked) private var primitives: [PrimitiveID] = []
  @exclusivity(unchecked) private var attributes: [Attribute] = []
  @exclusivity(unchecked) private var firstOperand: [Int32] = [0]
  @exclusivity(unchecked) private var operandIDs: [NodeID] = []
  @exclusivity(unchecked) private var shapes: [Shape] = []
  /// Open addressing; -1 is empty. Its size is a power of two, at least twice the node count.
  @exclusivity(unchecked) private var table: [Int32] = Array(repeating: -1, count: 64)

  private var symbolNames: [String] = []
  private var symbolShapes: [Shape] = []
  private var integerLists: [[Int]] = []
  private var integerListPlaces: [[Int]: Int32] = [:]
  /// What each node was found to be rewritten to, so that it is sought once.
  @exclusivity(unchecked) private var simplifiedForms = Remembered<NodeID>()
  @exclusivity(unchecked) private var loweredForms = Remembered<NodeID>()
  @exclusivity(unchecked) private var refinedForms = Remembered<NodeID>()
  @exclusivity(unchecked) private var knownTerms = Remembered<KnownTerm>()

  package init() {}

  package var count: Int { primitives.count }

  // MARK: Reading

  package func primitive(_ node: NodeID) -> any Primitive.Type {
    Catalogue.primitives[Int(primitives[Int(node.index)].index)]
  }
  package func primitiveID(_ node: NodeID) -> PrimitiveID { primitives[Int(node.index)] }
  package func attribute(_ node: NodeID) -> Attribute { attributes[Int(node.index)] }
  package func shape(_ node: NodeID) -> Shape { shapes[Int(node.index)] }

  package func operands(_ node: NodeID) -> ArraySlice<NodeID> {
    let i = Int(node.index)
    return operandIDs[Int(firstOperand[i])..<Int(firstOperand[i + 1])]
  }

  package func operandCount(_ node: NodeID) -> Int {
    Int(firstOperand[Int(node.index) + 1] - firstOperand[Int(node.index)])
  }

  package func operand(_ node: NodeID, _ position: Int) -> NodeID {
    operandIDs[Int(firstOperand[Int(node.index)]) + position]
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
    if let found = find(id, operands, attribute) { return found }
    // Most nodes are operations on numbers, which give numbers.
    let isPlain =
      Catalogue.traits(of: id).isElementwise && operands.allSatisfy { self.shape($0) == .scalar }
    let shape: Shape =
      isPlain ? .scalar : try type.shape(of: Array(operands), attribute: attribute, in: self)
    return insert(id, operands, attribute, shape)
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

  /// The value of a literal number; a named constant such as `pi` is none.
  package func constantValue(_ node: NodeID) -> Double? {
    isA(node, Constant.self) ? knownValue(node) : nil
  }

  /// The value of a literal number or a named constant.
  package func knownValue(_ node: NodeID) -> Double? {
    guard case .number(let bits) = attributes[Int(node.index)] else { return nil }
    return Double(bitPattern: bits)
  }

  package func symbol(of node: NodeID) -> Symbol? {
    guard case .symbol(let symbol) = attributes[Int(node.index)] else { return nil }
    return symbol
  }

  // MARK: Remembered forms

  func form(_ node: NodeID, _ kind: Form) -> NodeID? {
    switch kind {
    case .simplified: simplifiedForms[node]
    case .lowered: loweredForms[node]
    case .refined: refinedForms[node]
    }
  }

  func remember(_ node: NodeID, _ kind: Form, as form: NodeID) {
    switch kind {
    case .simplified: simplifiedForms[node] = form
    case .lowered: loweredForms[node] = form
    case .refined: refinedForms[node] = form
    }
  }

  func knownTerm(_ node: NodeID) -> KnownTerm? { knownTerms[node] }
  func remember(_ node: NodeID, as term: KnownTerm) { knownTerms[node] = term }
  func remember(_ node: NodeID, magnitude: NodeID) { knownTerms[node]?.magnitude = magnitude }

  // MARK: Hash-consing

  private func intern(_ id: PrimitiveID, _ attribute: Attribute, _ shape: Shape) -> NodeID {
    let none = EmptyCollection<NodeID>()
    return find(id, none, attribute) ?? insert(id, none, attribute, shape)
  }

  private static func hash(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute
  ) -> UInt64 {
    var h = UInt64(id.index) &* 0x9E37_79B9_7F4A_7C15
    switch attribute {
    case .none: break
    case .number(let bits): h = mix(h ^ bits)
    case .symbol(let symbol): h = mix(h ^ UInt64(UInt32(bitPattern: symbol.index)) ^ 1 << 40)
    case .integers(let place): h = mix(h ^ UInt64(UInt32(bitPattern: place)) ^ 1 << 41)
    }
    for operand in operands { h = mix(h ^ UInt64(UInt32(bitPattern: operand.index)) &+ 1) }
    return h
  }

  /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
  private static func mix(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private func find(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute
  ) -> NodeID? {
    let mask = table.count - 1
    var place = Int(truncatingIfNeeded: Self.hash(id, operands, attribute)) & mask
    while table[place] >= 0 {
      let node = NodeID(index: table[place])
      if primitives[Int(node.index)] == id, attributes[Int(node.index)] == attribute,
        self.operands(node).elementsEqual(operands)
      {
        return node
      }
      place = (place + 1) & mask
    }
    return nil
  }

  private func insert(
    _ id: PrimitiveID, _ operands: some Collection<NodeID>, _ attribute: Attribute, _ shape: Shape
  ) -> NodeID {
    let node = NodeID(index: Int32(primitives.count))
    primitives.append(id)
    attributes.append(attribute)
    operandIDs.append(contentsOf: operands)
    firstOperand.append(Int32(operandIDs.count))
    shapes.append(shape)
    if primitives.count * 2 > table.count { grow() } else { place(node) }
    return node
  }

  private func place(_ node: NodeID) {
    let mask = table.count - 1
    let h = Self.hash(primitiveID(node), operands(node), attribute(node))
    var place = Int(truncatingIfNeeded: h) & mask
    while table[place] >= 0 { place = (place + 1) & mask }
    table[place] = node.index
  }

  private func grow() {
    table = Array(repeating: -1, count: table.count * 2)
    for index in 0..<Int32(primitives.count) { place(NodeID(index: index)) }
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
enum Form { case simplified, lowered, refined }

/// Something for each node of a growing graph, or nothing yet.
private struct Remembered<Value> {
  private var values: [Value?] = []

  subscript(node: NodeID) -> Value? {
    get {
      let index = Int(node.index)
      return index < values.count ? values[index] : nil
    }
    set {
      let index = Int(node.index)
      if index >= values.count {
        values.append(
          contentsOf: repeatElement(
            nil, count: max(64, index + 1, index / 2 * 3) - values.count))
      }
      values[index] = newValue
    }
  }
}
