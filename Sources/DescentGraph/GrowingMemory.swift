#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Values one after the other in memory of their own: what a graph of many nodes is kept in.
///
/// An array would ask at each change whether it is shared, and copy what it holds as it grows; this
/// leaves it to the system, which moves pages instead.
struct GrowingMemory<Element: BitwiseCopyable>: ~Copyable {
  private var start: UnsafeMutablePointer<Element>
  private(set) var count: Int
  private var capacity: Int

  init() {
    capacity = 16
    start = Self.resized(nil, to: capacity)
    count = 0
  }

  init(repeating value: Element, count: Int) {
    capacity = max(1, count)
    start = Self.resized(nil, to: capacity)
    start.initialize(repeating: value, count: count)
    self.count = count
  }

  deinit { free(start) }

  subscript(place: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
      return start[place]
    }
    @inline(__always) set {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
      start[place] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ value: Element) {
    if count == capacity { grow() }
    start[count] = value
    count += 1
  }

  @inline(never)
  private mutating func grow() {
    capacity *= 2
    start = Self.resized(start, to: capacity)
  }

  private static func resized(
    _ memory: UnsafeMutablePointer<Element>?, to capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    // unsafe: elements are plain bits, which may be moved as such.
    guard let moved = realloc(memory, capacity * MemoryLayout<Element>.stride) else {
      fatalError("out of memory")
    }
    return moved.bindMemory(to: Element.self, capacity: capacity)
  }
}
