package import DescentSource

/// A word, number or sign of the text, with its place.
package struct Token: Sendable {
  package enum Kind: Hashable, Sendable {
    case number(Double)
    /// A name or a word of the language; which of them is for the parser to say.
    case name
    /// A whole string with its quotes; ``Parser/string()`` takes it apart.
    case string
    /// `²`, `⁻¹`: the whole number that they write.
    case superscript(Double)
    /// An operator made of signs, always the infix one; `-` before an operand is known from there.
    case `operator`(Operator)
    case punctuation(Punctuation)
    /// A line break that ends a command.
    case newline
    case endOfInput
    /// What is no token; the lexer keeps the reason.
    case invalid
  }

  package var kind: Kind
  package var range: SourceRange
  /// Whether nothing stands between this token and the one before: `3w`, and not `3 w`.
  package var touchesPrevious: Bool
}

/// The signs that are no operators.
package enum Punctuation: String, Sendable, CaseIterable {
  case leftParenthesis = "("
  case rightParenthesis = ")"
  case leftBracket = "["
  case rightBracket = "]"
  case leftBrace = "{"
  case rightBrace = "}"
  case comma = ","
  case equals = "="
  case semicolon = ";"
  case colon = ":"
  case apostrophe = "'"

  /// What closes an opening sign.
  var closing: Punctuation? {
    switch self {
    case .leftParenthesis: .rightParenthesis
    case .leftBracket: .rightBracket
    case .leftBrace: .rightBrace
    default: nil
    }
  }

  var isClosing: Bool {
    self == .rightParenthesis || self == .rightBracket || self == .rightBrace
  }
}
