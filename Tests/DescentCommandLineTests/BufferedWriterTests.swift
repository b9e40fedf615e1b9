import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct `Buffered writing` {
  /// What is in the pipe at the moment.
  private func contents(of reader: Int32) -> String {
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
    var bytes = [UInt8](repeating: 0, count: 1 << 18)
    let count = read(reader, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  private func makePipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  @Test func `little is held back until it is flushed`() throws {
    let (reader, descriptor) = try makePipe()
    defer { for end in [reader, descriptor] { close(end) } }
    let writer = BufferedWriter(descriptor) { Issue.record("failed with \($0)") }
    writer.write("a\n")
    writer.write("β\n")
    #expect(contents(of: reader) == "")
    writer.flush()
    #expect(contents(of: reader) == "a\nβ\n")
    writer.flush()
    #expect(contents(of: reader) == "")
  }

  @Test func `much goes out at once`() throws {
    let (reader, descriptor) = try makePipe()
    defer { for end in [reader, descriptor] { close(end) } }
    let writer = BufferedWriter(descriptor) { Issue.record("failed with \($0)") }
    let text = String(repeating: "x", count: 1 << 16)
    writer.write(text)
    #expect(contents(of: reader) == text)
  }

  @Test func `a reader that went away is reported once`() throws {
    signal(SIGPIPE, SIG_IGN)
    let (reader, descriptor) = try makePipe()
    close(reader)
    defer { close(descriptor) }
    var failures: [Int32] = []
    let writer = BufferedWriter(descriptor) { failures.append($0) }
    writer.write("a\n")
    writer.flush()
    writer.flush()
    #expect(failures == [EPIPE])
  }

  @Test(.enabled(if: Executable.exists))
  func `a full disk is an error`() throws {
    guard FileReading.exists("/dev/full") else { return }
    let run = try ProcessRun.run(
      "/bin/sh", ["-c", "\"$0\" --help >/dev/full", try #require(Executable.path)], input: "",
      variables: [:], timeLimit: 10)
    #expect(run.status == 1)
    #expect(
      run.errors == "error: cannot write to standard output: No space left on device\n")
  }

  @Test(.enabled(if: Executable.exists))
  func `a reader that has enough ends the program in silence`() throws {
    let run = try ProcessRun.run(
      "/bin/sh", ["-c", "{ sleep 0.2; \"$0\" --help; } | true", try #require(Executable.path)],
      input: "", variables: [:], timeLimit: 10)
    #expect(run.errors == "")
  }
}
