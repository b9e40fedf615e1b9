#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Why a file could not be read.
package enum FileReadingError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing
  case directory
  case permission
  case tooLarge(limit: Int)
  /// Anything else, by the system's number for it.
  case system(code: Int32)

  /// What goes after "cannot read FILE: ".
  package var description: String {
    switch self {
    case .missing: "there is no such file"
    case .directory: "it is a directory"
    case .permission: "you have no permission to read it"
    case .tooLarge(let limit): "it is larger than \(limit) bytes"
    case .system(let code): String(cString: strerror(code)).lowercased()
    }
  }
}

/// Reading whole files, standard input among them.
package enum FileReading {
  /// More than any script or table that fits into memory along with what is made of it.
  package static let defaultLimit = 1 << 32

  /// The folder that paths are seen from.
  package static var folder: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  package static func bytes(
    ofFile path: String, limit: Int = defaultLimit
  ) throws(FileReadingError) -> [UInt8] {
    var descriptor: Int32
    repeat {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw FileReadingError(errno) }
    defer { close(descriptor) }
    return try bytes(of: descriptor, limit: limit)
  }

  package static func bytesOfStandardInput(
    limit: Int = defaultLimit
  ) throws(FileReadingError) -> [UInt8] {
    try bytes(of: STDIN_FILENO, limit: limit)
  }

  /// Reads to the end. The size that the system states is a hint: pipes have none, and files in
  /// `/proc` say 0.
  private static func bytes(
    of descriptor: Int32, limit: Int
  ) throws(FileReadingError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileReadingError(errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .directory }
    guard status.st_size <= limit else { throw .tooLarge(limit: limit) }

    var bytes: [UInt8] = []
    // One byte more, so that the end is met without enlarging the array.
    var room = max(Int(status.st_size) + 1, 1 << 14)
    while true {
      let filling = bytes.append(addingCapacity: room, from: descriptor)
      if case .failed(let code) = filling { throw FileReadingError(code) }
      guard bytes.count <= limit else { throw .tooLarge(limit: limit) }
      if filling == .ended { return bytes }
      room = max(bytes.count / 2, 1 << 14)
    }
  }
}

extension FileReadingError {
  fileprivate init(_ code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .missing
    case EISDIR: self = .directory
    case EACCES, EPERM: self = .permission
    default: self = .system(code: code)
    }
  }
}

private enum Filling: Equatable {
  case full
  case ended
  case failed(code: Int32)
}

extension [UInt8] {
  /// Reads until there are `room` bytes more, or no more to read.
  fileprivate mutating func append(addingCapacity room: Int, from descriptor: Int32) -> Filling {
    var filled = count
    append(contentsOf: repeatElement(0, count: room))
    var filling = Filling.full
    withUnsafeMutableBytes { bytes in
      while filled < bytes.count {
        let taken = read(descriptor, bytes.baseAddress! + filled, bytes.count - filled)
        if taken > 0 {
          filled += taken
        } else if taken == 0 {
          filling = .ended
          return
        } else if errno != EINTR || Interrupts.isRequested {
          filling = .failed(code: errno)
          return
        }
      }
    }
    removeLast(count - filled)
    return filling
  }
}
