internal import DescentElaboration
internal import DescentSource
internal import DescentSyntax

/// What a session knows from the start, written in the language: each rule and function is read
/// when it is first used.
enum Prelude {
  /// A definition in the text, and the comment above it.
  private struct Entry {
    var range: SourceRange
    var comment: SourceRange

    var about: String {
      source.text(in: comment).split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.dropFirst(2) }.joined(separator: "\n")
    }
  }

  static let source: SourceText = {
    let text = String(decoding: PackageResources.Prelude_descent, as: UTF8.self)
    return SourceText(name: "prelude", text: text)
  }()

  /// The paragraphs of the text that define a rule or a function, by its first two words.
  private static let entries: [String: Entry] = {
    // As bytes: this is part of every start.
    let (bytes, newline, comment) = (source.bytes, UInt8(ascii: "\n"), UInt8(ascii: "#"))
    func endOfLine(_ start: Int) -> Int {
      bytes[start...].firstIndex(of: newline) ?? bytes.count
    }
    var entries: [String: Entry] = [:]
    var start = 0
    while start < bytes.count {
      var begin = start
      while begin < bytes.count, bytes[begin] == comment {
        begin = min(endOfLine(begin) + 1, bytes.count)
      }
      var end = begin
      while end < bytes.count, bytes[end] != newline { end = min(endOfLine(end) + 1, bytes.count) }
      if let space = bytes[begin..<end].firstIndex(of: UInt8(ascii: " ")) {
        let name = bytes[(space + 1)..<end].prefix {
          $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "(")
        }
        entries[String(decoding: bytes[begin..<name.endIndex], as: UTF8.self)] = Entry(
          range: SourceRange(begin, end - 1), comment: SourceRange(start, max(start, begin - 1)))
      }
      start = end + 1
    }
    return entries
  }()

  static let ruleNames = names(after: "rule ")
  static let functionNames = names(after: "let ")

  private static func names(after keyword: String) -> [String] {
    entries.filter { $0.key.hasPrefix(keyword) }
      .sorted { $0.value.range.lower < $1.value.range.lower }
      .map { String($0.key.dropFirst(keyword.count)) }
  }

  /// A rule by its name.
  static func rule(_ name: String) -> RuleDefinition? {
    guard let entry = entries["rule \(name)"], var parser = parser(entry) else { return nil }
    parser.advance()
    guard case .definition(var definition)? = try? SetRule.parse(&parser).form else { return nil }
    definition.about = entry.about
    return definition
  }

  /// A function by its name, such as a schedule.
  static func function(_ name: String) -> Scope.Function? { functions[name] }

  private static let functions: [String: Scope.Function] = {
    var functions: [String: Scope.Function] = [:]
    for name in functionNames {
      guard let entry = entries["let \(name)"], var parser = parser(entry) else { continue }
      parser.advance()
      functions[name] = try? Let.parse(&parser).function
    }
    return functions
  }()

  /// The text that defines a function, with the comment above it.
  static func functionText(_ name: String) -> String? {
    guard let entry = entries["let \(name)"] else { return nil }
    let about = entry.about.split(separator: "\n").map { "# \($0)\n" }.joined()
    return about + source.text(in: entry.range)
  }

  /// What the comment above a rule or function says, without its example.
  static func about(_ key: String) -> String? {
    entries[key].map {
      $0.about.split(separator: "\n").filter { !$0.hasPrefix(exampleMark) }.joined(separator: "\n")
    }
  }

  /// The line that shows a function at work.
  static func example(_ name: String) -> String? {
    entries["let \(name)"]?.about.split(separator: "\n").first { $0.hasPrefix(exampleMark) }
      .map { String($0.dropFirst(exampleMark.count)) }
  }

  private static let exampleMark = "For example: "

  private static func parser(_ entry: Entry) -> Parser? {
    let text = source.text(in: entry.range)
    return try? Parser(SourceText(name: "prelude", text: text), origin: .file)
  }
}
