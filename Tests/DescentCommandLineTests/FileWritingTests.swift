import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct `Writing a file` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    String(decoding: try FileReading.bytes(ofFile: "\(folder.path)/\(name)"), as: UTF8.self)
  }

  private func write(_ text: String, _ name: String) throws(FileWritingError) {
    try FileWriting.write(Array(text.utf8), toFile: "\(folder.path)/\(name)")
  }

  /// The names of what is in the folder.
  private var names: [String] {
    guard let stream = opendir(folder.path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The file's number: another one after it was replaced by a new file.
  private func number(of name: String) -> UInt64 {
    var status = stat()
    return stat("\(folder.path)/\(name)", &status) == 0 ? UInt64(status.st_ino) : 0
  }

  @Test(arguments: [0, 1, 100_000]) func `puts every byte there`(count: Int) throws {
    let long = String(repeating: "x", count: count)
    try write(long, "new")
    #expect(try text("new") == long)
    #expect(names == ["new"], "nothing is left beside it")
  }

  @Test func `replaces a file as a whole, with its permissions`() throws {
    try folder.write("old", "what was there and is longer", mode: 0o640)
    let before = number(of: "old")
    try write("new", "old")
    #expect(try text("old") == "new")
    #expect(permissions(of: folder.path + "/old") == 0o640)
    #expect(number(of: "old") != before, "whoever reads the old file still has all of it")
    #expect(names == ["old"])
  }

  @Test func `keeps a link and replaces what it points to`() throws {
    try folder.makeFolder("there")
    try folder.write("there/target", "old")
    try #require(symlink("there/target", "\(folder.path)/link") == 0)
    try write("new", "link")
    #expect(try text("there/target") == "new")
    var status = stat()
    try #require(lstat("\(folder.path)/link", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func `goes into what is no ordinary file as it is`() throws {
    try FileWriting.write([65], toFile: "/dev/null")
    var status = stat()
    try #require(stat("/dev/null", &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFCHR)
  }

  @Test func `says why it cannot`() throws {
    try folder.write("file", "x")
    #expect(throws: FileWritingError.directory) {
      try FileWriting.write([], toFile: folder.path)
    }
    #expect(throws: FileWritingError.noFolder) { try write("x", "none/file") }
    #expect(throws: FileWritingError.noFolder) { try write("x", "file/file") }
    #expect(throws: FileWritingError.noFolder) { try FileWriting.write([65], toFile: "") }
    // Longer than any file system takes.
    #expect(throws: FileWritingError.self) { try write("x", String(repeating: "n", count: 300)) }
    #expect(names == ["file"])
    #expect(try text("file") == "x")
  }

  @Test(.enabled(if: geteuid() != 0, "the administrator may write everywhere"))
  func `leaves what is closed to the person`() throws {
    try folder.write("closed", "old", mode: 0o444)
    #expect(throws: FileWritingError.permission) { try write("new", "closed") }
    #expect(try text("closed") == "old")
    try folder.makeFolder("shut")
    try #require(chmod("\(folder.path)/shut", 0o555) == 0)
    #expect(throws: FileWritingError.permission) { try write("x", "shut/file") }
  }

  @Test(.enabled(if: FileReading.exists("/dev/full"))) func `tells of a full disk`() {
    #expect(throws: FileWritingError.full) {
      try FileWriting.write(Array("x".utf8), toFile: "/dev/full")
    }
  }
}

@Suite(.enabled(if: Executable.exists)) struct `Files that commands write` {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func text(_ name: String) throws -> String {
    String(decoding: try FileReading.bytes(ofFile: "\(folder.path)/\(name)"), as: UTF8.self)
  }

  private static let sweep =
    "x = [1, 1/3]\ncost x[1]^2 + 3*x[2]^2\nsweep x in [1, 1/3], [0.1, 2], rate in 0.1, 1/7, "
    + "rule in gd, momentum(0.5) step 4 to "

  @Test func `a sweep's rows are all there, each number to the bit`() throws {
    let script = "cost w^2\nw = 5\nsweep rate in 0.001..0.1 by 0.001 step 7 to \"rates.csv\"\n"
    try folder.write("s.descent", script)
    let run = try ProcessRun.descent([folder.path + "/s.descent"])
    #expect(run.status == 0 && run.errors == "")
    #expect(run.output.contains("100 rows to rates.csv\n"))
    let lines = try text("rates.csv").split(separator: "\n")
    #expect(lines.first == "rate,cost,steps,verdict")
    #expect(lines.count == 101)
    for (number, line) in lines.dropFirst().enumerated() {
      let cells = line.split(separator: ",")
      let rate = 0.001 + Double(number) * 0.001
      #expect(Double(cells[0]) == rate)
      #expect(cells[2] == "7")
      // Each run alone gives the same bits.
      guard number % 25 == 0 else { continue }
      let alone = try ProcessRun.descent([
        "--precision", "17", "-e", "cost w^2; w = 5; rate \(cells[0]); step 7; print cost",
      ])
      #expect(alone.output.hasSuffix("\n\(cells[1])\n"))
    }
  }

  @Test func `vectors and rules are columns that read back`() throws {
    try folder.write("s.descent", Self.sweep + "\"s.csv\"\n")
    #expect(try ProcessRun.descent([folder.path + "/s.descent"]).status == 0)
    let lines = try text("s.csv").split(separator: "\n")
    #expect(lines.first == "x[1],x[2],rate,rule,cost,steps,verdict")
    #expect(lines.count == 9)
    #expect(lines[1].hasPrefix("1,0.3333333333333333,0.1,gd,"))
    #expect(lines[8].hasPrefix("0.1,2,0.14285714285714285,momentum(beta = 0.5),"))
  }

  @Test func `a name that ends in json gives JSON`() throws {
    try folder.write("s.descent", Self.sweep + "\"s.json\"\n")
    #expect(try ProcessRun.descent([folder.path + "/s.descent"]).status == 0)
    #expect(
      try text("s.json").hasPrefix(
        "[{\"x[1]\": 1, \"x[2]\": 0.3333333333333333, \"rate\": 0.1, \"rule\": \"gd\", \"cost\": "))
  }

  @Test func `a sweep that cannot be written is shown, and fails`() throws {
    let run = try ProcessRun.descent([
      "-e", "cost w^2; sweep rate in 0.1, 0.2 step 3 to \"/none/s.csv\"",
    ])
    #expect(run.status == 1)
    #expect(run.errors.contains("cannot write '/none/s.csv': there is no such folder"))
    #expect(run.output.contains("lowest cost:"))
  }

  @Test func `a saved session goes on in another process with the same bits`() throws {
    try folder.write(
      "a.descent",
      """
      cost (w - 3)^2*uniform(0.5, 1.5) + b^4
      rule adam
      rate 0.1
      set plateau factor 0.5 patience 2
      step 9
      save "b.descent"
      step 5
      print "{w:.17} {b:.17} {rate:.17} {normal(0, 1):.17}"
      """)
    let first = try ProcessRun.descent([
      "--seed", "18446744073709551615", "--quiet", folder.path + "/a.descent",
    ])
    #expect(first.status == 0 && first.errors == "")
    let second = try ProcessRun.descent([
      "--quiet", folder.path + "/b.descent", "-e",
      "step 5; print \"{w:.17} {b:.17} {rate:.17} {normal(0, 1):.17}\"",
    ])
    #expect(second.status == 0 && second.errors == "")
    #expect(second.output == first.output)
    #expect(try text("b.descent").contains("set seed 18446744073709551615\n"))
  }

  @Test func `an input is an input again in a saved session`() throws {
    try folder.write(
      "a.descent", "input alpha = 0.25\nrate alpha\ncost w^2\nsave \"b.descent\"\n")
    #expect(try ProcessRun.descent([folder.path + "/a.descent", "alpha=1/8"]).status == 0)
    let plain = try ProcessRun.descent([folder.path + "/b.descent", "-e", "print rate"])
    #expect(plain.output.hasSuffix("0.125\n"))
    let other = try ProcessRun.descent([
      folder.path + "/b.descent", "alpha=0.5", "-e", "print rate",
    ])
    #expect(other.output.hasSuffix("0.5\n"))
  }
}
