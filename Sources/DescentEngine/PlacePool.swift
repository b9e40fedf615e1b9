/// Places in memory, used again as soon as what stands there is no longer needed.
struct PlacePool {
  /// All the numbers that were ever handed out.
  private(set) var size = 0
  /// Free places, by how many numbers they hold; those of one number, which are most, apart.
  private var starts: [Int: [Int]] = [:]
  private var single: [Int] = []

  mutating func allocate(_ count: Int) -> Int {
    if let start = count == 1 ? single.popLast() : starts[count]?.popLast() { return start }
    return allocatePermanent(count)
  }

  /// A place that was never used for anything else.
  ///
  /// Long values start where a line of the cache does: vectors of eight numbers that lie across two
  /// lines take twice as long to read, which products of matrices feel most.
  mutating func allocatePermanent(_ count: Int) -> Int {
    if count > Self.mostUnaligned {
      align()
      hasLong = true
    }
    defer { size += count }
    return size
  }

  /// Hands out as many numbers again as there are, and says how far behind the first each is.
  mutating func duplicate() -> Int {
    if hasLong { align() }
    defer { size *= 2 }
    return size
  }

  /// Values of up to so many numbers may start anywhere: they are kept in registers.
  private static let mostUnaligned = 16
  private var hasLong = false

  private mutating func align() { size = (size + 7) & ~7 }

  mutating func free(_ start: Int, count: Int) {
    if count == 1 { single.append(start) } else { starts[count, default: []].append(start) }
  }
}
