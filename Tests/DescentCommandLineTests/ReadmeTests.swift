import DescentSession
import DescentSource
import Testing

@testable import DescentCommandLine

struct `The readme` {
  private let lines: [String]

  init() throws {
    lines = try projectText("README.md").split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The session as it would be printed, entry by entry.
  @Test func `shows a session as the program prints it`() throws {
    let start = try #require(lines.firstIndex { $0.hasPrefix("descent> ") })
    let shown = lines[start...].prefix { $0 != "```" }.map { $0 + "\n" }.joined()
    let entries = lines[start...].prefix { $0 != "```" }.filter { $0.hasPrefix(Prompt.first) }
    #expect(entries.count > 10)
    var session = Session()
    var printed = ""
    for entry in entries {
      printed += entry + "\n"
      let text = String(entry.dropFirst(Prompt.first.count))
      printed += Self.output(of: text, in: &session)
    }
    #expect(printed == shown)
  }

  private static func output(of entry: String, in session: inout Session) -> String {
    var printed = ""
    let renderer = OutputRenderer(format: .text, isQuiet: false)
    let environment = Environment(emit: { printed += renderer.text(of: $0) ?? "" })
    let script = Script(SourceText(name: "<prompt>", text: entry), origin: .typed)
    do {
      _ = try session.run(script, environment)
    } catch {
      printed += DiagnosticRenderer().render(error, color: .never)
    }
    return printed
  }

  @Test func `lists the commands, in their order`() throws {
    let said = try cells(under: "| say |")
    let expected = Vocabulary.commands.map { command in
      Vocabulary.words[command.word] == nil
        ? command.help.syntax[0].split(separator: "[").map(String.init)[0] : command.word
    }
    #expect(said == expected.map { $0.last == " " ? String($0.dropLast()) : $0 })
  }

  @Test func `lists the options`() throws {
    guard case .show(let help) = Arguments.parse(["--help"]) else {
      Issue.record("--help shows nothing")
      return
    }
    let options = help.split(separator: "\n").compactMap { line -> [Substring]? in
      guard line.hasPrefix("  -") else { return nil }
      return line.split { $0 == " " || $0 == "," }.prefix { $0.hasPrefix("-") || $0 == "<" }
        .filter { $0 != "-h" }
    }.flatMap { $0 }
    let listed = try lines(under: "| option |").flatMap { line in
      line.split { " `|".contains($0) }.filter { $0.hasPrefix("-") }
    }
    #expect(listed == options)
  }

  @Test(arguments: ["lesson", "example"])
  func `lists every script`(kind: String) throws {
    let folder = "Scripts/\(kind)s/"
    let names = `The lessons and examples`.scripts.compactMap { path -> String? in
      guard path.hasPrefix(folder) else { return nil }
      return String(path.dropFirst(folder.count).dropLast(".descent".count))
    }
    #expect(try cells(under: "| \(kind) |") == names)
  }

  private func lines(under heading: String) throws -> [String] {
    let start = try #require(lines.firstIndex { $0.hasPrefix(heading) })
    return Array(lines[(start + 2)...].prefix { $0.hasPrefix("|") })
  }

  /// What stands between the first backquotes of each row.
  private func cells(under heading: String) throws -> [String] {
    try lines(under: heading).map { String($0.split(separator: "`")[1]) }
  }
}
