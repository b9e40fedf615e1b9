/// What a node is, in sixteen bytes: to read or find one is to look at one line of the cache.
struct Node: BitwiseCopyable {
  /// What its payload is.
  enum Layout: UInt8 {
    /// Nothing, an operand, or two.
    case leaf, unary, binary
    /// An attribute, without operands.
    case number, symbol, integers
    /// Where the attribute and the operands stand that are more than this.
    case listed
  }

  /// What tells it from other nodes, if it is not listed.
  struct Key: Equatable, BitwiseCopyable {
    let primitive: PrimitiveID
    let layout: Layout
    let payload: UInt64

    @inline(__always)
    init(_ primitive: PrimitiveID, _ layout: Layout, _ payload: UInt64) {
      (self.primitive, self.layout, self.payload) = (primitive, layout, payload)
    }

    @inline(__always)
    init(_ primitive: PrimitiveID, _ operand: NodeID) {
      self.init(primitive, .unary, UInt64(UInt32(bitPattern: operand.index)))
    }

    @inline(__always)
    init(_ primitive: PrimitiveID, _ a: NodeID, _ b: NodeID) {
      self.init(
        primitive, .binary,
        UInt64(UInt32(bitPattern: a.index)) | UInt64(UInt32(bitPattern: b.index)) << 32)
    }

    init(_ primitive: PrimitiveID, _ attribute: Attribute) {
      switch attribute {
      case .none: self.init(primitive, .leaf, 0)
      case .number(let bits): self.init(primitive, .number, bits)
      case .symbol(let symbol):
        self.init(primitive, .symbol, UInt64(UInt32(bitPattern: symbol.index)))
      case .integers(let place):
        self.init(primitive, .integers, UInt64(UInt32(bitPattern: place)))
      }
    }

    /// Where a graph finds it, if it is not listed.
    @inline(__always)
    var address: NodeTable.Address {
      let (a, b) = (
        Int32(truncatingIfNeeded: payload), Int32(truncatingIfNeeded: payload >> 32)
      )
      let neighbourhood =
        switch layout {
        case .unary, .symbol: a
        case .binary: max(a, b)
        default: -1 as Int32
        }
      return NodeTable.Address(hash: hash, neighbourhood: neighbourhood)
    }

    @inline(__always)
    var hash: UInt64 {
      NodeTable.mix(
        payload ^ (UInt64(primitive.index) << 8 | UInt64(layout.rawValue)) &* 0x9E37_79B9_7F4A_7C15)
    }
  }

  let primitive: PrimitiveID
  let layout: Layout
  /// How many factors a product has along its first operands, as far as that is of interest; 0 for
  /// what is no product.
  let factorCount: UInt8
  /// The place of its shape among those of the graph; 0 for a plain number.
  let shapePlace: Int32
  let payload: UInt64

  @inline(__always)
  init(_ key: Key, factorCount: UInt8, shapePlace: Int32) {
    (primitive, layout, payload) = (key.primitive, key.layout, key.payload)
    (self.factorCount, self.shapePlace) = (factorCount, shapePlace)
  }

  @inline(__always)
  var key: Key { Key(primitive, layout, payload) }

  /// The first and the second operand of what is not listed.
  @inline(__always)
  var a: NodeID { NodeID(index: Int32(truncatingIfNeeded: payload)) }
  @inline(__always)
  var b: NodeID { NodeID(index: Int32(truncatingIfNeeded: payload >> 32)) }
  @inline(__always)
  var isListed: Bool { layout == .listed }
  /// Where a list begins, and how many operands are in it.
  @inline(__always)
  var list: (first: Int, count: Int) { (Int(a.index), Int(b.index)) }

  /// How many operands it has, if it is not listed.
  @inline(__always)
  var inlineCount: Int { layout.rawValue <= Layout.binary.rawValue ? Int(layout.rawValue) : 0 }

  /// The attribute of what is not listed.
  var attribute: Attribute {
    switch layout {
    case .number: .number(payload)
    case .symbol: .symbol(Symbol(index: a.index))
    case .integers: .integers(a.index)
    default: .none
    }
  }
}
