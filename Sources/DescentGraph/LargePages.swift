#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Memory in large pages: to look up many small ones takes longer than to read what is in them.
package enum LargePages {
  /// Of one, in bytes.
  package static let size = 1 << 21

  /// The bytes of as many as hold so many bytes.
  static func rounded(_ size: Int) -> Int { (size + Self.size - 1) & ~(Self.size - 1) }

  /// Asks for large pages, where the system has any.
  package static func advise(_ start: UnsafeMutableRawPointer, _ size: Int) {
    #if canImport(Glibc)
      // `MADV_HUGEPAGE`, which the library's module does not name.
      madvise(start, size, 14)
    #endif
  }

  /// Zeros from where a large page starts, which take memory only where they are written to.
  ///
  /// - Parameter size: of whole pages.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    #if canImport(Glibc)
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANON
    #endif
    let space = mmap(nil, size + Self.size, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let space, space != MAP_FAILED else { return nil }
    // What is before the first large page and behind the last is given back.
    let before = -Int(bitPattern: space) & (Self.size - 1)
    if before > 0 { munmap(space, before) }
    if before < Self.size { munmap(space + before + size, Self.size - before) }
    advise(space + before, size)
    return space + before
  }
}
