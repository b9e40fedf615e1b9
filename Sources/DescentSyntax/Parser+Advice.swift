package import DescentSource

extension Parser {
  func error(
    _ code: String, _ message: String, at range: SourceRange,
    secondary: (SourceRange, String)? = nil, help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      code, message, at: Diagnostic.Label(source, range),
      secondary: secondary.map { [Diagnostic.Label(source, $0.0, $0.1)] } ?? [], help: help)
  }

  /// The text of a range, short enough for a message.
  func quoted(_ range: SourceRange) -> String {
    guard range.upper - range.lower > 40 else { return source.text(in: range) }
    return "(…)"
  }

  /// What to say when the next token is not what can stand here.
  ///
  /// - Parameters:
  ///   - expected: what could, as in "an expression".
  ///   - opening: the bracket that is open around it.
  package func unexpected(expected: String, opening: SourceRange? = nil) -> Diagnostic {
    let token = peek
    let gap = SourceRange(previousEnd, previousEnd)
    switch token.kind {
    case .invalid:
      return lexer.problem
        ?? error("syntax.unexpected", "this has no meaning here", at: token.range)
    case .endOfInput:
      if let open = opening.map({ ($0, sign(of: $0)) })
        ?? lexer.openings.last.map({ ($0.range, $0.sign.rawValue) })
      {
        return error(
          "syntax.unclosed", "the input ends before '\(open.1)' is closed", at: open.0,
          secondary: (gap, "the input ends here"),
          help: Punctuation(rawValue: open.1)?.closing.map { ["close it with '\($0.rawValue)'"] }
            ?? [])
      }
      return error("syntax.incomplete", "the input ends where \(expected) is expected", at: gap)
    case .newline:
      return error(
        "syntax.incomplete", "the line ends where \(expected) is expected", at: gap,
        help: lineEndAdvice())
    default: break
    }
    if let opening, isFirstOnLine(token.range.lower) {
      return error(
        "syntax.unclosed", "'\(sign(of: opening))' is not closed before this line", at: token.range,
        secondary: (opening, "opened here"), help: ["expected \(expected)"])
    }
    let shown = token.kind == .string ? "a string" : "'\(quoted(token.range))'"
    return error(
      "syntax.unexpected", "\(shown) stands where \(expected) is expected", at: token.range,
      secondary: opening.map { ($0, "opened here") },
      help: advice(token, expected: expected))
  }

  /// The bracket of an opening, which may have a callee's name before it.
  private func sign(of opening: SourceRange) -> String {
    source.text(in: SourceRange(opening.upper - 1, opening.upper))
  }

  private func lineEndAdvice() -> [String] {
    if isWord("else", peek(1)) || isWord("then", peek(1)) {
      let word = text(of: peek(1))
      return ["move '\(word)' to the end of this line: after it the line may break"]
    }
    return []
  }

  /// What a person may have meant who typed this token after the one before.
  private func advice(_ token: Token, expected: String) -> [String] {
    let shown = quoted(token.range)
    if token.kind == .name {
      if let advice = Self.adviceOnWords[shown] { return [advice] }
      if shown != "rows", Self.reservedWords.contains(shown) {
        return ["'\(shown)' is a word of the language and cannot be a name"]
      }
    }
    if expected == "'='" { return token.kind == .operator(.equal) ? ["write ="] : [] }
    // What stands in the place of a name is no factor of a product, and no comparison.
    if expected.contains("name") || expected == "a string in double quotes" { return [] }
    switch token.kind {
    case .punctuation(.equals): return equalsAdvice()
    case .punctuation(.colon): return ["write a..b for a range"]
    case .punctuation(.leftBrace): return ["parentheses group: write (…)"]
    case .punctuation(.apostrophe): return ["write a string in double quotes"]
    case .punctuation(.rightBracket):
      if case .operator(.range) = previous?.kind { return ["write a..end up to the last one"] }
      return []
    case .operator(.range) where previous?.kind == .punctuation(.leftBracket):
      return ["write 1..b from the first one"]
    case .operator(let sign):
      if let previous, case .operator = previous.kind {
        return ["write one operator between two operands"]
      }
      return previous == nil
        ? ["no command begins with '\(sign.spelling)'"]
        : ["put what stands before '\(sign.spelling)' in parentheses"]
    case .number, .name, .punctuation(.leftParenthesis), .punctuation(.leftBracket):
      let product = juxtapositionAdvice(token)
      let isInList = expected.contains("','")
      return isInList && !product.isEmpty
        ? product + ["or put a comma between two values"] : product
    default: return []
    }
  }

  private static let adviceOnWords: [String: String] = [
    "then": "write if C then A else B",
    "else": "write if C then A else B; of a block, } else { on one line",
    "within": "write a ≈ b within T", "by": "write a..b by s",
    "at": "put it in parentheses: (E at w = 3)",
    "if": "put it in parentheses: (if C then A else B)",
    "not": "write not before the whole comparison: not a < b",
  ]

  private func equalsAdvice() -> [String] {
    guard let previous, let beforePrevious else { return ["write == to compare"] }
    if case .operator(let sign) = previous.kind, beforePrevious.kind == .name,
      beforePrevious.range.upper == previous.range.lower || peek.touchesPrevious
    {
      let name = text(of: beforePrevious)
      return ["write \(name) = \(name) \(sign.spelling) …"]
    }
    return ["write == to compare"]
  }

  /// Two operands side by side: `3 w`, `(a)(b)`, `sin w`, `sin²(x)`.
  private func juxtapositionAdvice(_ token: Token) -> [String] {
    guard let previous, !isFirstOnLine(token.range.lower) else { return [] }
    let left = quoted(previous.range)
    let isOpening = token.kind != .name && !token.isNumber
    var right = quoted(token.range)
    if isOpening {
      right = token.kind == .punctuation(.leftBracket) ? "[…]" : "(…)"
    } else if token.kind == .name, peek(1).kind == .punctuation(.leftParenthesis) {
      right += "(…)"
    }
    switch previous.kind {
    case .number: return ["write \(left)*\(right)"]
    case .name where Self.reservedWords.contains(left) && left != "rows": return []
    case .name:
      if token.isNumber || isOpening { return ["write \(left)*\(right)"] }
      return ["write \(left)(\(right)) where '\(left)' is a function, else \(left)*\(right)"]
    case .superscript:
      if let beforePrevious, beforePrevious.kind == .name {
        let name = text(of: beforePrevious)
        if case .superscript(let exponent) = previous.kind {
          // Whole and below 2^53: the lexer takes no other.
          let power = Int(exponent)
          let isName = peek(1).kind == .name && peek(2).kind == .punctuation(.rightParenthesis)
          let argument = isOpening ? (isName ? text(of: peek(1)) : "x") : right
          if power == -1, ["sin", "cos", "tan", "sinh", "cosh", "tanh"].contains(name) {
            return [
              "write a\(name)(\(argument)) for the inverse, 1/\(name)(\(argument)) for the quotient"
            ]
          }
          return [
            "write \(name)(\(argument))^\(power) for a power of the function,"
              + " \(name)^\(power)*\(right) for a product"
          ]
        }
      }
      return ["write * between them"]
    case .punctuation(.rightParenthesis): return ["write (…)*\(right)"]
    case .punctuation(.rightBracket), .punctuation(.apostrophe), .string:
      return ["write an operator or a comma before '\(quoted(token.range))'"]
    default: return []
    }
  }
}

extension Token {
  fileprivate var isNumber: Bool {
    if case .number = kind { true } else { false }
  }
}
