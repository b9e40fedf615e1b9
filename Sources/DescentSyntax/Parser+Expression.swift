package import DescentSource

extension Parser {
  /// Takes an expression, from a choice (`if C then A else B`) to an atom, without an `at` of its
  /// own outside parentheses.
  package mutating func expression() throws(Diagnostic) -> Expression {
    try read(ExpressionBuilder.Frame(kind: .base, opening: position), at: .inParentheses)
  }

  /// Takes an expression that may end in `at w = 3, b = 1`. After a comma it goes on with a name
  /// and `=` only; another comma is the command's.
  package mutating func expressionWithBindings() throws(Diagnostic) -> Expression {
    try read(ExpressionBuilder.Frame(kind: .base, opening: position), at: .anywhere)
  }

  /// Takes an expression whose operators are at least those of a sum: no comparison, no range.
  package mutating func addLevelExpression() throws(Diagnostic) -> Expression {
    try read(
      ExpressionBuilder.Frame(kind: .base, opening: position, loosest: .add), at: .inParentheses)
  }
}

/// Where an `at` may stand.
enum BindingPlace { case inParentheses, anywhere }

/// What is done with a token that stands where an operator may.
enum Step {
  /// An operator was taken: an operand follows.
  case operand
  /// What was taken completes an operand: another operator may follow.
  case `operator`
  /// The token ends what is open.
  case end
}

extension Parser {
  private mutating func read(
    _ base: ExpressionBuilder.Frame, at place: BindingPlace
  ) throws(Diagnostic) -> Expression {
    var builder = ExpressionBuilder(source: source)
    builder.open(base)
    while true {
      while try !takeOperand(&builder) {}
      operators: while true {
        switch try takeOperator(&builder, place) {
        case .operand: break operators
        case .operator: continue
        case .end:
          builder.reduce(downTo: .choice)
          switch try endFrame(&builder) {
          case .operand: break operators
          case .operator: continue
          case .end:
            guard let root = builder.operands.last else {
              throw unexpected(expected: "an expression")
            }
            expressionEnd = previousEnd
            return Expression(tree: builder.tree, root: root.index)
          }
        }
      }
    }
  }

  // MARK: Operands

  /// Takes a token where an operand begins; whether an operand is complete with it.
  private mutating func takeOperand(_ builder: inout ExpressionBuilder) throws(Diagnostic) -> Bool {
    let token = peek
    switch token.kind {
    case .number(let value):
      advance()
      builder.pushLeaf(.number(value), token.range)
      return try !takeTouch(&builder, number: token)
    case .name:
      return try takeName(&builder)
    case .operator(let infix):
      guard let prefix = OperatorTable.prefix(spelledLike: infix) else { break }
      advance()
      builder.pending.append(.prefix(prefix, token.range))
      return false
    case .punctuation(.leftParenthesis):
      advance()
      builder.open(ExpressionBuilder.Frame(kind: .group, opening: token.range))
      return false
    case .punctuation(.leftBracket):
      advance()
      builder.open(ExpressionBuilder.Frame(kind: .list, opening: token.range))
      return try closeEmpty(&builder, .rightBracket, .list)
    case .punctuation(.rightParenthesis), .punctuation(.rightBracket), .punctuation(.comma):
      if let previous, previous.kind == .punctuation(.comma) {
        throw error(
          "syntax.comma", "a value is missing after this comma", at: previous.range,
          help: ["write the value, or leave the comma out"])
      }
    default: break
    }
    throw unexpected(expected: "an expression", opening: innermostBracket(builder))
  }

  private mutating func takeName(_ builder: inout ExpressionBuilder) throws(Diagnostic) -> Bool {
    let token = peek
    if let index = builder.names[source.bytes, token.range] {
      return try takeName(index, &builder)
    }
    let name = text(of: token)
    if name == "if" {
      guard builder.top == nil, builder.frames.last?.loosest == .choice else {
        throw error(
          "syntax.choice", "an 'if' inside an expression stands in parentheses", at: token.range,
          help: ["write (if C then A else B)"])
      }
      advance()
      builder.open(ExpressionBuilder.Frame(kind: .condition, opening: token.range))
      return false
    }
    if name == "not" {
      if let top = builder.top, top.precedence > .not {
        throw error(
          "syntax.not", "'not' holds less tightly than what stands before it", at: token.range,
          help: ["write (not …) in parentheses"])
      }
      guard let frame = builder.frames.last, frame.loosest <= .not else {
        throw unexpected(expected: "a sum")
      }
      advance()
      builder.pending.append(.prefix(.not, token.range))
      return false
    }
    if name == "end" {
      guard builder.subscriptDepth > 0 else {
        throw error(
          "syntax.end", "'end' has a meaning only inside x[…], where it is the last index",
          at: token.range)
      }
      advance()
      builder.pushLeaf(.end, token.range)
      return true
    }
    if name != "rows", Self.reservedWords.contains(name) {
      throw unexpected(expected: "an expression", opening: innermostBracket(builder))
    }
    let index = builder.intern(name)
    builder.names.add(index, source.bytes, token.range)
    return try takeName(index, &builder)
  }

  /// Takes a name that is no word of the language, or the beginning of a call.
  private mutating func takeName(
    _ index: Int32, _ builder: inout ExpressionBuilder
  ) throws(Diagnostic) -> Bool {
    let token = advance()
    guard let opening = accept(.leftParenthesis) else {
      builder.pushLeaf(.name(index), token.range)
      return true
    }
    builder.open(
      ExpressionBuilder.Frame(
        kind: .call, opening: token.range.union(opening.range), name: index))
    return try closeEmpty(&builder, .rightParenthesis, .call(index))
  }

  /// `f()` and `[]`.
  private mutating func closeEmpty(
    _ builder: inout ExpressionBuilder, _ closing: Punctuation, _ kind: SyntaxTree.Kind
  ) throws(Diagnostic) -> Bool {
    guard let frame = builder.frames.last, let token = accept(closing) else { return false }
    builder.close(kind, frame.opening.union(token.range))
    return true
  }

  /// A number that touches a name or `(` multiplies; straight after `/` and `^` it could mean two
  /// things and is refused.
  private mutating func takeTouch(
    _ builder: inout ExpressionBuilder, number: Token
  ) throws(Diagnostic) -> Bool {
    let next = peek
    guard next.touchesPrevious else { return false }
    switch next.kind {
    case .punctuation(.leftParenthesis): break
    case .name:
      let word = text(of: next)
      let isOperand =
        word == "rows" || (word == "end" && builder.subscriptDepth > 0)
        || !Self.reservedWords.contains(word)
      guard isOperand, word != "if" else { return false }
    default: return false
    }
    try refuseTouch(builder, number, next)
    builder.reduce(downTo: .touch)
    builder.pushInfix(.multiply, .touch)
    return true
  }

  private func refuseTouch(
    _ builder: ExpressionBuilder, _ number: Token, _ next: Token
  ) throws(Diagnostic) {
    guard let frame = builder.frames.last else { return }
    var lower = number.range.lower
    var waiting = builder.pending.count
    while waiting > frame.pendingBase, case .prefix(_, let sign) = builder.pending[waiting - 1] {
      lower = sign.lower
      waiting -= 1
    }
    guard waiting > frame.pendingBase,
      case .infix(let `operator`, _) = builder.pending[waiting - 1],
      `operator` == .divide || `operator` == .power, builder.operands.count >= 2
    else { return }
    let left = builder.operands[builder.operands.count - 2].range
    let head = quoted(left)
    let digits = source.text(in: SourceRange(lower, number.range.upper))
    var factor = text(of: next)
    if next.kind != .name {
      factor = "(…)"
    } else if peek(1).kind == .punctuation(.leftParenthesis) {
      factor += "(…)"
    }
    let sign = `operator`.spelling
    let range = SourceRange(left.lower, next.range.upper)
    throw error(
      "number.touch", "'\(quoted(range))' can be read in two ways", at: range,
      help: ["write \(head)\(sign)(\(digits)*\(factor)) or \(head)\(sign)\(digits)*\(factor)"])
  }

  // MARK: Operators

  private mutating func takeOperator(
    _ builder: inout ExpressionBuilder, _ place: BindingPlace
  ) throws(Diagnostic) -> Step {
    let token = peek
    switch token.kind {
    case .operator(let infix):
      return try takeInfix(infix, &builder)
    case .superscript(let exponent):
      advance()
      if case .operator(.power) = peek.kind {
        throw error(
          "syntax.power", "a raised exponent followed by '^' can be read in two ways",
          at: token.range.union(position), help: ["write (w^2)^3 or w^(2^3)"])
      }
      builder.reduce(above: .power)
      builder.pushInfix(.power, .power)
      builder.pushLeaf(.number(exponent), token.range)
      return .operator
    case .punctuation(.apostrophe):
      return try takeTranspose(&builder)
    case .punctuation(.leftBracket):
      guard let previous, Self.canBeIndexed(previous.kind) else { return .end }
      advance()
      builder.open(ExpressionBuilder.Frame(kind: .element, opening: token.range), keeping: 1)
      return .operand
    case .name:
      return try takeWord(&builder, place)
    default:
      return .end
    }
  }

  private static func canBeIndexed(_ kind: Token.Kind) -> Bool {
    switch kind {
    case .name, .punctuation(.rightParenthesis), .punctuation(.rightBracket),
      .punctuation(.apostrophe):
      true
    default: false
    }
  }

  private mutating func takeInfix(
    _ infix: Operator, _ builder: inout ExpressionBuilder
  ) throws(Diagnostic) -> Step {
    guard let frame = builder.frames.last else { return .end }
    let precedence = infix.precedence
    guard precedence >= frame.loosest, !frame.isComplete else { return .end }
    switch infix.associativity {
    case .left:
      builder.reduce(downTo: precedence)
      builder.pushInfix(infix, precedence)
    case .right:
      builder.reduce(above: precedence)
      builder.pushInfix(infix, precedence)
    case .none:
      builder.reduce(above: precedence)
      if let top = builder.top, top.precedence == precedence {
        throw error(
          "syntax.range", "a range has two ends", at: position,
          help: ["write a..b by s for another step"])
      }
      builder.pushInfix(infix, precedence)
    case .chain:
      builder.reduce(above: precedence)
      if case .within = builder.top {
        throw error(
          "syntax.within", "a comparison with 'within' cannot be compared again", at: position,
          help: ["join two comparisons with 'and'"])
      }
      builder.pushComparison(infix)
    }
    advance()
    return .operand
  }

  private mutating func takeTranspose(
    _ builder: inout ExpressionBuilder
  ) throws(Diagnostic) -> Step {
    let operand = builder.operands.last
    if case .superscript = previous?.kind {
      throw error(
        "syntax.transpose", "a raised exponent followed by ' can be read in two ways",
        at: position, help: ["put what is transposed in parentheses: (M^2)'"])
    }
    let first = position
    var primes = 0
    while accept(.apostrophe) != nil {
      primes += 1
      guard let operand = builder.operands.last else { return .end }
      builder.push(
        .transpose, SourceRange(operand.range.lower, previousEnd), takingLast: 1)
    }
    guard isPunctuation(.leftParenthesis), peek.touchesPrevious, let operand else {
      return .operator
    }
    // A textbook's derivative: C'(w).
    var argument = "w"
    if peek(1).kind == .name, peek(2).kind == .punctuation(.rightParenthesis) {
      argument = text(of: peek(1))
    }
    var help = "\(quoted(operand.range))(\(argument))"
    for _ in 0..<min(primes, 4) { help = "diff(\(help), \(argument))" }
    throw error(
      "syntax.prime", "' transposes a matrix and makes no derivative",
      at: SourceRange(operand.range.lower, first.upper), help: ["write \(help)"])
  }

  private mutating func takeWord(
    _ builder: inout ExpressionBuilder, _ place: BindingPlace
  ) throws(Diagnostic) -> Step {
    switch text(of: peek) {
    case "or": return try takeInfix(.or, &builder)
    case "and": return try takeInfix(.and, &builder)
    case "by":
      builder.reduce(above: .range)
      guard builder.turnRangeIntoStep() else { return .end }
      advance()
      return .operand
    case "within":
      builder.reduce(above: .compare)
      if builder.turnComparisonIntoWithin() {
        advance()
        return .operand
      }
      guard case .comparison = builder.top else { return .end }
      throw error(
        "syntax.within", "'within' follows a single ≈", at: position,
        help: ["write a ≈ b within T"])
    case "at", "on": return try takeBinding(&builder, place)
    default: return .end
    }
  }

  // MARK: Ends

  /// Ends the innermost frame at a token that is no part of it.
  private mutating func endFrame(_ builder: inout ExpressionBuilder) throws(Diagnostic) -> Step {
    guard let frame = builder.frames.last else { return .end }
    switch frame.kind {
    case .base: return .end
    case .group:
      if isPunctuation(.comma) {
        throw error(
          "syntax.tuple", "parentheses hold one expression", at: position,
          secondary: (frame.opening, "opened here"), help: ["write a vector as [1, 2]"])
      }
      builder.closeGroup(try endBracket(frame, .rightParenthesis))
      return .operator
    case .call:
      if accept(.comma) != nil { return moreIn(&builder) }
      builder.close(.call(frame.name), try endBracket(frame, .rightParenthesis))
      return .operator
    case .list:
      if accept(.comma) != nil { return moreIn(&builder) }
      builder.close(.list, try endBracket(frame, .rightBracket))
      return .operator
    case .element:
      if accept(.comma) != nil { return moreIn(&builder) }
      let base = builder.operands[frame.operandBase].range
      builder.close(.index, base.union(try endBracket(frame, .rightBracket)))
      return .operator
    case .condition:
      try expectWord("then", frame)
      builder.frames[builder.frames.count - 1].kind = .thenBranch
      return moreIn(&builder)
    case .thenBranch:
      try expectWord("else", frame)
      builder.frames[builder.frames.count - 1].kind = .elseBranch
      return moreIn(&builder)
    case .elseBranch:
      let last = builder.operands[builder.operands.count - 1].range
      builder.close(.conditional, frame.opening.union(last))
      builder.frames[builder.frames.count - 1].isComplete = true
      return .operator
    case .binding:
      if isPunctuation(.comma), peek(1).kind == .name, peek(2).kind == .punctuation(.equals) {
        advance()
        try takeBoundName(&builder)
        return .operand
      }
      let first = builder.operands[frame.operandBase].range
      let last = builder.operands[builder.operands.count - 1].range
      builder.closeBinding(first.union(last))
      return .operator
    }
  }

  private func moreIn(_ builder: inout ExpressionBuilder) -> Step {
    builder.frames[builder.frames.count - 1].isComplete = false
    return .operand
  }

  private mutating func endBracket(
    _ frame: ExpressionBuilder.Frame, _ closing: Punctuation
  ) throws(Diagnostic) -> SourceRange {
    guard isPunctuation(closing) else {
      let expected = frame.kind == .group ? "" : "',' or "
      throw unexpected(expected: expected + "'\(closing.rawValue)'", opening: frame.opening)
    }
    return frame.opening.union(advance().range)
  }

  private mutating func expectWord(
    _ word: String, _ frame: ExpressionBuilder.Frame
  ) throws(Diagnostic) {
    guard isWord(word) else {
      var problem = unexpected(expected: "'\(word)'", opening: nil)
      if problem.help.isEmpty { problem.help = ["write if C then A else B"] }
      problem.secondary.append(
        Diagnostic.Label(source, frame.opening, "of the 'if' that begins here"))
      throw problem
    }
    advance()
  }

  private func innermostBracket(_ builder: ExpressionBuilder) -> SourceRange? {
    builder.frames.last { frame in
      switch frame.kind {
      case .group, .call, .list, .element: true
      default: false
      }
    }?.opening
  }
}
