internal import DescentElaboration
internal import DescentSource
internal import DescentSyntax

/// `images == ""`, `mode != "fast" and title == "a"`: whether inputs that are texts are these.
struct TextTest: Sendable {
  private struct Comparison: Sendable {
    var name: String
    var place: Diagnostic.Label
    var text: StringTemplate
    var isEquality: Bool
  }

  /// One of them holds if all that is joined by `and` in it does.
  private var alternatives: [[Comparison]]

  /// The test that comes next, or nil if what comes next compares no text.
  static func parse(_ parser: inout Parser) throws(Diagnostic) -> TextTest? {
    guard isNext(parser) else { return nil }
    var test = TextTest(alternatives: [[try comparison(&parser)]])
    while true {
      if parser.accept(word: "and") != nil {
        test.alternatives[test.alternatives.count - 1].append(try comparison(&parser))
      } else if parser.accept(word: "or") != nil {
        test.alternatives.append([try comparison(&parser)])
      } else {
        return test
      }
    }
  }

  private static func isNext(_ parser: Parser) -> Bool {
    guard parser.peek.kind == .name, case .operator(let sign) = parser.peek(1).kind else {
      return false
    }
    return (sign == .equal || sign == .notEqual) && parser.peek(2).kind == .string
  }

  private static func comparison(_ parser: inout Parser) throws(Diagnostic) -> Comparison {
    guard isNext(parser) else {
      var problem = parser.unexpected(expected: "a text to be compared")
      problem.help = ["texts and numbers are compared in tests of their own: if … { if … { … } }"]
      throw problem
    }
    let (name, range) = try parser.name("a text's name")
    let place = Diagnostic.Label(parser.source, range)
    let isEquality = parser.advance().kind == .operator(.equal)
    return Comparison(
      name: name, place: place, text: try parser.string(), isEquality: isEquality)
  }

  func holds(in session: Session) throws(Diagnostic) -> Bool {
    var result = false
    // All of them are looked at: a name that is no text is a mistake wherever it stands.
    for alternative in alternatives {
      var holds = true
      for comparison in alternative {
        if try !Self.holds(comparison, in: session) { holds = false }
      }
      if holds { result = true }
    }
    return result
  }

  private static func holds(
    _ comparison: Comparison, in session: Session
  ) throws(Diagnostic) -> Bool {
    let name = comparison.name
    guard let known = session.textInputs[name] else {
      let isKnown =
        session.scope.parameter(name) != nil || session.scope.definition(name) != nil
      throw Diagnostic(
        "text.unknown",
        isKnown ? "'\(name)' is a number, and no text" : "no text is called '\(name)'",
        at: comparison.place,
        help: isKnown
          ? ["to compare numbers, write: \(name) == 0"] : ["write: input \(name) = \"\""])
    }
    return (try session.filledIn(comparison.text) == known) == comparison.isEquality
  }
}
