#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The bytes of files.
///
/// They are read, not mapped: a mapped file that another program cuts off ends this one.
enum DataFile {
  private static let chunk = 1 << 22

  static func bytes(
    ofFile path: String, limit: Int, _ progress: inout ReadingProgress
  ) throws(DataError) -> [UInt8] {
    var descriptor: Int32
    repeat {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw DataError(systemCode: errno) }
    defer { close(descriptor) }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DataError(systemCode: errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .isDirectory }
    // A hint only: pipes state no size, files in `/proc` say 0, and files may grow.
    let size = max(Int(status.st_size), 0)
    guard size <= limit else { throw .tooLarge(limit: limit) }

    // One byte more, so that the end is met without another array.
    var bytes = try nextBytes(size + 1, from: descriptor, &progress)
    guard bytes.count > size else { return bytes }
    while true {
      let more = try nextBytes(max(chunk, bytes.count), from: descriptor, &progress)
      if more.isEmpty { return bytes }
      guard bytes.count + more.count <= limit else { throw .tooLarge(limit: limit) }
      bytes += more
    }
  }

  /// Reads so many bytes, or fewer at the end.
  private static func nextBytes(
    _ count: Int, from descriptor: Int32, _ progress: inout ReadingProgress
  ) throws(DataError) -> [UInt8] {
    var failure: DataError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(DataError) {
        while filled < count {
          let room = UnsafeMutableBufferPointer(
            rebasing: buffer[filled..<min(filled + chunk, count)])
          let taken = read(descriptor, room.baseAddress, room.count)
          if taken == 0 { return }
          if taken > 0 {
            filled += taken
            try progress.advance(to: filled, of: count)
          } else if errno != EINTR {
            throw DataError(systemCode: errno)
          }
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }
}

extension DataError {
  fileprivate init(systemCode: Int32) {
    switch systemCode {
    case ENOENT, ENOTDIR: self = .noSuchFile
    case EISDIR: self = .isDirectory
    case EACCES, EPERM: self = .noPermission
    default: self = .system(code: systemCode)
    }
  }
}
