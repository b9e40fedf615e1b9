internal import CNative

/// Counter-based random numbers: each is a function of where it stands, so that looking, going back
/// and threads never disturb the others.
///
/// **Source** Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011,
/// Philox4x32-10; test vectors from their Random123 library.
package struct Philox {
  package typealias Key = (UInt32, UInt32)
  package typealias Block = (UInt32, UInt32, UInt32, UInt32)

  private let key: Key
  private let draw: UInt32
  private let step: UInt64

  /// The numbers of a draw in a step.
  package init(seed: Key, draw: Int, step: Double) {
    key = seed
    self.draw = UInt32(truncatingIfNeeded: draw)
    self.step = UInt64(max(0, min(step, 0x1p62)))
  }

  /// Two numbers in [0, 1) of 53 random bits each for each of some elements.
  package func uniforms(
    _ elements: UnsafePointer<UInt32>, _ count: Int, into u: UnsafeMutablePointer<Double>,
    _ v: UnsafeMutablePointer<Double>
  ) {
    // unsafe: the key is two words, one after the other.
    withUnsafeBytes(of: key) { key in
      descent_uniforms(
        u, v, elements, count, step, draw, key.baseAddress?.assumingMemoryBound(to: UInt32.self))
    }
  }

  /// Four random words for a counter and a key.
  package static func block(_ counter: Block, key: Key) -> Block {
    var words: [UInt32] = [0, 0, 0, 0]
    descent_philox(&words, [counter.0, counter.1, counter.2, counter.3], [key.0, key.1])
    return (words[0], words[1], words[2], words[3])
  }
}
