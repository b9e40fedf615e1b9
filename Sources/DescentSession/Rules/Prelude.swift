internal import DescentElaboration
internal import DescentSource
internal import DescentSyntax

/// What a session knows from the start, written in the language: each rule and function is read
/// when it is first used.
enum Prelude {
  /// A definition in the text, with the comment above it.
  private struct Entry {
    var range: SourceRange
    var about: String
  }

  static let source: SourceText = {
    let text = String(decoding: PackageResources.Prelude_descent, as: UTF8.self)
    return SourceText(name: "prelude", text: text)
  }()

  /// Where each rule and function begins: lines that start with `rule` or `let`.
  private static let entries: [String: Entry] = {
    var entries: [String: Entry] = [:]
    var about: [String] = []
    var offset = 0
    var open: (name: String, start: Int)?
    for line in source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    {
      let text = String(decoding: line, as: UTF8.self)
      let end = offset + line.count
      if text.hasPrefix("#") {
        about.append(String(text.dropFirst(2)))
      } else if text.isEmpty {
        about = []
        open = nil
      } else if text.hasPrefix("rule ") || text.hasPrefix("let ") {
        let keyword = text.prefix { $0 != " " }
        let name = text.dropFirst(keyword.count + 1).prefix { $0.isLetter || $0.isNumber }
        let key = "\(keyword) \(name)"
        entries[key] = Entry(
          range: SourceRange(offset, end), about: about.joined(separator: "\n"))
        open = (key, offset)
      } else if let begun = open {
        entries[begun.name]?.range = SourceRange(begun.start, end)
      }
      offset = end + 1
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
