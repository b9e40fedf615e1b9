package import DescentSource

/// A cursor over one text, with which commands read themselves; expressions are read by
/// `Parser+Expression.swift`.
///
/// It lexes three tokens ahead and no more. A mistake in the spelling of a token surfaces where the
/// token is reached, so that it spoils only its own command.
package struct Parser: Sendable {
  /// Where the text comes from.
  package enum Origin: Sendable {
    /// A file: a line that begins with a sign straight after an expression is refused as ambiguous.
    case file
    /// The prompt or `-e`, where a line is on its own.
    case prompt
  }

  struct Block: Sendable {
    var opening: SourceRange
    /// Where the command that is being read in the block starts.
    var commandStart: Int
  }

  package let source: SourceText
  package let origin: Origin
  let limit: Int

  var lexer: Lexer
  private var current: Token
  private var second: Token
  private var third: Token
  /// The last two tokens that were taken, latest first: what advice goes by.
  private(set) var previous: Token?
  private(set) var beforePrevious: Token?

  private var blocks: [Block] = []
  private var commandStart: Int
  /// Where the last expression ended, to tell whether a line ends in one.
  var expressionEnd = -1

  /// Words that cannot be defined, because expressions and commands are taken apart by them.
  package static let reservedWords: Set<String> = [
    "all", "and", "at", "by", "else", "end", "every", "in", "not", "on", "or", "rows", "state",
    "then", "to", "until", "within",
  ]

  /// The rows that `on` can name.
  static let rowSets = ["training", "validation", "all"]

  /// The largest text whose nodes can be numbered in 32 bits.
  private static let largestText = 1 << 30

  /// Begins at the start of a text.
  ///
  /// - Throws: `syntax.size` for a text beyond a gibibyte.
  package init(_ source: SourceText, origin: Origin) throws(Diagnostic) {
    guard source.bytes.count <= Self.largestText else {
      throw Diagnostic("syntax.size", "'\(source.name)' is longer than a gibibyte")
    }
    self.init(source, origin: origin, in: SourceRange(0, source.bytes.count))
  }

  /// Reads a part of a text, such as an expression inside a string.
  init(_ source: SourceText, origin: Origin, in range: SourceRange) {
    self.source = source
    self.origin = origin
    self.limit = range.upper
    var lexer = Lexer(source, from: range.lower, to: range.upper)
    current = lexer.next()
    second = lexer.next()
    third = lexer.next()
    self.lexer = lexer
    commandStart = range.lower
  }

  // MARK: Tokens

  /// The next token.
  package var peek: Token { current }

  /// The token that many places on; `peek(0)` is ``peek-swift.property``.
  ///
  /// **Complexity** constant up to two places on; beyond, the text between is lexed again.
  package func peek(_ ahead: Int) -> Token {
    switch ahead {
    case ...0: return current
    case 1: return second
    case 2: return third
    default:
      var lexer = lexer
      var token = third
      for _ in 2..<ahead { token = lexer.next() }
      return token
    }
  }

  /// Where the next token stands.
  package var position: SourceRange { current.range }

  /// Where the last token that was taken ends; 0 at the start.
  package var previousEnd: Int { previous?.range.upper ?? 0 }

  package func text(of token: Token) -> String { source.text(in: token.range) }

  /// Takes the next token.
  @discardableResult
  package mutating func advance() -> Token {
    let token = current
    beforePrevious = previous
    previous = token
    current = second
    second = third
    third = lexer.next()
    return token
  }

  // MARK: Words, names and signs

  /// Whether the token is this word.
  package func isWord(_ word: String, _ token: Token? = nil) -> Bool {
    let token = token ?? current
    guard token.kind == .name else { return false }
    return source.bytes[token.range.lower..<token.range.upper].elementsEqual(word.utf8)
  }

  package func isPunctuation(_ punctuation: Punctuation) -> Bool {
    current.kind == .punctuation(punctuation)
  }

  /// Takes the word if it is next.
  @discardableResult
  package mutating func accept(word: String) -> Token? {
    isWord(word) ? advance() : nil
  }

  /// Takes the word, or says what it is needed for.
  ///
  /// - Parameter why: completes "expected 'in'", as in "before the values".
  package mutating func expect(word: String, _ why: String) throws(Diagnostic) {
    guard isWord(word) else { throw unexpected(expected: "'\(word)' \(why)") }
    advance()
  }

  /// Takes the sign if it is next.
  @discardableResult
  package mutating func accept(_ punctuation: Punctuation) -> Token? {
    isPunctuation(punctuation) ? advance() : nil
  }

  /// Takes the sign, or says that it is missing.
  @discardableResult
  package mutating func expect(_ punctuation: Punctuation) throws(Diagnostic) -> Token {
    guard isPunctuation(punctuation) else {
      throw unexpected(expected: "'\(punctuation.rawValue)'")
    }
    return advance()
  }

  /// Takes a name, any name: which may be defined is for the command to say.
  ///
  /// - Parameter what: what the name is of, as in "a parameter's name".
  package mutating func name(
    _ what: String
  ) throws(Diagnostic) -> (text: String, range: SourceRange) {
    guard current.kind == .name else { throw unexpected(expected: what) }
    let token = advance()
    return (text(of: token), token.range)
  }

  // MARK: Commands

  package var isAtEnd: Bool { current.kind == .endOfInput }

  /// Whether nothing of this command is left: a line break, `;`, the `}` of the block, or the end.
  package var isAtEndOfCommand: Bool {
    switch current.kind {
    case .newline, .endOfInput, .punctuation(.semicolon): true
    case .punctuation(.rightBrace): !blocks.isEmpty
    default: false
    }
  }

  /// Goes to the start of the next command.
  package mutating func skipSeparators() {
    while current.kind == .newline || current.kind == .punctuation(.semicolon) { advance() }
    markCommandStart()
  }

  private mutating func markCommandStart() {
    if blocks.isEmpty {
      commandStart = current.range.lower
    } else {
      blocks[blocks.count - 1].commandStart = current.range.lower
    }
  }

  /// Makes sure that a command is read whole.
  ///
  /// - Throws: what is left over on the line, with the likely fix; in a file `syntax.ambiguous`,
  ///   when the next line goes on with a sign as if it belonged to this line's expression.
  package mutating func endCommand() throws(Diagnostic) {
    guard isAtEndOfCommand else { throw unexpected(expected: "the end of the command") }
    guard origin == .file, current.kind == .newline, expressionEnd == previousEnd,
      case .operator(let sign) = second.kind, sign == .subtract || sign == .add
    else { return }
    let end = SourceRange(previousEnd, previousEnd)
    // Beyond the line break, so that recovering skips the second line and it gives no message too.
    advance()
    throw Diagnostic(
      "syntax.ambiguous",
      "a line that begins with '\(sign.spelling)' may go on with the expression above or begin anew",
      at: Diagnostic.Label(source, current.range),
      secondary: [Diagnostic.Label(source, end, "the expression above ends here")],
      help: [
        "to go on with it, end the line above with '\(sign.spelling)'",
        "to begin anew, leave an empty line between",
      ])
  }

  // MARK: Blocks

  /// Commands read their blocks by recursion, which the call stack bounds.
  private static let deepestBlock = 100

  /// How many blocks are open here.
  package var blockDepth: Int { blocks.count }

  /// Takes the `{` of a block, which stands on the line of its command.
  package mutating func beginBlock() throws(Diagnostic) {
    if current.kind == .newline, second.kind == .punctuation(.leftBrace) {
      let brace = second.range
      // Onto the brace, so that recovering skips the block and it gives no message too.
      advance()
      throw Diagnostic(
        "syntax.brace", "'{' stands on the line of its command",
        at: Diagnostic.Label(source, brace),
        help: ["move '{' to the end of the line above"])
    }
    guard blocks.count < Self.deepestBlock else {
      throw Diagnostic(
        "syntax.depth", "blocks are nested more than \(Self.deepestBlock) deep here",
        at: Diagnostic.Label(source, position))
    }
    let opening = try expect(.leftBrace).range
    blocks.append(Block(opening: opening, commandStart: current.range.lower))
    skipSeparators()
  }

  /// Whether the block ends here. True at the end of the input as well, where ``endBlock()`` tells.
  package var isAtBlockEnd: Bool { current.kind == .punctuation(.rightBrace) || isAtEnd }

  /// Takes the `}` of the block.
  package mutating func endBlock() throws(Diagnostic) {
    guard current.kind == .punctuation(.rightBrace) else {
      throw unexpected(expected: "'}'", opening: blocks.last?.opening)
    }
    if !blocks.isEmpty { blocks.removeLast() }
    advance()
  }

  // MARK: Recovery

  /// Skips what is left of a command after an error and goes to the start of the next one, so that
  /// one mistake gives one message.
  ///
  /// - Parameter depth: how many blocks are open around the command to skip: 0 where the caller
  ///   reads whole texts; inside a block, the ``blockDepth`` there.
  package mutating func recover(toBlockDepth depth: Int = 0) {
    let place = current.range.lower
    if blocks.count > depth { blocks.removeLast(blocks.count - max(depth, 0)) }
    let openings = blocks.map { Lexer.Opening(sign: .leftBrace, range: $0.opening) }
    let start = blocks.last?.commandStart ?? commandStart
    // The command is lexed again from its start: the brackets opened so far decide where it ends.
    var scan = Lexer(source, from: start, to: limit, openings: openings)
    var resume = limit
    scanning: while true {
      let token = scan.next()
      let isPast = token.range.lower >= place
      switch token.kind {
      case .endOfInput:
        resume = resumeAfterUnclosed(scan.openings.dropFirst(blocks.count), place, from: start)
        break scanning
      case .newline, .punctuation(.semicolon):
        guard isPast, scan.openings.count == blocks.count else { continue }
      default:
        guard isPast, scan.openings.count < blocks.count else { continue }
      }
      resume = token.range.lower
      break scanning
    }
    lexer = Lexer(source, from: resume, to: limit, openings: openings)
    previous = nil
    beforePrevious = nil
    expressionEnd = -1
    current = lexer.next()
    second = lexer.next()
    third = lexer.next()
    skipSeparators()
  }

  /// Where to go on when a bracket of the command never closes: the rest of the text is not lost
  /// for a forgotten `)`, but it is for a forgotten `}`, whose block may be meant to hold it.
  private func resumeAfterUnclosed(
    _ openings: ArraySlice<Lexer.Opening>, _ place: Int, from start: Int
  ) -> Int {
    guard !openings.isEmpty, openings.allSatisfy({ $0.sign != .leftBrace }) else { return limit }
    if place > start, isFirstOnLine(place) { return place }
    return min(source.lineRange(at: place).upper, limit)
  }

  func isFirstOnLine(_ place: Int) -> Bool {
    previousEnd < source.lineRange(at: place).lower
  }
}
