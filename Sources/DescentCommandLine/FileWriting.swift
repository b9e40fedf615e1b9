#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Why a file could not be written.
package enum FileWritingError: Error, Equatable, Sendable, CustomStringConvertible {
  case noFolder
  case directory
  case permission
  case full
  /// Anything else, by the system's number for it.
  case system(code: Int32)

  /// What goes after "cannot write FILE: ".
  package var description: String {
    switch self {
    case .noFolder: "there is no such folder"
    case .directory: "it is a directory"
    case .permission: "you have no permission to write there"
    case .full: "the disk is full"
    case .system(let code): String(cString: strerror(code)).lowercased()
    }
  }

  fileprivate init(_ code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .noFolder
    case EISDIR: self = .directory
    case EACCES, EPERM, EROFS: self = .permission
    case ENOSPC, EDQUOT: self = .full
    default: self = .system(code: code)
    }
  }
}

/// Writing whole files.
package enum FileWriting {
  /// Puts a file in the place of any that is there, all of it or, where that fails, nothing.
  ///
  /// What is no ordinary file, such as `/dev/stdout`, is written to as it is.
  package static func write(_ bytes: [UInt8], toFile path: String) throws(FileWritingError) {
    var status = stat()
    let isThere = stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if isThere, kind == S_IFDIR { throw .directory }
    guard isThere, kind != S_IFREG else {
      // A link stays one: what it points to is replaced.
      let target = isThere ? resolved(path) : path
      if isThere, access(target, W_OK) != 0 { throw FileWritingError(errno) }
      return try replace(target, bytes, mode: isThere ? status.st_mode & 0o777 : nil)
    }
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileWritingError(errno) }
    defer { close(descriptor) }
    try write(bytes, to: descriptor)
  }

  private static func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
  }

  /// Writes beside it and renames, so that nobody ever sees half a file.
  private static func replace(
    _ path: String, _ bytes: [UInt8], mode: mode_t?
  ) throws(FileWritingError) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileWritingError(errno) }
    do throws(FileWritingError) {
      if let mode { fchmod(descriptor, mode) }
      try write(bytes, to: descriptor)
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileWritingError(errno) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let problem = FileWritingError(errno)
      unlink(temporary)
      throw problem
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(FileWritingError) {
    var failure: Int32?
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty, failure == nil {
        let count = writeBytes(descriptor, bytes.baseAddress! + rest.startIndex, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    if let failure { throw FileWritingError(failure) }
  }
}

/// The name `write` is the type's own; the system's is reached through its module.
private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
