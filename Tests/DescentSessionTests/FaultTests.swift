import DescentSession
import DescentSource
import Foundation
import Testing

/// Mistakes, one a file under `Tests/Golden/faults`, and what a person reads on standard error.
///
/// A first line `# given: alpha=0.5 …` stands for what the command line gives to `input`.
@Suite struct FaultTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Golden/faults")

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".descent") }.sorted()
  }()

  /// What became of a file: the diagnostics, and what a command that failed left behind.
  struct Outcome {
    var diagnostics: [Diagnostic] = []
    /// The session before and after the command that failed.
    var states: (before: Session, after: Session, keeps: Bool)?
  }

  static func outcome(of name: String) throws -> Outcome {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
    var outcome = Outcome()
    let source: SourceText
    do {
      source = try SourceText(name: name, bytes: bytes)
    } catch {
      outcome.diagnostics = [error]
      return outcome
    }
    var session = Session()
    session.openFiles = [name]
    let header = "# given: "
    let firstLine = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    if firstLine.hasPrefix(header) {
      for given in firstLine.dropFirst(header.count).split(separator: " ") {
        let parts = given.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        session.givenInputs[String(parts[0])] = String(parts[1])
      }
    }
    var history = History()
    let environment = Environment(
      emit: { _ in }, read: read, write: { _, _ in FileProblem("there is no such folder") })
    let script = Script(source, origin: .file)
    for (place, item) in script.items.enumerated() {
      switch item {
      case .failure:
        for case .failure(let diagnostic) in script.items[place...] {
          outcome.diagnostics.append(diagnostic)
        }
        return outcome
      case .statement(let statement):
        let before = session
        do {
          _ = try history.run(statement, in: &session, environment)
        } catch {
          outcome.diagnostics.append(error)
          outcome.states = (before, session, type(of: statement.command).keepsWhatWasDone)
          return outcome
        }
      }
    }
    return outcome
  }

  private static func read(_ path: String) -> Result<[UInt8], FileProblem> {
    let url = folder.appending(path: path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      return .failure(FileProblem("there is no such file"))
    }
    if isDirectory.boolValue { return .failure(FileProblem("it is a directory")) }
    guard let data = try? Data(contentsOf: url) else {
      return .failure(FileProblem("it cannot be read"))
    }
    return .success([UInt8](data))
  }

  @Test func `blocks in blocks in blocks are refused before the stack ends`() {
    let text =
      String(repeating: "expect error { ", count: 5000) + String(repeating: "}", count: 5000)
    let script = Script(SourceText(name: "deep", text: text), origin: .file)
    var session = Session()
    #expect(throws: Diagnostic.self) { try session.run(script, Environment(emit: { _ in })) }
  }

  @Test func `there are faults of every kind`() {
    #expect(Self.names.count >= 80)
  }

  @Test(arguments: names) func `a fault is told as recorded`(_ name: String) throws {
    let diagnostics = try Self.outcome(of: name).diagnostics
    let text = diagnostics.map { DiagnosticRenderer().render($0) }.joined()
    let url = Self.folder.appending(path: name.replacing(".descent", with: ".expected"))
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try Data(text.utf8).write(to: url)
      Issue.record("recorded \(url.lastPathComponent); run again without RECORD_SNAPSHOTS")
      return
    }
    let expected = String(decoding: try Data(contentsOf: url), as: UTF8.self)
    #expect(text == expected)
  }

  @Test(arguments: names) func `one mistake gives one message that says where`(
    _ name: String
  ) throws {
    let diagnostics = try Self.outcome(of: name).diagnostics
    #expect(diagnostics.count == 1)
    for diagnostic in diagnostics {
      #expect(diagnostic.code.wholeMatch(of: /[a-z]+\.[a-zA-Z]+/) != nil)
      #expect(diagnostic.primary != nil || diagnostic.code == "source.encoding")
      #expect(!diagnostic.message.hasSuffix(".") && !diagnostic.message.isEmpty)
    }
  }

  @Test(arguments: names) func `a command that fails changes nothing`(_ name: String) throws {
    guard let (before, after, keeps) = try Self.outcome(of: name).states else { return }
    guard keeps else {
      #expect(after.fingerprint == before.fingerprint)
      return
    }
    #expect(after.openFiles == before.openFiles)
    // The commands of an included file before the one that failed are kept.
    if name.hasPrefix("source-") { return }
    // Steps that were completed stay, and nothing else has changed: the same steps, taken alone,
    // lead to the same session.
    var again = before
    let taken = after.descent.step - before.descent.step
    if taken > 0 {
      let script = Script(SourceText(name: "again", text: "step \(taken)"), origin: .typed)
      _ = try again.run(script, Environment(emit: { _ in }))
    }
    #expect(after.fingerprint == again.fingerprint)
  }
}
