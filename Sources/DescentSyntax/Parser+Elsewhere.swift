import DescentSource

/// `E at w = 3`, `E at row 7`, `E on validation`: values of an expression elsewhere.
extension Parser {
  /// `at w = 3` after an expression, where it may stand.
  mutating func takeBinding(
    _ builder: inout ExpressionBuilder, _ place: BindingPlace
  ) throws(Diagnostic) -> Step {
    builder.reduce(downTo: .choice)
    guard let frame = builder.frames.last else { return .end }
    switch frame.kind {
    case .elseBranch: return .end
    case .base where place == .inParentheses: return .end
    case .base, .group, .call, .list: break
    case .binding where isWord("at"):
      throw error(
        "syntax.at", "a second 'at' needs parentheses round what it evaluates", at: position,
        help: ["join the values with a comma: at w = 3, b = 1"])
    case .condition, .thenBranch, .element, .binding:
      throw error(
        "syntax.at", "'\(text(of: peek))' inside an expression stands in parentheses",
        at: position, help: ["write (E at w = 3)"])
    }
    if frame.isComplete, let last = builder.operands.last, case .at = builder.tree[last.index].kind
    {
      return .end
    }
    if isWord("on") { return try takeRowSet(&builder) }
    let word = advance()
    if isWord("row"), peek(1).kind != .punctuation(.equals) { return try takeRow(&builder) }
    builder.open(
      ExpressionBuilder.Frame(kind: .binding, opening: word.range, loosest: .add), keeping: 1)
    try takeBoundName(&builder)
    return .operand
  }

  /// `E on validation`.
  private mutating func takeRowSet(_ builder: inout ExpressionBuilder) throws(Diagnostic) -> Step {
    let next = peek(1)
    guard Self.rowSets.contains(where: { isWord($0, next) }) else { return .end }
    advance()
    let word = builder.intern(text(of: peek))
    advance()
    guard let expression = builder.operands.last else { return .end }
    builder.push(.on(word), expression.range.union(next.range), takingLast: 1)
    builder.frames[builder.frames.count - 1].isComplete = true
    return .operator
  }

  /// `E at row 7`: the number is a number or a name.
  private mutating func takeRow(_ builder: inout ExpressionBuilder) throws(Diagnostic) -> Step {
    advance()
    let token = peek
    switch token.kind {
    case .number(let value): builder.pushLeaf(.number(value), token.range)
    case .name where !Self.reservedWords.contains(text(of: token)):
      builder.pushLeaf(.name(builder.intern(text(of: token))), token.range)
    default: throw unexpected(expected: "the number of a row")
    }
    advance()
    let start = builder.operands[builder.operands.count - 2].range
    builder.push(.atRow, start.union(token.range), takingLast: 2)
    builder.frames[builder.frames.count - 1].isComplete = true
    return .operator
  }

  mutating func takeBoundName(_ builder: inout ExpressionBuilder) throws(Diagnostic) {
    guard peek.kind == .name, peek(1).kind == .punctuation(.equals) else {
      let isNamed = peek.kind == .name
      if isNamed { advance() }
      var problem = unexpected(expected: isNamed ? "'='" : "a name")
      if problem.code == "syntax.unexpected" || problem.code == "syntax.incomplete" {
        problem.help = ["write E at w = 3, b = 1: each a whole name and its value"]
      }
      throw problem
    }
    let (text, range) = try name("a name")
    builder.bind(text, range)
    advance()
  }
}
