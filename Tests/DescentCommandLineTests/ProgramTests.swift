import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What `descent --help` promises, seen from outside.
@Suite(.enabled(if: Executable.exists)) struct `The program from outside` {
  private func run(
    _ arguments: [String], input: String = "", variables: [String: String?] = [:]
  ) throws -> ProcessRun {
    try ProcessRun.descent(arguments, input: input, variables: variables)
  }

  // MARK: Scripts

  @Test func `files run in order, then each -e`() throws {
    let folder = try TemporaryFolder()
    try folder.write("one", "print \"one\"\nw = 1\n")
    try folder.write("two", "print \"two {w}\"\nw = 2\n")
    let run = try run([
      "-e", "print \"three {w}\"", folder.path + "/one", folder.path + "/two", "-e",
      "print \"four\"",
    ])
    #expect(run.output == "one\ntwo 1\nthree 2\nfour\n")
    #expect(run.errors == "")
    #expect(run.status == 0)
  }

  @Test func `inputs are given by name`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "script", "input alpha = 0.3\ninput title = \"a walk\"\nprint \"{title}: {alpha}\"\n")
    let script = folder.path + "/script"
    #expect(try run([script]).output == "a walk: 0.3\n")
    #expect(try run([script, "alpha=1/4", "title=a = b"]).output == "a = b: 0.25\n")
    let wrong = try run([script, "alpha=1/"])
    #expect(wrong.status == 1)
    #expect(wrong.errors.contains("<alpha>:1:3"))
  }

  /// As a shell completes them; those that the script names are found from its own folder.
  @Test func `files given by an input are found from where the program runs`() throws {
    let folder = try TemporaryFolder()
    try folder.write("rows.csv", "x\n1\n2\n")
    try folder.write("script", "input file = \"rows.csv\"\ndata \"{file}\"\nprint sum(x)\n")
    let script = folder.path + "/script"
    #expect(try run(["--quiet", script]).output == "3\n")
    #expect(try run(["--quiet", script, "file=\(folder.path)/rows.csv"]).output == "3\n")
    let other = try run([script, "file=rows.csv"])
    #expect(other.status == 1)
    #expect(other.errors.contains("cannot read 'rows.csv': there is no such file"))
  }

  @Test func `checking ends where the script does`() throws {
    let run = try run(["--check", "-e", "quit; print nowhere", "-e", "print nowhere"])
    #expect(run.errors == "" && run.status == 0)
    #expect(try self.run(["--check", "-e", "quit\nprint 1 +\n)"]).status == 1)
  }

  @Test func `standard input is a script where it is no terminal`() throws {
    let run = try run([], input: "w = 2\nw^3\nprint \"done\"\n")
    #expect(run.output == "  8\ndone\n")
    #expect(run.errors == "")
    #expect(run.status == 0)
    let dash = try self.run(["-", "-e", "w"], input: "w = 5")
    #expect(dash.output == "  5\n")
  }

  @Test func `an empty script does nothing`() throws {
    for input in ["", "\n", "# nothing", "\u{FEFF}", ";;"] {
      let run = try run([], input: input)
      #expect(run.output == "" && run.errors == "" && run.status == 0, "\(input.debugDescription)")
    }
  }

  @Test func `a script is started by its name`() throws {
    let folder = try TemporaryFolder()
    try folder.makeFolder("bin")
    try #require(
      symlink(try #require(Executable.path), folder.path + "/bin/descent") == 0)
    try folder.write(
      "walk", "#!/usr/bin/env descent\ninput n = 3\ncost w^2\nstep n\nprint w\n", mode: 0o755)
    chmod(folder.path + "/walk", 0o755)
    let run = try ProcessRun.run(
      folder.path + "/walk", ["n=2"], input: "",
      variables: ["PATH": folder.path + "/bin:/usr/bin:/bin"], timeLimit: 20)
    #expect(run.errors == "")
    #expect(run.status == 0)
    #expect(run.output.hasSuffix("0.64\n"))
  }

  // MARK: Errors

  @Test func `an error ends with status 1 and goes to standard error`() throws {
    let run = try run(["-e", "print 1\nprint nosuch\nprint 2"])
    #expect(run.status == 1)
    #expect(run.output == "1\n")
    #expect(run.errors.hasPrefix("error[name.unknown]: "))
    #expect(run.errors.contains("-e:2:7"))
  }

  @Test func `a descent that leaves the finite numbers ends with status 1`() throws {
    let run = try run(["-e", "cost w^2; w = 1; rate 1e200; step 5; print \"not reached\""])
    #expect(run.status == 1)
    #expect(run.errors.contains("error["))
    #expect(!run.output.contains("not reached"))
  }

  @Test func `an expect that fails ends with status 3`() throws {
    let run = try run(["-e", "expect 1 + 1 ≈ 2", "-e", "expect 1 + 1 == 3", "-e", "print 5"])
    #expect(run.status == 3)
    #expect(run.output == "")
    #expect(run.errors.contains("1 + 1 == 3"))
  }

  @Test(arguments: [
    ["--nosuch"], ["--precision"], ["--precision", "0"], ["--precision", "18"],
    ["--precision", "x"],
    ["--format", "xml"], ["--threads", "0"], ["--seed", "-1"], ["-e"], ["--check", "-i"],
    ["--color", "maybe"],
  ])
  func `wrong usage ends with status 2`(arguments: [String]) throws {
    let run = try run(arguments)
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: "))
    #expect(run.errors.contains("--help"))
  }

  @Test func `keep-going goes on, and the status tells of the first failure`() throws {
    let errors = try run(["--keep-going", "-e", "nosuch; print 1; expect 1 == 2; print 2"])
    #expect(errors.output == "1\n2\n")
    #expect(errors.status == 1)
    let failures = try run(["--keep-going", "-e", "expect 1 == 2; print 2", "-e", "print 3"])
    #expect(failures.output == "2\n3\n")
    #expect(failures.status == 3)
  }

  @Test func `without keep-going the next file is not run`() throws {
    let run = try run(["-e", "nosuch", "-e", "print 1"])
    #expect(run.output == "")
    #expect(run.status == 1)
  }

  @Test func `every mistake in the reading of a script is told`() throws {
    let run = try run(["-e", "print 1\nprint (\nprint 2 +*\nprint ]\n"])
    #expect(run.status == 1)
    #expect(run.errors.components("error[") >= 2)
  }

  @Test func `files that cannot be read say why`() throws {
    let folder = try TemporaryFolder()
    try folder.write("latin", "")
    let descriptor = open(folder.path + "/latin", O_WRONLY)
    _ = write([0x70, 0x0A, 0xE9, 0x0A], to: descriptor)
    close(descriptor)
    let cases = [
      (folder.path + "/none", "no such file"), (folder.path, "directory"),
      (folder.path + "/latin", "UTF-8"),
    ]
    for (path, reason) in cases {
      let run = try run([path])
      #expect(run.status == 1)
      #expect(run.output == "")
      #expect(run.errors.contains(reason), "\(run.errors)")
      #expect(run.errors.contains(path))
    }
    #expect(try run(["-e", "source \"\(folder.path)/none\""]).status == 1)
  }

  @Test func `check reads and types and runs nothing`() throws {
    let good = try run(["--check", "-e", "cost w^2; step 1000000000000; print \"no\""])
    #expect(good.output == "" && good.errors == "" && good.status == 0)
    let bad = try run(["--check", "-e", "w = 1; print nosuch; print alsonot; expect 1 == 2"])
    #expect(bad.status == 1)
    #expect(bad.errors.components("error[") == 2)
  }

  @Test func `quit ends everything`() throws {
    let run = try run(["-e", "print 1; quit; print 2", "-e", "print 3"])
    #expect(run.output == "1\n")
    #expect(run.status == 0)
  }

  // MARK: Output

  @Test func `version and help go to standard output`() throws {
    let version = try run(["--version"])
    #expect(version.output.hasPrefix("descent ") && version.errors == "" && version.status == 0)
    let help = try run(["--help"])
    #expect(help.errors == "" && help.status == 0)
    for option in [
      "--check", "--format", "--precision", "--seed", "--color", "--engine", "--threads",
      "--keep-going", "--quiet", "--version", "-e", "-i",
    ] {
      #expect(help.output.contains(option))
    }
  }

  @Test func `quiet leaves what print says, failures and errors`() throws {
    let run = try run([
      "--quiet", "-e", "cost w^2; step 2; show; 1 + 1; help; print \"only\"; expect 1 == 2",
    ])
    #expect(run.output == "only\n")
    #expect(run.errors.contains("1 == 2"))
    #expect(run.status == 3)
  }

  @Test func `json is an object a line, csv a table`() throws {
    let script = "cost w^2; w = 1; rate 0.25; step 2; print \"a \\\"b\\\"\"; [1, 1/3]; 0/0"
    let json = try run(["--format", "json", "-e", script])
    let lines = json.output.split(separator: "\n")
    #expect(json.status == 0)
    #expect(lines.allSatisfy { $0.hasPrefix("{\"kind\": ") && $0.hasSuffix("}") })
    #expect(json.output.contains("\"text\": \"a \\\"b\\\"\""))
    #expect(json.output.contains("[1, 0.3333333333333333]"))
    #expect(!json.output.lowercased().contains(": nan"), "JSON has no NaN")
    let csv = try run(["--format", "csv", "-e", "cost w^2; w = 1; rate 0.25; step 2"])
    #expect(csv.output == "step,w,cost,dcost/dw\n0,1,1,2\n1,0.5,0.25,1\n2,0.25,0.0625,0.5\n")
  }

  @Test func `17 digits read back to the same bits`() throws {
    let values = ["0.1 + 0.2", "1/3", "pi*1e300", "sqrt(2)*1e-320", "2^60 + 1", "-1/7e5", "e^-40"]
    for value in values {
      let first = try run(["--precision", "17", "-e", "print \(value)"]).output
      let number = first.split(separator: "\n")[0]
      #expect(try run(["--precision", "17", "-e", "print \(number)"]).output == first)
      #expect(try run(["-e", "expect \(number) == \(value)"]).status == 0, "\(value): \(number)")
    }
  }

  @Test func `nothing that is no terminal is sent an escape or a prompt`() throws {
    let run = try run(["--color", "auto"], input: "cost w^2\nstep 3\nnosuch\n")
    #expect(!run.output.contains("\u{1B}") && !run.errors.contains("\u{1B}"))
    #expect(!run.output.contains("descent>") && !run.errors.contains("descent>"))
    let painted = try self.run(["--color", "always", "-e", "nosuch"])
    #expect(painted.errors.contains("\u{1B}["))
    let plain = try self.run(["--color", "never", "-e", "nosuch"])
    #expect(!plain.errors.contains("\u{1B}"))
  }

  @Test func `a reader that leaves ends it quietly`() throws {
    let program = try #require(Executable.path)
    let script = """
      { "$0" -e 'cost w^2; rate 1e-9; step 200000 every 1'; echo "status $?" >&2; } | head -1
      """
    let run = try ProcessRun.run(
      "/bin/sh", ["-c", script, program], input: "", variables: [:], timeLimit: 30)
    #expect(run.output.components("\n") == 1)
    #expect(run.errors == "status 141\n", "as if SIGPIPE had ended it, and not a word")
  }

  @Test func `a full disk is an error`() throws {
    guard FileReading.exists("/dev/full") else { return }
    let program = try #require(Executable.path)
    let run = try ProcessRun.run(
      "/bin/sh", ["-c", "\"$0\" -e 'print 1' >/dev/full; echo $?", program], input: "",
      variables: [:], timeLimit: 20)
    #expect(run.output == "1\n")
    #expect(run.errors.contains("cannot write"))
  }

  // MARK: Interrupts and size

  @Test func `an interrupted script ends with status 130`() throws {
    let folder = try TemporaryFolder()
    let output = open(folder.path + "/output", O_WRONLY | O_CREAT, 0o600)
    let input = open("/dev/null", O_RDONLY)
    defer { for descriptor in [output, input] { close(descriptor) } }
    let child = try Child.start(
      try #require(Executable.path),
      [
        "-e", "cost w^2; rate 1e-12; step 1000000000000 every 1000000000000; print \"no\"", "-e",
        "print \"no\"",
      ], variables: [:], descriptors: [input, output, output])
    usleep(500_000)
    kill(child, SIGINT)
    var status: Int32 = 0
    #expect(waitpid(child, &status, 0) == child)
    #expect(exitStatus(fromWait: status) == 130)
    let text = String(
      decoding: try FileReading.bytes(ofFile: folder.path + "/output"), as: UTF8.self)
    #expect(text.contains("the last completed step stands"))
    #expect(!text.contains("no\n"))
  }

  /// Full size here, where the code is optimised.
  @Test(arguments: ["terms", "sines", "parentheses", "shared"])
  func `expressions of any size take seconds`(kind: String) throws {
    let count = 100_000
    let cost =
      switch kind {
      case "terms": "cost " + (1...count).map { "sin(\($0)*w)" }.joined(separator: " + ")
      case "sines":
        "cost " + String(repeating: "sin(", count: count) + "w"
          + String(repeating: ")", count: count)
      case "parentheses":
        "cost " + String(repeating: "(", count: count) + "w" + String(repeating: ")", count: count)
      default:
        "let a0 = w\n" + (0..<60).map { "let a\($0 + 1) = a\($0) + a\($0)\n" }.joined()
          + "cost a60^2"
      }
    let start = now()
    let run = try ProcessRun.descent(
      ["-"], input: "w = 1\n\(cost)\nrate 1e-40\ngrad\nstep 2\n", timeLimit: 120)
    print("\(kind): \((now() - start).formatted) s")
    #expect(run.status == 0)
    #expect(run.errors == "")
    // No terminal: written whole, shared parts once, so as long as the expression has operations.
    #expect(run.output.utf8.count < 100 * count)
  }
}

extension String {
  /// How often a text occurs.
  fileprivate func components(_ text: String) -> Int {
    var count = 0
    var rest = self[...]
    while let place = rest.utf8.firstRange(of: text.utf8) {
      count += 1
      rest = rest[place.upperBound...]
    }
    return count
  }
}

extension Double {
  /// With two decimals.
  var formatted: String { "\((self * 100).rounded() / 100)" }
}
