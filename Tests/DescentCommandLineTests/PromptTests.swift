import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@Suite(.enabled(if: Executable.exists), .serialized)
struct `The prompt in a terminal` {
  typealias Key = PseudoTerminal.Key

  @Test func `Ctrl-D on an empty line leaves with status 0`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(terminal.screen.hasSuffix("\n"), "the shell's prompt begins a line of its own")
  }

  @Test func `Ctrl-D on a line with text on it does not leave`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("quit" + Key.controlD)
    try terminal.expect("quit")
    terminal.type(Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `quit leaves`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("quit" + Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `Ctrl-C clears the line and prompts again`() throws {
    let folder = try TemporaryFolder()
    let history = folder.path + "/history"
    let terminal = try PseudoTerminal(variables: ["DESCENT_HISTORY": history])
    try terminal.expect("descent> ")
    terminal.type("abandoned(")
    try terminal.expect("abandoned(")
    terminal.type(Key.controlC)
    try terminal.expect("^C\n")
    try terminal.expect("descent> ")
    terminal.type("1 + 1" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(HistoryFile(path: history).load() == ["1 + 1"])
  }

  @Test func `Ctrl-C abandons an entry that goes on`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("sum([1," + Key.enter)
    try terminal.expect("     ...> ")
    terminal.type("2" + Key.controlC)
    try terminal.expect("descent> ")
    terminal.type("3 + 4" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(!terminal.screen.contains("sum([1,\n2"))
  }

  @Test func `an open bracket prompts for more`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("(1 +" + Key.enter)
    try terminal.expect("     ...> ")
    terminal.type("2)" + Key.enter)
    try terminal.expect("descent> ")
  }

  @Test func `an entry of several lines is recalled as one`() throws {
    let folder = try TemporaryFolder()
    let history = folder.path + "/history"
    let terminal = try PseudoTerminal(variables: ["DESCENT_HISTORY": history])
    try terminal.expect("descent> ")
    terminal.type("(1 +" + Key.enter)
    try terminal.expect("     ...> ")
    terminal.type("20)" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.up)
    try terminal.expect("(1 +")
    try terminal.expect("20)")
    terminal.type(Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(HistoryFile(path: history).load() == ["(1 +\n20)"])
  }

  @Test func `the history is for its owner alone and outlives the program`() throws {
    let folder = try TemporaryFolder()
    let variables = ["XDG_STATE_HOME": folder.path + "/state", "DESCENT_HISTORY": nil]
    let first = try PseudoTerminal(variables: variables)
    try first.expect("descent> ")
    first.type("1 + 2" + Key.enter)
    try first.expect("descent> ")
    first.type(Key.controlD)
    #expect(try first.exitStatus() == 0)
    #expect(permissions(of: folder.path + "/state/descent") == 0o700)
    #expect(permissions(of: folder.path + "/state/descent/history") == 0o600)

    let second = try PseudoTerminal(variables: variables)
    try second.expect("descent> ")
    second.type(Key.up)
    try second.expect("1 + 2")
  }

  @Test func `Tab completes the only candidate`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("qui" + Key.tab)
    try terminal.expect("quit ")
    terminal.type(Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `Tab completes a file with a space in its name inside quotes`() throws {
    let folder = try TemporaryFolder()
    try folder.write("exam results.csv", "a\n1\n")
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("data \"\(folder.path)/exam r" + Key.tab)
    try terminal.expect("exam results.csv\"")
  }

  @Test func `a Greek letter is erased as one character`() throws {
    let terminal = try PseudoTerminal(variables: ["LC_ALL": "C"])
    try terminal.expect("descent> ")
    terminal.type("α")
    try terminal.expect("α")
    terminal.type(Key.backspace + "quit" + Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test(arguments: ["dumb", "unknown-type", "", nil])
  func `a terminal that knows no escapes is sent none`(type: String?) throws {
    let terminal = try PseudoTerminal(variables: ["TERM": type])
    try terminal.expect("descent> ")
    terminal.type("1 + 1" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(!terminal.raw.contains("\u{1B}"))
  }

  @Test func `Ctrl-C stops a running command and the prompt comes back`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type(endlessDescent + Key.enter)
    try terminal.expect("\n")
    usleep(200_000)
    terminal.type(Key.controlC)
    try terminal.expect("descent> ")
    terminal.type("quit" + Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `Ctrl-C during a billion steps answers at once, at the last completed step`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    for line in ["cost w^2", "w = 1", "rate 1e-12"] {
      terminal.type(line + Key.enter)
      try terminal.expect("descent> ")
    }
    var times: [Double] = []
    for _ in 0..<5 {
      terminal.type("step 1000000000 every 1000000000" + Key.enter)
      try terminal.expect("\n")
      usleep(200_000)
      let start = now()
      terminal.type(Key.controlC)
      try terminal.expect("the last completed step stands")
      try terminal.expect("descent> ")
      times.append(now() - start)
    }
    let median = times.sorted()[2]
    print("Ctrl-C to the prompt: \(times.map { ($0 * 1000).formatted }) ms")
    // 100 ms on a machine that has nothing else to do.
    #expect(median < 0.25)
    // What the steps did is there, and they are whole: w is the same as after as many steps at once.
    terminal.type("print \"t = {t}.\"" + Key.enter)
    try terminal.expect("\nt = ")
    let steps = try terminal.expect(".\n")
    #expect(Int(steps) ?? 0 > 1000)
    try terminal.expect("descent> ")
    terminal.type("set precision 17" + Key.enter + "print \"w = {w};\"" + Key.enter)
    try terminal.expect("\nw = ")
    let w = try terminal.expect(";\n")
    terminal.type("reset" + Key.enter + "step \(steps) every \(steps)" + Key.enter)
    try terminal.expect("descent> step \(steps)")
    terminal.type("expect w == \(w)" + Key.enter + "print \"same\"" + Key.enter)
    try terminal.expect("\nsame", timeLimit: 30)
    #expect(!terminal.screen.contains("error["))
  }

  @Test func `errors do not end the prompt`() throws {
    let terminal = try PseudoTerminal(variables: ["NO_COLOR": "1"])
    try terminal.expect("descent> ")
    for (line, answer) in [
      ("nosuch + 1", "error[name.unknown]"), ("expect 1 == 2", "error[expect.failed]"),
      ("]", "error["), ("source \"/none\"", "error[source.unreadable]"),
      ("cost w^2; w = 1; rate 1e200; step 5", "error[descent.notFinite]"),
      ("print \"still\"", "still"),
    ] {
      terminal.type(line + Key.enter)
      try terminal.expect("\n")
      try terminal.expect(answer)
      try terminal.expect("descent> ")
    }
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `Tab completes functions, parameters and what follows a command`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("learning = 3" + Key.enter)
    try terminal.expect("descent> ")
    for (typed, completed) in [
      ("softp", "softplus("), ("2*lear", "learning"), ("set prec", "precision "),
      ("step unt", "until "), ("show opt", "options "), ("help tab", "table "),
    ] {
      terminal.type(typed + Key.tab)
      try terminal.expect(completed)
      terminal.type(Key.controlC)
      try terminal.expect("descent> ")
    }
  }

  @Test func `a script is run before the prompt with -i, whose errors do not keep it away`() throws
  {
    let terminal = try PseudoTerminal(["-i", "-e", "w = 41", "-e", "nosuch"])
    try terminal.expect("error")
    try terminal.expect("descent> ")
    terminal.type("w + 1" + Key.enter)
    try terminal.expect("  42")
    // Typed before the prompt is back, it would not reach it.
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `Ctrl-C in a script ends it with status 130`() throws {
    let terminal = try PseudoTerminal(["-e", endlessDescent])
    usleep(300_000)
    terminal.type(Key.controlC)
    #expect(try terminal.exitStatus() == 130)
  }

  @Test func `a termination at the prompt gives the terminal back as it was found`() throws {
    let program = try #require(Executable.path)
    let script = """
      before=$(stty -g)
      (sleep 0.3; kill -TERM $(cat "$DESCENT_TEST_ID")) &
      sh -c 'echo $$ >"$DESCENT_TEST_ID"; exec "$0"' "$0"
      echo "status $?"
      [ "$before" = "$(stty -g)" ] && echo same || echo different
      """
    let folder = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      ["-c", script, program], variables: ["DESCENT_TEST_ID": folder.path + "/id"],
      program: "/bin/sh")
    try terminal.expect("descent> ")
    try terminal.expect("status 143")
    try terminal.expect("same")
  }

  @Test func `stopped with Ctrl-Z and continued, the line is still there`() throws {
    let program = try #require(Executable.path)
    let terminal = try PseudoTerminal(
      [
        "-m", "-c",
        "\"$0\"; echo stopped; stty -a | tr ' ' '\\n' | grep -x -e icanon; fg; echo done $?",
        program,
      ],
      program: "/bin/sh")
    try terminal.expect("descent> ")
    terminal.type("qui")
    try terminal.expect("qui")
    terminal.type("\u{1A}")
    try terminal.expect("stopped")
    try terminal.expect("icanon")
    try terminal.expect("descent> qui")
    terminal.type("t" + Key.enter)
    try terminal.expect("done 0")
  }

  @Test func `the prompt goes to standard error when results go to a file`() throws {
    let folder = try TemporaryFolder()
    let program = try #require(Executable.path)
    let terminal = try PseudoTerminal(
      ["-c", "\"$0\" >\"$OUTPUT\"; echo done", program],
      variables: ["OUTPUT": folder.path + "/output"], program: "/bin/sh")
    try terminal.expect("descent> ")
    terminal.type("1 + 1" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    try terminal.expect("done")
    let output = try FileReading.bytes(ofFile: folder.path + "/output")
    #expect(!output.isEmpty)
    #expect(!String(decoding: output, as: UTF8.self).contains("descent>"))
    #expect(!output.contains(0x1B))
  }

  @Test func `Tab lists the last component of several files`() throws {
    let folder = try TemporaryFolder()
    try folder.write("exam one.csv", "")
    try folder.makeFolder("exam two")
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("data \"\(folder.path)/e" + Key.tab)
    try terminal.expect("exam ")
    terminal.type(Key.tab + Key.tab)
    let before = try terminal.expect("exam one.csv")
    #expect(!before.contains("/exam"))
    try terminal.expect("exam two/")
    try terminal.expect("descent> ")
    terminal.type("t" + Key.tab)
    try terminal.expect("exam two/")
  }

  @Test func `Tab goes on after a quote inside a file's name`() throws {
    let folder = try TemporaryFolder()
    try folder.write("say \"hello\".csv", "")
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("data \"\(folder.path)/say \\\"he" + Key.tab)
    try terminal.expect("say \\\"hello\\\".csv\"")
  }

  @Test func `several pasted lines are one entry`() throws {
    let folder = try TemporaryFolder()
    let history = folder.path + "/history"
    let terminal = try PseudoTerminal(variables: ["DESCENT_HISTORY": history])
    try terminal.expect("descent> ")
    terminal.type("\u{1B}[200~1 + 1\r2 + 2\u{1B}[201~")
    try terminal.expect("2 + 2")
    terminal.type(Key.enter)
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(HistoryFile(path: history).load() == ["1 + 1\n2 + 2"])
  }

  @Test func `the line survives that the window changes its size`() throws {
    let terminal = try PseudoTerminal(columns: 80)
    try terminal.expect("descent> ")
    terminal.type("qu")
    try terminal.expect("qu")
    terminal.resize(columns: 40)
    terminal.type("it" + Key.enter)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `undo and redo take whole entries back and forth`() throws {
    let terminal = try PseudoTerminal()
    /// Types an entry; what was shown between it and the next prompt.
    func type(_ entry: String, shows expected: String) throws {
      terminal.type(entry + Key.enter)
      #expect(try terminal.expect("\ndescent> ").contains(expected), "\(entry)")
    }
    try terminal.expect("descent> ")
    try type("cost w^2; w = 8; rate 0.25", shows: "dcost/dw")
    try type("step 2", shows: "2  2     4         4")
    try type("for k in 1..2 { rate k/10; step }", shows: "")
    try type("w", shows: "  0.96")
    try type("undo", shows: "taken back: for k in 1..2 { rate k/10; step }")
    try type("w; rate", shows: "  2\n  0.25")
    try type("undo", shows: "taken back: step 2")
    try type("w", shows: "  8")
    try type("redo 2", shows: "done again: 2 entries")
    try type("w", shows: "  0.96")
    // What only looks is no entry of its own, and something new ends what could be done again.
    try type("undo 3", shows: "taken back: 3 entries")
    try type("w", shows: "error[name.unknown]")
    try type("let k = 2", shows: "")
    try type("redo", shows: "error[redo.tooFar]")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `undo takes back what was done before Ctrl-C`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("cost w^2; w = 8" + Key.enter)
    try terminal.expect("descent> ")
    terminal.type(endlessDescent + Key.enter)
    try terminal.expect("step 1000000000000")
    usleep(200_000)
    terminal.type(Key.controlC)
    try terminal.expect("\ndescent> ")
    terminal.type("undo; w; rate" + Key.enter)
    #expect(try terminal.expect("\ndescent> ").contains("  8\n  0.1"))
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
  }

  @Test func `the same entry twice in a row is remembered once`() throws {
    let folder = try TemporaryFolder()
    let history = folder.path + "/history"
    let terminal = try PseudoTerminal(variables: ["DESCENT_HISTORY": history])
    for entry in ["1 + 1", "1 + 1", "2 + 2", "1 + 1"] {
      try terminal.expect("descent> ")
      terminal.type(entry + Key.enter)
    }
    try terminal.expect("descent> ")
    terminal.type(Key.controlD)
    #expect(try terminal.exitStatus() == 0)
    #expect(HistoryFile(path: history).load() == ["1 + 1", "2 + 2", "1 + 1"])
  }

  @Test func `Tab completes a name that a number touches`() throws {
    let terminal = try PseudoTerminal()
    try terminal.expect("descent> ")
    terminal.type("1 + 3sq" + Key.tab)
    try terminal.expect("3sqrt(")
  }
}

/// A walk that no one has the time to wait for.
private let endlessDescent = "cost w^2; rate 1e-12; step 1000000000000 every 1000000000000"
