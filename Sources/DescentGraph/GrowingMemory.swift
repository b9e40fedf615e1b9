#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Values one after the other in memory of their own: what a graph of many nodes is kept in.
///
/// An array would ask at each change whether it is shared.
struct GrowingMemory<Element: BitwiseCopyable>: ~Copyable {
  private var memory: ZeroedMemory<Element>
  private(set) var count = 0

  init() { memory = ZeroedMemory(atLeast: 16) }

  subscript(place: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
      return memory.start[place]
    }
    @inline(__always) set {
      precondition(UInt(bitPattern: place) < UInt(bitPattern: count))
      memory.start[place] = newValue
    }
  }

  @inline(__always)
  mutating func append(_ value: Element) {
    if count == memory.count { memory.grow(toAtLeast: count + 1) }
    memory.start[count] = value
    count += 1
  }
}

/// Numbers by their places, of which most are 0 and take no memory until another is set.
struct SparseMemory<Element: FixedWidthInteger & BitwiseCopyable>: ~Copyable {
  private var memory = ZeroedMemory<Element>(atLeast: 16)

  subscript(place: Int) -> Element {
    @inline(__always) get {
      UInt(bitPattern: place) < UInt(bitPattern: memory.count) ? memory.start[place] : 0
    }
    @inline(__always) set {
      precondition(place >= 0)
      if place >= memory.count { memory.grow(toAtLeast: place + 1) }
      memory.start[place] = newValue
    }
  }
}

/// Memory for values that are plain bits, all zero at first; more of it from time to time.
///
/// Much of it is in large pages, as to look up small ones takes longer than to read what is in them.
/// It grows faster then: what was never written to is no more than addresses.
struct ZeroedMemory<Element: BitwiseCopyable>: ~Copyable {
  private(set) var start: UnsafeMutablePointer<Element>
  /// How many values there is room for.
  private(set) var count: Int

  init(atLeast wanted: Int) { (start, count) = Self.allocate(wanted) }

  deinit { Self.release(start, count) }

  @inline(never)
  mutating func grow(toAtLeast wanted: Int) {
    let isLarge = count * MemoryLayout<Element>.stride >= LargePages.size
    let (new, capacity) = Self.allocate(max(wanted, (isLarge ? 16 : 2) * count))
    // unsafe: elements are plain bits, which may be moved as such.
    memcpy(new, start, count * MemoryLayout<Element>.stride)
    Self.release(start, count)
    (start, count) = (new, capacity)
  }

  private static func allocate(
    _ count: Int
  ) -> (start: UnsafeMutablePointer<Element>, count: Int) {
    let stride = MemoryLayout<Element>.stride
    guard count * stride >= LargePages.size else {
      guard let memory = calloc(count, stride) else { fatalError("out of memory") }
      return (memory.bindMemory(to: Element.self, capacity: count), count)
    }
    let size = LargePages.rounded(count * stride)
    guard let memory = LargePages.allocate(size) else { fatalError("out of memory") }
    return (memory.bindMemory(to: Element.self, capacity: size / stride), size / stride)
  }

  private static func release(_ start: UnsafeMutablePointer<Element>, _ count: Int) {
    let stride = MemoryLayout<Element>.stride
    if count * stride >= LargePages.size {
      munmap(start, LargePages.rounded(count * stride))
    } else {
      free(start)
    }
  }
}
