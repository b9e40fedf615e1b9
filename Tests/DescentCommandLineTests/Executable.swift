import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The program under test, as a person starts it.
enum Executable {
  /// `DESCENT_EXECUTABLE`, else what was built beside the tests; `nil` if neither is there.
  static let path: String? = {
    if let path = environment("DESCENT_EXECUTABLE") { return path }
    // On macOS the tests are a bundle that another program loads.
    let words = CommandLine.arguments
    let bundle = words.firstIndex(of: "--test-bundle-path").flatMap {
      words.indices.contains($0 + 1) ? words[$0 + 1] : nil
    }
    var folder = bundle.flatMap { $0.range(before: ".xctest/") } ?? words[0]
    folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
    let path = folder + "/descent"
    return access(path, X_OK) == 0 ? path : nil
  }()

  static var exists: Bool { path != nil }
}

extension String {
  /// What comes before the first occurrence of `text`.
  fileprivate func range(before text: String) -> String? {
    indices.first { self[$0...].hasPrefix(text) }.map { String(self[..<$0]) }
  }
}

/// A folder that is removed with its files when it is no longer needed.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/descent-test-XXXXXX".utf8CString)
    path = try #require(
      template.withUnsafeMutableBufferPointer { buffer in
        mkdtemp(buffer.baseAddress!).map { String(cString: $0) }
      })
  }

  deinit {
    var removal = pid_t()
    let code = withCStrings(["rm", "-rf", path]) { words in
      posix_spawn(&removal, "/bin/rm", nil, nil, words, nil)
    }
    if code == 0 { waitpid(removal, nil, 0) }
  }

  func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
    let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(DescentCommandLineTests.write(bytes, to: descriptor) == bytes.count)
  }

  func makeFolder(_ name: String) throws { try #require(mkdir("\(path)/\(name)", 0o755) == 0) }
}

/// The permission bits of a file, `nil` if it is not there.
func permissions(of path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

func write(_ bytes: [UInt8], to descriptor: Int32) -> Int {
  #if canImport(Darwin)
    Darwin.write(descriptor, bytes, bytes.count)
  #else
    Glibc.write(descriptor, bytes, bytes.count)
  #endif
}

/// A monotonic time in seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// Calls `body` with the pointers that `posix_spawn` wants.
func withCStrings<Result>(
  _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Result
) rethrows -> Result {
  let pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return try body(pointers)
}

/// A child that has ended: its exit status, or 128 + the signal that ended it, as a shell says it.
func exitStatus(fromWait status: Int32) -> Int32 {
  let signal = status & 0x7f
  return signal == 0 ? (status >> 8) & 0xff : 128 + signal
}
