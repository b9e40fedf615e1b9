import DescentSession
import DescentSource
import Testing

/// Whatever its size, an expression is read, differentiated, printed, descended and released
/// without recursion.
@Suite(.serialized) struct `Expressions of any size` {
  #if DEBUG
    /// Code that is not optimised is some twenty times slower.
    private static let size = 4_000
  #else
    private static let size = 100_000
  #endif

  /// What a program says and the point it ends at.
  private func run(_ program: String) throws -> (text: [String], w: Double) {
    var session = Session()
    var text: [String] = []
    let environment = Environment(emit: { output in
      switch output {
      case .equations(let equations): text += equations.map { "\($0.left) = \($0.right)" }
      case .line(let line): text.append(line)
      case .value(let value, _, _): text.append(value)
      case .table(let table, let style):
        text.append(table.text(style: style, displayWidth: { $0.count }))
      case .printed(let line), .text(let line): text.append(line)
      }
    })
    let script = Script(SourceText(name: "scale", text: program), origin: .file)
    for failure in script.failures { Issue.record("\(failure.message)") }
    _ = try session.run(script, environment)
    #expect(session.descent.step == 2)
    let w = try #require(session.values.first { _ in true }?.value.first)
    return (text, w)
  }

  private func repeated(_ text: String) -> String { String(repeating: text, count: Self.size) }

  @Test func `a sum of very many terms`() throws {
    let terms = (1...Self.size).map { "sin(\($0)*w)" }.joined(separator: " + ")
    let (text, w) = try run("w = 1; rate 1e-12; cost \(terms); step 2; grad")
    #expect(text[0].hasPrefix("cost(w) = sin(1*w) + sin(2*w) + "))
    #expect(text[1].hasPrefix("dcost/dw = cos(1*w) + 2*cos(2*w) + "))
    #expect(text.allSatisfy { $0.utf8.count < 4000 }, "folded on the screen")
    #expect(w != 1 && abs(w - 1) < 0.01)
  }

  @Test func `functions nested very deeply`() throws {
    let (text, w) = try run(
      "w = 1; cost \(repeated("sin("))w\(repeated(")")); step 2; grad; show")
    #expect(text[0].hasPrefix("cost(w) = sin(sin(sin("))
    #expect(text.allSatisfy { $0.utf8.count < 4000 }, "folded on the screen")
    // Each sine lowers the value a little: what is left falls as sqrt(3/n).
    #expect(w < 1 && w > 0.99)
  }

  @Test func `parentheses nested very deeply`() throws {
    let (text, w) = try run("w = 1; cost \(repeated("("))w\(repeated(")"))^2; step 2")
    #expect(text[0] == "cost(w) = w^2")
    #expect(text[1] == "dcost/dw = 2*w")
    #expect(abs(w - 0.64) < 1e-15)
  }

  @Test func `quotients, conditions and powers nested very deeply`() throws {
    func repeated(_ text: String) -> String { String(repeating: text, count: Self.size / 4) }
    for cost in [
      "w" + repeated("/(1 + w") + repeated(")"),
      repeated("if w > 0 then ") + "w" + repeated(" else 1"),
      "w" + repeated("^w"), repeated("-") + "w^2", "1" + repeated("*cos(w/1e9)"),
    ] {
      let (_, w) = try run("w = 0.9; rate 1e-3; cost \(cost); step 2")
      #expect(w.isFinite)
    }
  }

  @Test func `a part that is shared in 60 levels, a tree of 2 to the 60 leaves`() throws {
    let sums = (0..<60).map { "let a\($0 + 1) = a\($0) + a\($0)" }.joined(separator: "\n")
    let (text, w) = try run(
      "w = 1\nlet a0 = w\n\(sums)\nrate 2^-122\ncost a60^2\nstep 2\ngrad\nshow")
    // The slope is 2·2^120·w: each step takes half of w away.
    #expect(w == 0.25)
    #expect(text.allSatisfy { $0.utf8.count < 4000 }, "folded on the screen")
  }

  @Test func `a shared part under functions, whose slopes share as well`() throws {
    let levels = (0..<60).map { "let a\($0 + 1) = sin(a\($0)) + cos(a\($0))" }
      .joined(separator: "\n")
    let (text, _) = try run("w = 1\nlet a0 = w\n\(levels)\ncost a60\nstep 2\ngrad")
    #expect(text.allSatisfy { $0.utf8.count < 4000 }, "folded on the screen")
  }

  @Test func `blocks nested too deeply are refused`() throws {
    // The innermost failure stands in the blocks around it: that it is read at all is the test.
    let script = Script(
      SourceText(name: "scale", text: String(repeating: "expect error {\n", count: 1000)),
      origin: .file)
    #expect(!script.items.isEmpty)
    let brackets = Script(SourceText(name: "scale", text: repeated("[")), origin: .file)
    #expect(brackets.failures.map(\.code) == ["syntax.unclosed"])
  }
}
