import DescentCommandLine
import Testing

struct `The command line` {
  private func parsed(_ words: String...) throws -> Arguments {
    let outcome = Arguments.parse(words)
    guard case .run(let arguments) = outcome else {
      Issue.record("\(words) gave \(outcome)")
      return Arguments()
    }
    return arguments
  }

  @Test func `nothing asks for nothing`() throws {
    #expect(try parsed() == Arguments())
  }

  @Test func `files come first, then each -e`() throws {
    let arguments = try parsed("-e", "step", "a.descent", "-e", "-w^2", "-", "b.descent")
    #expect(
      arguments.scripts == [
        .file("a.descent"), .standardInput, .file("b.descent"), .code("step"), .code("-w^2"),
      ])
  }

  @Test(arguments: [
    ("alpha=0.5", "alpha", "0.5"), ("α₁=-3", "α₁", "-3"), ("images=a=b.gz", "images", "a=b.gz"),
    ("_x2=", "_x2", ""),
  ])
  func `a name before an equals sign is an input`(word: String, name: String, value: String) throws
  {
    let input = try #require(try parsed(word).inputs.first)
    #expect(input.name == name)
    #expect(input.value == value)
    #expect(try parsed("--quiet", word).inputs == [input])
  }

  @Test(arguments: ["walk.descent", "./a=b", "2=3", "=3", "a b=3", "₁=2"])
  func `anything else is a file`(word: String) throws {
    #expect(try parsed(word).scripts == [.file(word)])
  }

  @Test func `a file that is there is a file whatever its name`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a=b", "")
    #expect(try parsed("\(folder.path)/a=b").scripts.count == 1)
  }

  @Test func `every option arrives`() throws {
    var expected = Arguments()
    expected.isInteractive = true
    expected.format = .json
    expected.precision = 17
    expected.seed = .max
    expected.color = .never
    expected.engine = .machine
    expected.threads = 2
    expected.keepsGoing = true
    expected.isQuiet = true
    #expect(
      try parsed(
        "-i", "--format", "json", "--precision", "17", "--seed", "18446744073709551615",
        "--color=never", "--engine", "machine", "--threads", "2", "--keep-going", "--quiet")
        == expected)
    #expect(try parsed("--check", "a").checksOnly)
  }

  @Test(arguments: [
    (["--precision", "0"], "--precision takes 1 to 17 digits, not 0"),
    (["--precision", "18"], "--precision takes 1 to 17 digits, not 18"),
    (["--threads", "0"], "--threads takes a count of at least 1, not 0"),
    (["--seed", "-1"], "--seed"),
    (["--seed", "18446744073709551616"], "--seed"),
    (["--format", "xml"], "'text', 'json' or 'csv'"),
    (["--colour"], "--colour"),
    (["-e"], "-e"),
    (["-i", "--check"], "--check"),
  ])
  func `wrong usage is refused in one line with the way out`(words: [String], text: String) {
    guard case .refuse(let message) = Arguments.parse(words) else {
      Issue.record("\(words) was accepted")
      return
    }
    let lines = message.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.hasPrefix("error: ") == true)
    #expect(lines.first?.contains(text) == true)
    #expect(lines.last == "  descent --help lists the options")
  }

  @Test func `help names every option`() {
    guard case .show(let help) = Arguments.parse(["--help"]) else {
      Issue.record("no help")
      return
    }
    for option in [
      "-e", "-i", "--check", "--format", "--precision", "--seed", "--color", "--engine",
      "--threads", "--keep-going", "--quiet", "--version", "--help",
    ] {
      #expect(help.contains("  \(option)") || help.contains(", \(option)"), "\(option)")
    }
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}

@Suite(.enabled(if: Executable.exists))
struct `The process` {
  @Test func `help and version go to standard output with status 0`() throws {
    for option in ["--help", "--version"] {
      let run = try ProcessRun.descent([option])
      #expect(run.status == 0)
      #expect(run.output.contains("descent"))
      #expect(run.errors == "")
    }
  }

  @Test func `wrong usage goes to standard error with status 2`() throws {
    let run = try ProcessRun.descent(["--no-such-option"])
    #expect(run.status == 2)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: unknown option"))
  }

  @Test func `without a terminal there is no prompt`() throws {
    let run = try ProcessRun.descent([], input: "")
    #expect(run.status == 0)
    #expect(run.output == "")
    #expect(run.errors == "")
  }
}
