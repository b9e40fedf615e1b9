#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Text on its way to a file descriptor, in large pieces.
///
/// To a terminal a text that holds a line end goes at once, so that a long table appears as it
/// grows; to anything else 64 KiB at a time.
package final class BufferedWriter {
  private let descriptor: Int32
  private let isTerminal: Bool
  private let onFailure: (Int32) -> Void
  private var buffer: [UInt8] = []
  private static let capacity = 1 << 16

  /// - Parameter onFailure: is given `errno` when the descriptor takes no more; what was buffered
  ///   is dropped.
  package init(_ descriptor: Int32, onFailure: @escaping (Int32) -> Void) {
    self.descriptor = descriptor
    self.isTerminal = Terminal.isTerminal(descriptor)
    self.onFailure = onFailure
  }

  package func write(_ text: String) {
    guard !text.isEmpty else { return }
    var text = text
    text.withUTF8 { bytes in
      buffer.append(contentsOf: bytes)
      if buffer.count >= Self.capacity || isTerminal && bytes.contains(UInt8(ascii: "\n")) {
        flush()
      }
    }
  }

  package func flush() {
    var failure: Int32?
    buffer.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty, failure == nil {
        // The name `write` is this type's own; the system's is reached through its module.
        let count = writeBytes(descriptor, bytes.baseAddress! + rest.startIndex, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          // A descriptor shared with a program that made it non-blocking.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    buffer.removeAll(keepingCapacity: true)
    if let failure { onFailure(failure) }
  }
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

/// Standard output for results and standard error for everything else, in the order written.
package final class StandardStreams {
  package let output: BufferedWriter
  package let errors: BufferedWriter

  package init() {
    errors = BufferedWriter(STDERR_FILENO) { _ in _exit(1) }
    output = BufferedWriter(STDOUT_FILENO) { code in
      // As if SIGPIPE had ended it, which it does unless the parent had it ignored.
      if code == EPIPE { _exit(128 + SIGPIPE) }
      let message = "error: cannot write to standard output: \(String(cString: strerror(code)))\n"
      _ = message.utf8.withContiguousStorageIfAvailable {
        writeBytes(STDERR_FILENO, $0.baseAddress!, $0.count)
      }
      _exit(1)
    }
  }

  package func writeResult(_ text: String) { output.write(text) }

  package func writeMessage(_ text: String) {
    output.flush()
    errors.write(text)
    errors.flush()
  }

  /// Before reading from a terminal and before leaving.
  package func flush() {
    output.flush()
    errors.flush()
  }
}
