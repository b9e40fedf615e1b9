package import DescentSource
internal import DescentSyntax

/// A text taken apart into commands; where one cannot be read, the reason stands in its place.
package struct Script: Sendable {
  package enum Item: Sendable {
    case statement(Statement)
    case failure(Diagnostic)
  }

  package private(set) var items: [Item] = []

  package var failures: [Diagnostic] {
    items.compactMap { if case .failure(let diagnostic) = $0 { diagnostic } else { nil } }
  }

  /// - Parameter origin: whether line breaks are those of a file or of what was typed.
  package init(_ source: SourceText, origin: Origin) {
    var parser: Parser
    do {
      parser = try Parser(source, origin: origin == .file ? .file : .prompt)
    } catch {
      items = [.failure(error)]
      return
    }
    read(&parser) { $0.isAtEnd }
  }

  package enum Origin: Sendable { case file, typed }

  /// Whether what was typed goes on in the next line. What help is asked about stands alone.
  package static func needsMoreInput(_ text: String) -> Bool {
    let isHelp = text.drop { $0 == " " }.hasPrefix("help ")
    return !isHelp && Parser.needsMoreInput(text)
  }

  /// The commands of a block, with its braces.
  init(block parser: inout Parser) throws(Diagnostic) {
    try parser.beginBlock()
    read(&parser, toBlockDepth: parser.blockDepth) { $0.isAtBlockEnd }
    try parser.endBlock()
  }

  private mutating func read(
    _ parser: inout Parser, toBlockDepth depth: Int = 0, until isAtEnd: (Parser) -> Bool
  ) {
    parser.skipSeparators()
    while !isAtEnd(parser) {
      do {
        let statement = try Vocabulary.statement(&parser)
        let failures = (statement.command as? any BlockCommand)?.failures ?? []
        items += failures.isEmpty ? [.statement(statement)] : failures.map { .failure($0) }
      } catch {
        items.append(.failure(error))
        parser.recover(toBlockDepth: depth)
      }
      parser.skipSeparators()
    }
  }
}

extension Diagnostic {
  /// Says which command it was, where nothing else points there.
  fileprivate mutating func add(_ statement: Statement) {
    guard let primary else {
      self.primary = statement.label
      return
    }
    let isPointedAt = ([primary] + secondary).contains { label in
      statement.range.lower <= label.range.lower && label.range.upper <= statement.range.upper
        && label.source.name == statement.source.name
        && label.source.bytes == statement.source.bytes
    }
    // Of files that include each other, the innermost commands tell enough.
    guard !isPointedAt, secondary.count < 4 else { return }
    let text = statement.command is RunFile ? "included here" : "in this command"
    secondary.append(Label(statement.source, statement.range, text))
  }
}

extension Session {
  /// Runs one command; when it fails, the session is as it was before.
  package mutating func run(
    _ statement: Statement, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    var copy = self
    do {
      let completion = try statement.command.run(&copy, environment, at: statement.label)
      if statement.command.changesSession { copy.revision += 1 }
      self = copy
      return completion
    } catch {
      if type(of: statement.command).keepsWhatWasDone {
        if copy.descent.step != descent.step { copy.revision += 1 }
        self = copy
      }
      var problem = error
      problem.add(statement)
      throw problem
    }
  }

  /// Runs commands in order; the first that fails ends it.
  package mutating func run(
    _ script: Script, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    for item in script.items {
      switch item {
      case .failure(let diagnostic): throw diagnostic
      case .statement(let statement):
        let completion = try run(statement, environment)
        switch completion {
        case .proceed: break
        case .undo, .redo:
          throw Diagnostic(
            "undo.inside", "whole entries are taken back, and this is inside of one",
            at: statement.label, help: ["write it by itself, after the entry"])
        case .quit, .interrupted: return completion
        }
        if environment.isInterrupted() { return .interrupted }
      }
    }
    return .proceed
  }
}
