import Testing

/// What large work may take, measured as the system does.
@Suite(.enabled(if: Executable.exists)) struct `Large work` {
  /// Runs a program with so many bytes for its data.
  private func descent(
    bytes: Int, _ arguments: [String], timeLimit: Double = 60
  ) throws -> ProcessRun {
    let program = try #require(Executable.path)
    let words = arguments.map { "'\($0)'" }.joined(separator: " ")
    return try ProcessRun.run(
      "/bin/sh", ["-c", "ulimit -d \(bytes / 1024) && exec '\(program)' \(words)"], input: "",
      variables: [:], timeLimit: timeLimit)
  }

  static let valley = """
    x[1_000_000] = -1
    cost sum(100*(x[2..end] - x[1..end-1]^2)^2 + (1 - x[1..end-1])^2)
    rate 1e-4
    step 10
    print "{cost:.12}"
    """

  /// 14 MB are what a start takes.
  @Test func `a vector of a million numbers takes fewer than thirty numbers an element`() throws {
    let run = try descent(bytes: 14_000_000 + 30 * 8_000_000, ["--quiet", "-e", Self.valley])
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.output.hasPrefix("41113780.1412"))
  }

  @Test func `less memory than that is not enough, so that the limit is one`() throws {
    let run = try descent(bytes: 14_000_000 + 5 * 8_000_000, ["--quiet", "-e", Self.valley])
    #expect(run.status != 0)
  }
}
