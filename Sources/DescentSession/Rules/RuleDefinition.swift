package import DescentSource
package import DescentSyntax

/// An update rule as it was written.
package struct RuleDefinition: Sendable {
  package struct Parameter: Sendable {
    package var name: String
    package var range: SourceRange
    package var value: Expression?
  }

  package struct Assignment: Sendable {
    package enum Kind: Sendable {
      /// `state v = 0`: kept from step to step, with its start.
      case state
      case value
    }
    package var kind: Kind
    package var name: String
    package var range: SourceRange
    package var value: Expression
  }

  package var name: String
  package var parameters: [Parameter]
  /// The learning rate that is used until one is given.
  package var rate: Expression?
  package var body: [Assignment]
  package var source: SourceText
  package var range: SourceRange
  /// The comment above it.
  package var about: String
  /// How it steps, where no text in the language could say so.
  var wholeSpace: (any WholeSpaceRule.Type)?

  /// The text that defines it, as it was written.
  package var text: String { source.text(in: range) }

  var states: [Assignment] { body.filter { $0.kind == .state } }

  /// Reads the body's assignments, with its braces.
  static func body(_ parser: inout Parser) throws(Diagnostic) -> [Assignment] {
    try parser.beginBlock()
    var assignments: [Assignment] = []
    while !parser.isAtBlockEnd {
      let isState = parser.isWord("state") && parser.peek(1).kind == .name
      if isState { parser.advance() }
      guard parser.peek.kind == .name, parser.peek(1).kind == .punctuation(.equals) else {
        throw noAssignment(parser, isState: isState)
      }
      let (name, range) = try parser.name("a name")
      try parser.expect(.equals)
      assignments.append(
        Assignment(
          kind: isState ? .state : .value, name: name, range: range,
          value: try parser.expression()))
      try parser.endCommand()
      parser.skipSeparators()
    }
    try parser.endBlock()
    return assignments
  }
  /// What stands in a body where an assignment belongs.
  private static func noAssignment(_ parser: Parser, isState: Bool) -> Diagnostic {
    guard parser.peek.kind == .name else {
      return parser.unexpected(expected: "'state NAME = …', 'NAME = …' or '}'")
    }
    let name = parser.text(of: parser.peek)
    var rest = parser
    rest.advance()
    var problem = rest.unexpected(expected: "'=' after '\(name)'")
    guard problem.code.hasPrefix("syntax.") else { return problem }
    problem.code = "rule.form"
    problem.help =
      isState
      ? ["a state has a start: state \(name) = 0"]
      : name == "return" ? ["write: w = …"] : ["write: \(name) = …"]
    return problem
  }
}
