package import DescentSource
package import DescentSyntax

/// Every command, one line each, in the order help lists them.
package enum Vocabulary {
  package static let commands: [any Command.Type] = [
    SetParameter.self,
    Let.self,
    SetCost.self,
    SetRate.self,
    SetRule.self,
    SetOption.self,
    Evaluate.self,
    ShowGradient.self,
    CheckGradient.self,
    Show.self,
    ShowTable.self,
    TakeSteps.self,
    GoBack.self,
    Reset.self,
    Print.self,
    Expect.self,
    Input.self,
    RunFile.self,
    Help.self,
    Quit.self,
  ]

  /// Those that begin with a word of their own.
  package static let words: [String: any Command.Type] = Dictionary(
    uniqueKeysWithValues: commands.filter { $0 != SetParameter.self && $0 != Evaluate.self }.map {
      ($0.word, $0)
    })

  /// Words of the language whose commands are not there yet.
  package static let wordsNotYet: Set<String> = [
    "batch", "data", "diagnose", "epoch", "explain", "for", "hessian", "if", "lab", "plot",
    "predict", "redo", "repeat", "save", "scale", "split", "sweep", "undo", "watch",
  ]

  // MARK: Reading

  /// Reads one command.
  package static func statement(_ parser: inout Parser) throws(Diagnostic) -> Statement {
    let start = parser.position.lower
    let command = try command(&parser)
    try parser.endCommand()
    return Statement(
      command: command, source: parser.source, range: SourceRange(start, parser.previousEnd))
  }

  private static func command(_ parser: inout Parser) throws(Diagnostic) -> any Command {
    let first = parser.peek
    guard first.kind == .name else { return try Evaluate.parse(&parser) }
    let name = parser.text(of: first)
    let next = parser.peek(1)
    if next.kind == .punctuation(.equals) || startsElementAssignment(parser) {
      try refuseReserved(name, first.range, parser)
      return try SetParameter.parse(&parser)
    }
    if name == "grad", next.kind == .name, parser.text(of: next) == "at" {
      return try ShowGradient.parseElsewhere(&parser)
    }
    if let type = words[name], !isExpression(name, next, parser) {
      parser.advance()
      return try type.parse(&parser)
    }
    if wordsNotYet.contains(name), !isChoice(parser) {
      throw Diagnostic(
        "not.yet", "the command '\(name)' is not in this version yet",
        at: Diagnostic.Label(parser.source, first.range))
    }
    if words[name] == nil, !beginsExpression.contains(name), !next.touchesPrevious {
      try refuseUnknownCommand(name, next, parser)
    }
    return try Evaluate.parse(&parser)
  }

  /// `if C then A else B`: a value, and no command with blocks.
  private static func isChoice(_ parser: Parser) -> Bool {
    var ahead = parser
    guard ahead.accept(word: "if") != nil, (try? ahead.expression()) != nil else { return false }
    return ahead.isWord("then")
  }

  /// `x[2] = 5`, `W[16, 784] = …`: a subscript straight after the name, then `=`.
  private static func startsElementAssignment(_ parser: Parser) -> Bool {
    guard parser.peek(1).kind == .punctuation(.leftBracket), parser.peek(1).touchesPrevious else {
      return false
    }
    var ahead = parser
    ahead.advance()
    var depth = 0
    for _ in 0..<64 {
      switch ahead.advance().kind {
      case .punctuation(.leftBracket), .punctuation(.leftParenthesis): depth += 1
      case .punctuation(.rightBracket), .punctuation(.rightParenthesis):
        depth -= 1
        if depth == 0 { return ahead.peek.kind == .punctuation(.equals) }
      case .newline, .endOfInput, .invalid: return false
      default: break
      }
    }
    return false
  }

  /// Whether a word that is a command and a value begins an expression here: `cost` alone or before
  /// `at`, `grad(w)`, `grad * 2`; a sign after `cost` or `rate` belongs to their argument.
  private static func isExpression(_ name: String, _ next: Token, _ parser: Parser) -> Bool {
    if name == "cost" || name == "rate" {
      switch next.kind {
      case .newline, .endOfInput, .punctuation(.semicolon), .punctuation(.rightBrace): return true
      case .name where parser.text(of: next) == "at": return true
      default: break
      }
    }
    guard case .operator(let sign) = next.kind else {
      return name == "grad" && next.kind == .punctuation(.leftParenthesis)
        || name == "grad" && next.kind == .punctuation(.leftBracket)
    }
    let isSign = sign == .add || sign == .subtract
    return name == "grad" || (name == "cost" || name == "rate") && !isSign && sign != .not
  }

  private static func refuseReserved(
    _ name: String, _ range: SourceRange, _ parser: Parser
  ) throws(Diagnostic) {
    guard words[name] != nil || wordsNotYet.contains(name) else { return }
    var rest = parser
    rest.advance()
    rest.advance()
    let from = rest.position.lower
    while !rest.isAtEndOfCommand, rest.peek.kind != .invalid { rest.advance() }
    let value = parser.source.text(in: SourceRange(from, max(from, rest.previousEnd)))
    throw Diagnostic(
      "name.command", "'\(name)' is a command, not a parameter",
      at: Diagnostic.Label(parser.source, range), help: ["write: \(name) \(value)"])
  }

  /// Words that an operand follows.
  private static let beginsExpression: Set<String> = ["if", "not"]

  /// A word that is followed by what no expression goes on with was meant as a command.
  private static func refuseUnknownCommand(
    _ name: String, _ next: Token, _ parser: Parser
  ) throws(Diagnostic) {
    switch next.kind {
    case .number, .name, .string: break
    default: return
    }
    let following = parser.text(of: next)
    if ["at", "and", "or", "within", "on", "by"].contains(following) { return }
    let near = suggestion(for: name, among: words.keys.sorted())
    var help = near.map { ["did you mean '\($0)'?"] } ?? ["'help' lists the commands"]
    if case .number = next.kind, near == nil {
      help.append("to multiply, write: \(name)*\(following)")
    }
    if case .name = next.kind, near == nil {
      help.append("to multiply, write: \(name)*\(following)")
    }
    throw Diagnostic(
      "command.unknown", "no command is called '\(name)'",
      at: Diagnostic.Label(parser.source, parser.peek.range), help: help)
  }
}
