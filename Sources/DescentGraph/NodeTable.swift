/// Finds nodes by what they are: open addressing, with as many bits of each hash beside the node as
/// its number leaves free of 32.
///
/// A node is looked for in one line of the cache first, which belongs to the operand that was made
/// last, and then, if that is full, where its hash says: what is made of neighbours are neighbours,
/// and an expression that is walked through finds its nodes in memory that was just read.
struct NodeTable: ~Copyable {
  /// The number of a node and one, and above them the upper bits of its hash; 0 is empty.
  private var entries: ZeroedMemory<UInt32>
  /// One less than the number of entries, a power of two.
  private var mask = 63
  private var count = 0

  init() { entries = ZeroedMemory(atLeast: 64) }

  /// Where the search for a node begins.
  struct Address {
    let hash: UInt64
    /// What its neighbours have in common, or less than 0: of an operation the later operand.
    let neighbourhood: Int32
  }

  /// The entries of a line of the cache.
  private static let line = 16

  /// The first node with this hash that is the one sought.
  @inline(__always)
  func first(_ address: Address, where isSought: (Int) -> Bool) -> NodeID? {
    let numberBits = UInt32(truncatingIfNeeded: mask)
    let tag = UInt32(truncatingIfNeeded: address.hash >> 32) & ~numberBits
    var found: NodeID?
    search(address) { place in
      // unsafe: a place is at most `mask`.
      let entry = entries.start[place]
      if entry == 0 { return true }
      guard entry & ~numberBits == tag else { return false }
      let node = Int(entry & numberBits) - 1
      guard isSought(node) else { return false }
      found = NodeID(index: Int32(truncatingIfNeeded: node))
      return true
    }
    return found
  }

  /// The places where a node may be, until one is taken for it: line after line, each as far from
  /// the one before as the hash says, as full lines are often beside each other.
  @inline(__always)
  private func search(_ address: Address, until isFound: (Int) -> Bool) {
    let hash = Int(truncatingIfNeeded: address.hash)
    var line = address.neighbourhood >= 0 ? 2 * Int(address.neighbourhood) : hash
    while true {
      let first = line & mask & -Self.line
      for offset in 0..<Self.line where isFound(first | (hash &+ offset) & (Self.line - 1)) {
        return
      }
      // An odd number of lines: it comes to all of them.
      line = line &+ (hash >> 16 | 1) &* Self.line
    }
  }

  /// Whether a node can be added; else the table is to be made anew.
  @inline(__always)
  var hasRoom: Bool { !isSmaller(than: count + 1) }

  /// Adds a node that is not there.
  @inline(__always)
  mutating func insert(_ node: Int, _ address: Address) {
    let numberBits = UInt32(truncatingIfNeeded: mask)
    var free = 0
    search(address) { place in
      free = place
      return entries.start[place] == 0
    }
    entries.start[free] =
      UInt32(truncatingIfNeeded: address.hash >> 32) & ~numberBits
      | UInt32(truncatingIfNeeded: node + 1)
    count += 1
  }

  /// Empties it, with room for twice as many or for so many, if these are more.
  mutating func enlarge(toAtLeast wanted: Int = 0) {
    repeat { mask = 2 * mask + 1 } while wanted * 4 > (mask + 1) * 3
    entries = ZeroedMemory(atLeast: mask + 1)
    count = 0
  }

  /// Whether it has to be enlarged to hold so many.
  func isSmaller(than wanted: Int) -> Bool { wanted * 4 > (mask + 1) * 3 }

  /// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
  @inline(__always)
  static func mix(_ x: UInt64) -> UInt64 {
    var z = x &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
