/// Finds nodes by what they are: open addressing, with as many bits of each hash beside the node as
/// its number leaves free of 32.
struct NodeTable: ~Copyable {
  /// The number of a node and one, and above them the upper bits of its hash; 0 is empty.
  private var entries: ZeroedMemory<UInt32>
  /// One less than the number of entries, a power of two.
  private var mask = 63
  private var count = 0

  init() { entries = ZeroedMemory(atLeast: 64) }

  /// The first node with this hash that is the one sought.
  @inline(__always)
  func first(_ hash: UInt64, where isSought: (Int) -> Bool) -> NodeID? {
    let numberBits = UInt32(truncatingIfNeeded: mask)
    let tag = UInt32(truncatingIfNeeded: hash >> 32) & ~numberBits
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      // unsafe: a place is at most `mask`.
      let entry = entries.start[place]
      if entry == 0 { return nil }
      if entry & ~numberBits == tag {
        let node = Int(entry & numberBits) - 1
        if isSought(node) { return NodeID(index: Int32(truncatingIfNeeded: node)) }
      }
      place = (place + 1) & mask
    }
  }

  /// Whether a node can be added; else the table is to be made anew.
  @inline(__always)
  var hasRoom: Bool { !isSmaller(than: count + 1) }

  /// Adds a node that is not there.
  @inline(__always)
  mutating func insert(_ node: Int, _ hash: UInt64) {
    let numberBits = UInt32(truncatingIfNeeded: mask)
    var place = Int(truncatingIfNeeded: hash) & mask
    while entries.start[place] != 0 { place = (place + 1) & mask }
    entries.start[place] =
      UInt32(truncatingIfNeeded: hash >> 32) & ~numberBits | UInt32(truncatingIfNeeded: node + 1)
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
