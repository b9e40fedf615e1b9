/// Numbers the distinct texts of a column in the order in which they come.
///
/// A text that is known costs no memory, so that a million cells of three texts are three strings.
struct TextInterner {
  private var pool: [UInt8] = []
  private var places: [Range<Int>] = []
  /// Indices of places, -1 where none is; open addressing, at most half full.
  private var table: [Int] = []
  private var scratch: [UInt8] = []

  var count: Int { places.count }

  func bytes(of number: Int) -> ArraySlice<UInt8> { pool[places[number]] }

  /// The number of a text, and whether it is new.
  ///
  /// - Parameter hasDoubledQuotes: whether two quotation marks stand for one.
  mutating func number(
    of bytes: UnsafeRawBufferPointer, _ range: Range<Int>, hasDoubledQuotes: Bool
  ) -> (number: Int, isNew: Bool) {
    guard hasDoubledQuotes else {
      return number(of: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    scratch.removeAll(keepingCapacity: true)
    var index = range.lowerBound
    while index < range.upperBound {
      scratch.append(bytes[index])
      index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    let text = scratch
    return text.withUnsafeBytes { number(of: $0) }
  }

  private mutating func number(of text: UnsafeRawBufferPointer) -> (number: Int, isNew: Bool) {
    if 2 * places.count >= table.count { enlarge() }
    var slot = slot(for: text)
    while table[slot] >= 0 {
      let number = table[slot]
      if pool[places[number]].elementsEqual(text) { return (number, false) }
      slot = (slot + 1) & (table.count - 1)
    }
    let number = places.count
    table[slot] = number
    places.append(pool.count..<pool.count + text.count)
    pool.append(contentsOf: text)
    return (number, true)
  }

  private func slot(for text: UnsafeRawBufferPointer) -> Int {
    // Seeded anew in each process, so that no file can be made to collide.
    var hasher = Hasher()
    hasher.combine(bytes: text)
    return hasher.finalize() & (table.count - 1)
  }

  private mutating func enlarge() {
    table = [Int](repeating: -1, count: max(16, 2 * table.count))
    for (number, place) in places.enumerated() {
      var slot = pool.withUnsafeBytes { pool in
        self.slot(for: UnsafeRawBufferPointer(rebasing: pool[place]))
      }
      while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = number
    }
  }
}
