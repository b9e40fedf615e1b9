internal import DescentElaboration
internal import DescentGraph
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
    LoadData.self,
    SetBatch.self,
    SplitRows.self,
    ScaleColumns.self,
    SetOption.self,
    Watch.self,
    Evaluate.self,
    ShowGradient.self,
    CheckGradient.self,
    Show.self,
    ShowTable.self,
    TakeSteps.self,
    TakePasses.self,
    GoBack.self,
    Reset.self,
    RunSweep.self,
    Undo.self,
    Redo.self,
    Print.self,
    Expect.self,
    Input.self,
    RunFile.self,
    For.self,
    If.self,
    Repeat.self,
    Save.self,
    Restore.self,
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
    "diagnose", "explain", "hessian", "lab", "plot", "predict",
  ]

  // MARK: Reading

  /// Reads one command.
  package static func statement(_ parser: inout Parser) throws(Diagnostic) -> Statement {
    let start = parser.position.lower
    let command = try command(&parser)
    do { try parser.endCommand() } catch {
      throw advised(error, by: type(of: command), isAtArguments: false)
    }
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
    if name == "grad", next.kind == .name, ["at", "on"].contains(parser.text(of: next)) {
      return try ShowGradient.parseElsewhere(&parser)
    }
    if name == "if", !hasBlock(parser) {
      do { return try Evaluate.parse(&parser) } catch {
        // What stands in place of 'then' is a command that lacks its braces.
        guard error.code == "syntax.unexpected", words[parser.text(of: parser.peek)] != nil else {
          throw error
        }
        var problem = error
        problem.help = ["to run commands, write: \(If.help.syntax[0])"]
        throw problem
      }
    }
    if name == "else" { throw If.misplacedElse(parser) }
    if let type = words[name], !isExpression(name, next, parser) {
      parser.advance()
      let start = parser.previousEnd
      do { return try type.parse(&parser) } catch {
        let reached = error.primary?.range.lower ?? 0
        let isAtArguments = parser.previousEnd == start && reached <= parser.position.lower
        throw advised(error, by: type, isAtArguments: isAtArguments)
      }
    }
    try refuseBareDefinition(name, parser)
    if wordsNotYet.contains(name) {
      throw Diagnostic(
        "not.yet", "the command '\(name)' is not in this version yet",
        at: Diagnostic.Label(parser.source, first.range))
    }
    if words[name] == nil, !beginsExpression.contains(name), !next.touchesPrevious {
      try refuseUnknownCommand(name, next, parser)
    }
    return try Evaluate.parse(&parser)
  }

  /// A command that cannot be read says how it is written, unless what is wrong is inside an
  /// expression of it.
  private static func advised(
    _ problem: Diagnostic, by type: any Command.Type, isAtArguments: Bool
  ) -> Diagnostic {
    guard problem.code == "syntax.incomplete" || problem.code == "syntax.unexpected" else {
      return problem
    }
    // What follows a number or name of such a command is no factor of a product.
    let isOver = !isAtArguments && endsItself(type)
    guard isOver || problem.help.isEmpty && (isAtArguments || endsItself(type)) else {
      return problem
    }
    var problem = problem
    problem.help = ["write: \(type.help.syntax.joined(separator: ", or: "))"]
    return problem
  }

  /// Whether a command takes more or less than an expression up to its end.
  private static func endsItself(_ type: any Command.Type) -> Bool {
    let open: [any Command.Type] = [
      SetParameter.self, Let.self, SetCost.self, SetRate.self, Evaluate.self, Print.self,
      Expect.self, Input.self, Watch.self, For.self, If.self, Repeat.self,
    ]
    return !open.contains { $0 == type }
  }

  /// Whether the command has a block: `if C { … }`, and no expression `if C then A else B`.
  private static func hasBlock(_ parser: Parser) -> Bool {
    var ahead = parser
    while !ahead.isAtEndOfCommand, ahead.peek.kind != .invalid {
      if ahead.isPunctuation(.leftBrace) { return true }
      ahead.advance()
    }
    return ahead.peek.kind == .newline && ahead.peek(1).kind == .punctuation(.leftBrace)
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
      case .name where ["at", "on"].contains(parser.text(of: next)): return true
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
    let takesValue = ["rate", "cost", "rule", "step", "back", "print", "batch", "split", "epoch"]
      .contains(name)
    throw Diagnostic(
      "name.command", "'\(name)' is a command, not a parameter",
      at: Diagnostic.Label(parser.source, range),
      help: [
        takesValue && !value.isEmpty
          ? "write: \(name) \(value.utf8.count > 80 ? "…" : value)"
          : "take another name, such as \(name)1"
      ])
  }

  /// Commands of other languages, and what says the same here.
  static let foreignWords: [String: String] = [
    "while": "write: step until TEST max N, or: repeat N { if TEST { … } }",
    "break": "a loop runs to its end; its commands can stand in: if TEST { … }",
    "continue": "a loop runs to its end; its commands can stand in: if TEST { … }",
    "return": "a function is one expression: let f(x) = …",
    "def": "write: let f(x) = …", "function": "write: let f(x) = …",
    "var": "write: w = …, or: let k = …",
    "const": "write: let k = …", "import": "write: source \"FILE\"",
    "include": "write: source \"FILE\"",
    "load": "write: source \"FILE\"", "echo": "write: print …",
    "minimize": "write: cost …, then: step until norm(grad) < 1e-6",
    "minimise": "write: cost …, then: step until norm(grad) < 1e-6",
    "assert": "write: expect TEST", "optimizer": "write: rule NAME",
  ]

  /// Words that an operand follows.
  private static let beginsExpression: Set<String> = ["if", "not"]

  /// `f(x) = x^2`, as other languages write what `let` and `cost` define here.
  private static func refuseBareDefinition(
    _ name: String, _ parser: Parser
  ) throws(Diagnostic) {
    guard parser.peek(1).kind == .punctuation(.leftParenthesis) else { return }
    var ahead = parser
    ahead.advance()
    guard (try? ahead.argumentNames()) != nil, ahead.isPunctuation(.equals) else { return }
    let left = SourceRange(parser.position.lower, ahead.previousEnd)
    let text = parser.source.text(in: left)
    throw Diagnostic(
      "syntax.definition", "a function is defined with 'let'",
      at: Diagnostic.Label(parser.source, left),
      help: ["write: let \(text) = …", "or, for what is to be descended: cost \(text) = …"])
  }

  /// A word that is followed by what no expression goes on with was meant as a command.
  private static func refuseUnknownCommand(
    _ name: String, _ next: Token, _ parser: Parser
  ) throws(Diagnostic) {
    switch next.kind {
    case .number, .name, .string: break
    case .punctuation(.leftParenthesis) where name == "while": break
    default: return
    }
    let following = next.range.upper - next.range.lower > 40 ? "…" : parser.text(of: next)
    if Catalogue.functions[name] != nil || Elaborator.specialFunctions.contains(name) {
      throw Diagnostic(
        "name.function", "'\(name)' is a function and its arguments stand in parentheses",
        at: Diagnostic.Label(parser.source, parser.peek.range.union(next.range)),
        help: ["write: \(name)(\(following))"])
    }
    if ["at", "and", "or", "within", "on", "by"].contains(following) { return }
    if Parser.reservedWords.contains(name) { return }
    if let way = foreignWords[name] {
      throw Diagnostic(
        "command.unknown", "no command is called '\(name)'",
        at: Diagnostic.Label(parser.source, parser.peek.range), help: [way])
    }
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
