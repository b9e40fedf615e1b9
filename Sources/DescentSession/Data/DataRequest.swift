internal import DescentSource
internal import DescentSyntax

/// What `data` is asked for, as it was written.
struct DataRequest: Sendable {
  /// A column of a file, by its name here or, in quotation marks, by that in the file.
  struct Reference: Sendable {
    var text: String
    var isName: Bool
    var range: SourceRange
  }

  /// What follows `as`, one for each column that is made.
  struct Group: Sendable {
    enum Form: Sendable {
      /// `x` or `class(label)`: a column of that name, or a name for one that has none.
      case named
      /// `h = "Hours studied"`
      case single(Reference)
      /// `x = p0..p63`
      case range(Reference, Reference)
      /// `x = [hours, quiz]`
      case list([Reference])
    }

    var name: (text: String, range: SourceRange)
    var form: Form
    /// Whether the values become classes, counted from 1.
    var isClasses: Bool
  }

  enum Item: Sendable {
    /// `"exam.csv" as …`, with the text that follows `as`.
    case file(StringTemplate, [Group], groups: String)
    /// `rows = 1000`
    case rows(Expression)
    /// `x = [1, 2, 3]`, `x[2] = normal(0, 1)`
    case column(name: (text: String, range: SourceRange), width: Expression?, Expression)
  }

  var items: [Item] = []
  /// The files of rows to validate with, each beside the file it belongs to.
  var validation: [StringTemplate] = []
  /// Whether rows that miss a value are left out.
  var dropsMissing = false
}

extension DataRequest {
  static let form = [
    "data \"FILE\" [as NAMES], …", "data NAME = [1, 2, 3], …", "data rows = N, NAME = VALUES, …",
  ]

  static func parse(_ parser: inout Parser) throws(Diagnostic) -> DataRequest {
    var request = DataRequest()
    repeat { request.items.append(try item(&parser)) } while parser.accept(.comma) != nil
    while true {
      if parser.accept(word: "validation") != nil {
        repeat { request.validation.append(try parser.string()) } while parser.accept(.comma) != nil
      } else if parser.accept(word: "drop") != nil {
        try parser.expect(word: "missing", "after 'drop'")
        request.dropsMissing = true
      } else {
        return request
      }
    }
  }

  private static func item(_ parser: inout Parser) throws(Diagnostic) -> Item {
    if parser.peek.kind == .string {
      let file = try parser.string()
      guard parser.accept(word: "as") != nil else { return .file(file, [], groups: "") }
      let start = parser.position.lower
      var groups = [try group(&parser)]
      while parser.isPunctuation(.comma), parser.peek(1).kind != .string {
        parser.advance()
        groups.append(try group(&parser))
      }
      let text = parser.source.text(in: SourceRange(start, parser.previousEnd))
      return .file(file, groups, groups: text)
    }
    if parser.isWord("rows"), parser.peek(1).kind == .punctuation(.equals) {
      parser.advance()
      parser.advance()
      return .rows(try parser.expression())
    }
    guard parser.peek.kind == .name else {
      throw parser.unexpected(expected: "a file in double quotes, or a column's name")
    }
    let name = try parser.name("a column's name")
    var width: Expression?
    if parser.accept(.leftBracket) != nil {
      width = try parser.expression()
      try parser.expect(.rightBracket)
    }
    try parser.expectEquals(as: "data \(name.text) = [1, 2, 3]")
    if parser.isAtEndOfCommand { throw parser.unexpected(expected: "the column's values") }
    return .column(name: name, width: width, try parser.expression())
  }

  private static func group(_ parser: inout Parser) throws(Diagnostic) -> Group {
    if let reference = try classReference(&parser) {
      return Group(name: (reference.text, reference.range), form: .named, isClasses: true)
    }
    let name = try parser.name("a column's name")
    guard parser.accept(.equals) != nil else {
      return Group(name: name, form: .named, isClasses: false)
    }
    if let reference = try classReference(&parser) {
      return Group(name: name, form: .single(reference), isClasses: true)
    }
    if parser.accept(.leftBracket) != nil {
      var members = [try reference(&parser)]
      while parser.accept(.comma) != nil { members.append(try reference(&parser)) }
      try parser.expect(.rightBracket)
      return Group(name: name, form: .list(members), isClasses: false)
    }
    let first = try reference(&parser)
    guard parser.acceptRange() else {
      return Group(name: name, form: .single(first), isClasses: false)
    }
    return Group(name: name, form: .range(first, try reference(&parser)), isClasses: false)
  }

  /// `class(label)`, if it is that.
  private static func classReference(
    _ parser: inout Parser
  ) throws(Diagnostic) -> Reference? {
    guard parser.isWord("class"), parser.peek(1).kind == .punctuation(.leftParenthesis) else {
      return nil
    }
    parser.advance()
    parser.advance()
    let inner = try reference(&parser)
    try parser.expect(.rightParenthesis)
    return inner
  }

  private static func reference(_ parser: inout Parser) throws(Diagnostic) -> Reference {
    if parser.peek.kind == .string {
      let template = try parser.string()
      return Reference(
        text: template.plainText ?? "", isName: false, range: template.range)
    }
    let name = try parser.name("a column of the file")
    return Reference(text: name.text, isName: true, range: name.range)
  }
}

extension Parser {
  /// Takes `..` if it is next.
  fileprivate mutating func acceptRange() -> Bool {
    guard case .operator(.range) = peek.kind else { return false }
    advance()
    return true
  }
}
