#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What was typed in earlier sessions: one entry a line, newest last.
///
/// An entry of several lines stays one: its line ends are written `\n` and its backslashes `\\`.
/// Only its owner can read the file. Each entry is one `write` to a file opened for appending, so
/// that two prompts at once lose nothing.
package struct HistoryFile: Sendable {
  package let path: String
  /// How many of the newest entries are read.
  package static let capacity = 5000

  package init(path: String) { self.path = path }

  /// `$DESCENT_HISTORY` (empty: none), else below `$XDG_STATE_HOME`, else below `~/.local/state`.
  package init?(environment: (String) -> String?) {
    if let path = environment("DESCENT_HISTORY") {
      guard !path.isEmpty else { return nil }
      self.path = path
    } else if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      self.path = state + "/descent/history"
    } else if let home = environment("HOME"), !home.isEmpty {
      self.path = home + "/.local/state/descent/history"
    } else {
      return nil
    }
  }

  /// The newest entries, oldest first. A history that cannot be read is an empty one.
  package func load() -> [String] {
    guard let bytes = try? FileReading.bytes(ofFile: path, limit: 1 << 26) else { return [] }
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    if lines.count > 2 * Self.capacity { keep(lines.suffix(Self.capacity)) }
    return lines.suffix(Self.capacity).map(Self.decode)
  }

  /// Adds one entry. That it cannot be written is no reason to disturb the person.
  package func append(_ entry: String) {
    makeDirectories()
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_mode & 0o077 != 0
    {
      fchmod(descriptor, 0o600)
    }
    writeAll(Self.encode(entry) + [UInt8(ascii: "\n")], to: descriptor)
  }

  /// Replaces the file by its newest lines, through a file beside it so that it is never half
  /// written. A link or a device is left alone.
  private func keep(_ lines: ArraySlice<ArraySlice<UInt8>>) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    let draft = "\(path).\(getpid())"
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let text = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    let isComplete = writeAll(text, to: descriptor)
    close(descriptor)
    if !isComplete || rename(draft, path) != 0 { unlink(draft) }
  }

  private func makeDirectories() {
    guard access(path, F_OK) != 0 else { return }
    for slash in path.indices.dropFirst() where path[slash] == "/" {
      mkdir(String(path[..<slash]), 0o700)
    }
  }

  static func encode(_ entry: String) -> [UInt8] {
    entry.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\n"): [UInt8(ascii: "\\"), UInt8(ascii: "n")]
      case UInt8(ascii: "\\"): [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
      default: [byte]
      }
    }
  }

  static func decode(_ line: ArraySlice<UInt8>) -> String {
    guard line.contains(UInt8(ascii: "\\")) else { return String(decoding: line, as: UTF8.self) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.count)
    var isEscaped = false
    for byte in line {
      if isEscaped {
        bytes.append(byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// Whether all of it was taken. In one piece unless the system splits it.
@discardableResult
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { bytes in
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = write(descriptor, bytes.baseAddress! + rest.startIndex, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
