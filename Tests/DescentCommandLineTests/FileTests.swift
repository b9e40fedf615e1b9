import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct `Reading a file` {
  @Test(arguments: [0, 1, 16_383, 16_384, 100_000])
  func `gives every byte`(count: Int) throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "x", count: count)
    try folder.write("text", text)
    #expect(try FileReading.bytes(ofFile: folder.path + "/text") == Array(text.utf8))
  }

  @Test func `does not rely on the size that the system states`() throws {
    guard FileReading.exists("/proc/self/status") else { return }
    #expect(try !FileReading.bytes(ofFile: "/proc/self/status").isEmpty)
  }

  @Test func `says why it cannot`() throws {
    let folder = try TemporaryFolder()
    try folder.write("text", "12345")
    try folder.write("secret", "x", mode: 0)
    #expect(throws: FileReadingError.missing) {
      try FileReading.bytes(ofFile: folder.path + "/none")
    }
    #expect(throws: FileReadingError.missing) {
      try FileReading.bytes(ofFile: folder.path + "/text/none")
    }
    #expect(throws: FileReadingError.directory) { try FileReading.bytes(ofFile: folder.path) }
    #expect(throws: FileReadingError.tooLarge(limit: 4)) {
      try FileReading.bytes(ofFile: folder.path + "/text", limit: 4)
    }
    if geteuid() != 0 {
      #expect(throws: FileReadingError.permission) {
        try FileReading.bytes(ofFile: folder.path + "/secret")
      }
    }
  }
}

struct `The history file` {
  @Test(arguments: ["w = 1", "a\nb", "a\\nb", "\\", "\\\\n\n", "α ≤ 2"])
  func `gives back what was typed`(entry: String) throws {
    let folder = try TemporaryFolder()
    let history = HistoryFile(path: folder.path + "/new/folders/history")
    history.append(entry)
    history.append("last")
    #expect(history.load() == [entry, "last"])
    #expect(permissions(of: history.path) == 0o600)
    #expect(permissions(of: folder.path + "/new") == 0o700)
    #expect(permissions(of: folder.path + "/new/folders") == 0o700)
  }

  @Test func `is closed to others if it was open`() throws {
    let folder = try TemporaryFolder()
    try folder.write("history", "w = 1\n", mode: 0o644)
    let history = HistoryFile(path: folder.path + "/history")
    history.append("step")
    #expect(history.load() == ["w = 1", "step"])
    #expect(permissions(of: history.path) == 0o600)
  }

  @Test func `keeps the newest entries when it grows too long`() throws {
    let folder = try TemporaryFolder()
    let count = 2 * HistoryFile.capacity + 1
    try folder.write("history", (1...count).map { "\($0)\n" }.joined())
    let history = HistoryFile(path: folder.path + "/history")
    let entries = history.load()
    #expect(entries.count == HistoryFile.capacity)
    #expect(entries.last == "\(count)")
    let bytes = try FileReading.bytes(ofFile: history.path)
    #expect(bytes.count(where: { $0 == UInt8(ascii: "\n") }) == HistoryFile.capacity)
    #expect(history.load() == entries)
    #expect(permissions(of: history.path) == 0o600)
  }

  @Test func `is found where the environment says`() {
    func path(_ variables: [String: String]) -> String? {
      HistoryFile { variables[$0] }?.path
    }
    #expect(path(["DESCENT_HISTORY": "/a", "HOME": "/home/b"]) == "/a")
    #expect(path(["DESCENT_HISTORY": "", "HOME": "/home/b"]) == nil)
    #expect(path(["XDG_STATE_HOME": "/s", "HOME": "/home/b"]) == "/s/descent/history")
    #expect(
      path(["XDG_STATE_HOME": "relative", "HOME": "/home/b"])
        == "/home/b/.local/state/descent/history")
    #expect(path(["HOME": "/home/b"]) == "/home/b/.local/state/descent/history")
    #expect(path([:]) == nil)
  }
}
