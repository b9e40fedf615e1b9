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
  mutating func allocatePermanent(_ count: Int) -> Int {
    defer { size += count }
    return size
  }

  mutating func free(_ start: Int, count: Int) {
    if count == 1 { single.append(start) } else { starts[count, default: []].append(start) }
  }
}
