import DescentCommandLine
import Testing

/// A reader that plays what a person would do.
private struct Typed: LineReading {
  var reads: [LineRead]
  var prompts: [String] = []
  var remembered: [String] = []

  init(_ reads: [LineRead]) { self.reads = reads }

  mutating func readLine(prompt: String, after entry: String) -> LineRead {
    prompts.append(prompt)
    return reads.isEmpty ? .end : reads.removeFirst()
  }

  mutating func remember(_ entry: String) { remembered.append(entry) }
}

struct `The prompt's loop` {
  private func run(_ reads: [LineRead]) -> (reader: Typed, executed: [String]) {
    var executed: [String] = []
    var repl = REPL(
      reader: Typed(reads), needsMoreInput: { $0.hasSuffix("+") },
      execute: { entry in
        executed.append(entry)
        return entry == "quit" ? .quit : .proceed
      })
    repl.run()
    return (repl.reader, executed)
  }

  @Test func `executes entry by entry until the end`() {
    let (reader, executed) = run([.line("a"), .line("b"), .end, .line("c")])
    #expect(executed == ["a", "b"])
    #expect(reader.remembered == ["a", "b"])
  }

  @Test func `quits when told to`() {
    #expect(run([.line("quit"), .line("c")]).executed == ["quit"])
  }

  @Test func `joins the lines of one entry`() {
    let (reader, executed) = run([.line("a +"), .line("b +"), .line("c")])
    #expect(executed == ["a +\nb +\nc"])
    #expect(reader.remembered == executed)
    #expect(reader.prompts == ["descent> ", "     ...> ", "     ...> ", "descent> "])
  }

  @Test func `an interrupt abandons the whole entry`() {
    let (reader, executed) = run([.line("a +"), .interrupted, .line("b")])
    #expect(executed == ["b"])
    #expect(reader.prompts == ["descent> ", "     ...> ", "descent> ", "descent> "])
  }

  @Test func `the end hands over what it cuts short`() {
    #expect(run([.line("a +"), .end]).executed == ["a +"])
  }

  @Test func `blank entries are neither executed nor remembered`() {
    let (reader, executed) = run([.line(""), .line("  \t"), .line("a")])
    #expect(executed == ["a"])
    #expect(reader.remembered == ["a"])
  }
}
