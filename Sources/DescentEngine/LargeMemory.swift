internal import DescentGraph

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory for many numbers, in large pages where there are many.
enum LargeMemory {
  /// Zeros.
  static func allocate(_ count: Int) -> Memory {
    let size = max(1, count) * MemoryLayout<Double>.stride
    var memory: UnsafeMutableRawPointer?
    let isLarge = size >= 2 * LargePages.size
    guard posix_memalign(&memory, isLarge ? LargePages.size : 64, size) == 0, let memory else {
      // As when any other allocation fails.
      return Memory.allocate(capacity: count)
    }
    if isLarge { LargePages.advise(memory, size) }
    memset(memory, 0, size)
    return memory.assumingMemoryBound(to: Double.self)
  }

  static func release(_ memory: Memory?) { free(memory) }
}
