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
    start = .allocate(capacity: capacity)
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

  /// From so many bytes on, large pages are asked for: to look up small ones takes longer than to
  /// read what is in them.
  private static var large: Int { 1 << 22 }

  private static func resized(
    _ memory: UnsafeMutablePointer<Element>?, to capacity: Int
  ) -> UnsafeMutablePointer<Element> {
    let size = capacity * MemoryLayout<Element>.stride
    // unsafe: elements are plain bits, which may be moved as such.
    guard let memory = realloc(memory, size) else { fatalError("out of memory") }
    #if canImport(Glibc)
      if size >= large {
        let (page, address) = (1 << 21, Int(bitPattern: memory))
        let first = (address + page - 1) & ~(page - 1)
        // `MADV_HUGEPAGE`, which the library's module does not name.
        madvise(UnsafeMutableRawPointer(bitPattern: first), (address + size - first) & ~(page - 1), 14)
      }
    #endif
    return memory.bindMemory(to: Element.self, capacity: capacity)
  }
}
