import DescentSource

extension Parser {
  /// Whether an entry goes on in the next line: a bracket is open, or the last token asks for more.
  package static func needsMoreInput(_ text: String) -> Bool {
    var lexer = Lexer(SourceText(name: "<prompt>", text: text))
    var isFirst = true
    while true {
      let token = lexer.next()
      // What is wrong already gets no better: let it be reported.
      if token.kind == .invalid { return false }
      if token.kind == .endOfInput { break }
      if isFirst, case .operator(let sign) = token.kind,
        OperatorTable.prefix(spelledLike: sign) == nil
      {
        return false
      }
      isFirst = isFirst && token.kind == .newline
    }
    return !lexer.openings.isEmpty || lexer.lastAsksForMore
  }
}
