/// Counter-based random numbers: each is a function of where it stands, so that looking, going back
/// and threads never disturb the others.
///
/// **Source** Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011,
/// Philox4x32-10; test vectors from their Random123 library.
package enum Philox {
  package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  /// Four random words for a counter and a key.
  package static func block(_ counter: Block, key: (UInt32, UInt32)) -> Block {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let a = c.0.multipliedFullWidth(by: 0xD251_1F53)
      let b = c.2.multipliedFullWidth(by: 0xCD9E_8D57)
      c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }

  /// Two numbers in [0, 1) of 53 random bits each.
  ///
  /// The counter holds the element, the step (its low 32 bits and the next 32) and the draw.
  package static func uniforms(
    seed: (UInt32, UInt32), draw: Int, step: Double, element: Int
  ) -> (Double, Double) {
    let step = UInt64(max(0, min(step, 0x1p62)))
    let counter: Block = (
      UInt32(truncatingIfNeeded: element), UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: step >> 32), UInt32(truncatingIfNeeded: draw)
    )
    let words = block(counter, key: seed)
    func fraction(_ high: UInt32, _ low: UInt32) -> Double {
      Double(UInt64(high >> 5) << 26 | UInt64(low >> 6)) * 0x1p-53
    }
    return (fraction(words.0, words.1), fraction(words.2, words.3))
  }
}
