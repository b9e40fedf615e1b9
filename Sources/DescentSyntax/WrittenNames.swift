import DescentSource

/// Names that were read, by their bytes, so that one that comes again is no text to be made and
/// compared: open addressing, half full at most.
struct WrittenNames {
  private struct Entry {
    var name: Int32 = -1
    var lower: Int32 = 0
    var upper: Int32 = 0
  }

  private var entries: [Entry] = []
  private var count = 0

  /// The name that was written in the same bytes.
  subscript(_ bytes: [UInt8], _ range: SourceRange) -> Int32? {
    if entries.isEmpty { return nil }
    let entry = entries[place(of: bytes, range)]
    return entry.name < 0 ? nil : entry.name
  }

  mutating func add(_ name: Int32, _ bytes: [UInt8], _ range: SourceRange) {
    if 2 * count >= entries.count {
      let old = entries
      entries = Array(repeating: Entry(), count: max(16, 2 * old.count))
      for entry in old where entry.name >= 0 {
        entries[place(of: bytes, SourceRange(Int(entry.lower), Int(entry.upper)))] = entry
      }
    }
    count += 1
    entries[place(of: bytes, range)] = Entry(
      name: name, lower: Int32(range.lower), upper: Int32(range.upper))
  }

  /// Where these bytes stand, or are to stand.
  private func place(of bytes: [UInt8], _ range: SourceRange) -> Int {
    // The hash of Fowler, Noll and Vo.
    var hash: UInt32 = 2_166_136_261
    for place in range.lower..<range.upper { hash = (hash ^ UInt32(bytes[place])) &* 16_777_619 }
    var position = Int(hash ^ hash >> 15) & (entries.count - 1)
    while entries[position].name >= 0, !isSame(entries[position], bytes, range) {
      position = (position + 1) & (entries.count - 1)
    }
    return position
  }

  private func isSame(_ entry: Entry, _ bytes: [UInt8], _ range: SourceRange) -> Bool {
    guard Int(entry.upper - entry.lower) == range.upper - range.lower else { return false }
    for offset in 0..<(range.upper - range.lower)
    where bytes[Int(entry.lower) + offset] != bytes[range.lower + offset] {
      return false
    }
    return true
  }
}
