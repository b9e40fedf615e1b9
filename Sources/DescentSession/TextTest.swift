internal import DescentElaboration
internal import DescentSource
internal import DescentSyntax

/// `images == ""`, `mode != "fast"`: whether an input that is a text is this one.
struct TextTest: Sendable {
  private let name: String
  private let place: Diagnostic.Label
  private let text: StringTemplate
  private let isEquality: Bool

  /// The test that comes next, or nil if what comes next compares no text.
  static func parse(_ parser: inout Parser) throws(Diagnostic) -> TextTest? {
    guard parser.peek.kind == .name, parser.peek(2).kind == .string,
      case .operator(let sign) = parser.peek(1).kind, sign == .equal || sign == .notEqual
    else { return nil }
    let (name, range) = try parser.name("a text's name")
    let place = Diagnostic.Label(parser.source, range)
    parser.advance()
    return TextTest(
      name: name, place: place, text: try parser.string(), isEquality: sign == .equal)
  }

  func holds(in session: Session) throws(Diagnostic) -> Bool {
    guard let known = session.textInputs[name] else {
      let isKnown =
        session.scope.parameter(name) != nil || session.scope.definitions[name] != nil
      throw Diagnostic(
        "text.unknown",
        isKnown ? "'\(name)' is a number, and no text" : "no text is called '\(name)'",
        at: place,
        help: isKnown
          ? ["to compare numbers, write: \(name) == 0"] : ["write: input \(name) = \"\""])
    }
    return (try session.filledIn(text) == known) == isEquality
  }
}
