import Testing

@Suite(.enabled(if: Executable.exists)) struct `The progress line` {
  private static let long = """
    data rows = 20000, x = uniform(-1, 1), y = 3*x + normal(0, 0.1)
    cost (w*x + b - y)^2
    rate 1e-6
    batch 1
    step 1000000000 every 1000000000
    """

  @Test func `shows steps, cost, rate and time left on a terminal, and vanishes`() throws {
    let terminal = try PseudoTerminal(
      ["-e", Self.long], variables: ["TERM": "xterm"], columns: 100)
    try terminal.expect("step ", timeLimit: 30)
    let line = try terminal.expect(" left", timeLimit: 30)
    #expect(line.contains(" of 1000000000  cost ") && line.contains("  rate 1e-6  "))
    terminal.type(PseudoTerminal.Key.controlC)
    #expect(try terminal.exitStatus(timeLimit: 30) == 130)
    #expect(terminal.raw.contains(" left\u{1B}[K") && terminal.raw.contains("\r\u{1B}[K  "))
    #expect(terminal.screen.contains("the last completed step stands"))
  }

  @Test func `is not there where it could not vanish`() throws {
    let terminal = try PseudoTerminal(["-e", Self.long], variables: ["TERM": "dumb"])
    try terminal.expect("20000 steps", timeLimit: 30)
    #expect(throws: PseudoTerminal.NotSeen.self) { try terminal.expect(" left", timeLimit: 2) }
    terminal.type(PseudoTerminal.Key.controlC)
    #expect(try terminal.exitStatus(timeLimit: 30) == 130)
    #expect(!terminal.raw.contains("\u{1B}"))
  }
}
