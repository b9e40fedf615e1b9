internal import DescentGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory for many numbers, in large pages where there are many: looking up small ones takes longer
/// than reading what is in them.
enum LargeMemory {
  private static let page = 1 << 21
  /// `MADV_HUGEPAGE`, which the library's module does not name.
  private static let largePages: Int32 = 14

  /// Zeros.
  static func allocate(_ count: Int) -> Memory {
    let size = max(1, count) * MemoryLayout<Double>.stride
    var memory: UnsafeMutableRawPointer?
    let isLarge = size >= 2 * page
    guard posix_memalign(&memory, isLarge ? page : 64, size) == 0, let memory else {
      // As when any other allocation fails.
      return Memory.allocate(capacity: count)
    }
    #if canImport(Glibc)
      if isLarge { madvise(memory, size, largePages) }
    #endif
    memset(memory, 0, size)
    return memory.assumingMemoryBound(to: Double.self)
  }

  static func release(_ memory: Memory?) { free(memory) }
}
