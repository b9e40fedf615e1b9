import DescentElaboration
import DescentGraph
import DescentSession
import DescentSource
import DescentSyntax
import Testing

struct `The grammar` {
  private let lines: [String]
  private let rows: [[String]]

  init() throws {
    lines = try projectLines("Grammar.md")
    rows = try tableRows(in: lines, headed: "level")
  }

  @Test func `lists the levels of precedence in their order`() {
    let levels = rows.map { $0[0] }.filter { !$0.isEmpty }
    #expect(levels == Precedence.allCases.map { "\($0)" })
  }

  @Test func `lists every operator at its level, in the order of the program`() {
    for row in rows where !row[0].isEmpty {
      let operators = OperatorTable.rows.filter { "\($0.precedence)" == row[0] }
      #expect(quoted(row[1]) == operators.flatMap { [$0.spelling] + $0.otherSpellings }, "\(row)")
      let groups = Set(operators.map { "\($0.associativity)" })
      #expect(groups == (row[2].isEmpty ? [] : [row[2]]), "\(row)")
    }
  }

  @Test func `has an example with its value in every row`() throws {
    var session = Session()
    try session.outputs(of: "w = 3\nx = [10, 20, 30]")
    for row in rows {
      let example = try #require(quoted(row[3]).first, "\(row)")
      #expect(try session.shownValue(of: example) == quoted(row[4]).first, "\(example)")
    }
  }

  /// The rule of each command stands under its word, and begins with it.
  @Test func `has a rule for each command and no other`() throws {
    let start = try #require(lines.firstIndex(of: "## Commands"))
    let block = lines[start...].drop { $0 != "```ebnf" }.dropFirst().prefix { $0 != "```" }
    let rules = block.compactMap { line -> (String, String)? in
      let words = line.split(separator: " ")
      guard line.first != " ", words.count > 2, words[1] == "=" else { return nil }
      return (String(words[0]), String(words[2]))
    }.filter { name, first in
      // The others are parts of commands.
      first == "\"\(name)\"" || Vocabulary.commands.contains { $0.word == name }
    }
    #expect(rules.map(\.0) == Vocabulary.commands.map { $0.word })
    let words = rules.filter { $0.1 == "\"\($0.0)\"" }.map(\.0)
    #expect(Set(words) == Set(Vocabulary.words.keys))
  }

  @Test func `names every reserved word and every constant`() throws {
    let place = try #require(lines.firstIndex { $0.hasPrefix("- Words that are never names") })
    let words = try #require(quoted(lines[place + 1]).first).split(separator: " ").map(String.init)
    #expect(words == Parser.reservedWords.sorted())
    let constants = try #require(lines.first { $0.contains("are constants") })
    #expect(Scope.constants.allSatisfy { quoted(constants).contains($0) })
  }
}

struct `Help` {
  /// The name of a command that leaves the session, or needs a file.
  private static let needsSurroundings = ["source"]

  @Test(arguments: Vocabulary.commands.map { $0.word })
  func `shows examples that run`(word: String) throws {
    let command = try #require(Vocabulary.commands.first { $0.word == word })
    #expect(!command.help.examples.isEmpty)
    guard !Self.needsSurroundings.contains(word) else { return }
    var session = Session()
    var history = History()
    let environment = Environment(emit: { _ in }, write: { _, _ in nil })
    for example in command.help.examples {
      for item in Script(SourceText(name: "<help>", text: example), origin: .typed).items {
        guard case .statement(let statement) = item else {
          Issue.record("cannot be read: \(example)")
          continue
        }
        _ = try history.run(statement, in: &session, environment)
      }
    }
    // The word itself is shown at work.
    if Vocabulary.words[word] != nil {
      #expect(
        command.help.examples.contains { $0 == word || $0.hasPrefix(word + " ") }, "\(word)")
    }
  }

  @Test func `tells the syntax of each command with its own word`() {
    for (word, command) in Vocabulary.words {
      #expect(
        command.help.syntax.allSatisfy { $0 == word || $0.hasPrefix(word + " ") }, "\(word)")
    }
  }

  @Test(arguments: Catalogue.functions.keys.sorted())
  func `shows the value of each function's example`(name: String) throws {
    for function in Catalogue.functions[name] ?? [] {
      var session = Session()
      let help = function.help
      let value = try session.shownValue(of: help.example)
      #expect(value == help.value, "\(help.example)")
      #expect(help.example.contains("\(name)("), "\(help.example)")
    }
  }

  /// Operators are primitives as well, and have an example each.
  @Test func `shows the value of each operator's example`() throws {
    for primitive in Catalogue.primitives where !primitive.isFunction {
      let help = primitive.help
      guard !help.example.isEmpty else { continue }
      var session = Session()
      try session.outputs(
        of: help.example.contains(", rows)") ? "data x = [1, 2, 3]" : "w = 3\nx = [1, 2, 3]")
      #expect(try session.shownValue(of: help.example) == help.value, "\(help.example)")
    }
  }
}
