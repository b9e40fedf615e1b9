import DescentSource
import Testing

@testable import DescentSession

/// What `help` says of rules, schedules and the words of the subject, and that its examples run.
@Suite struct HelpTests {
  private static func said(_ commands: String, in session: TestSession) throws -> String {
    try session.run(commands)
    guard case .text(let text)? = session.outputs.last else { return "" }
    return text
  }

  /// Without the places where lines are broken.
  private static func flat(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test(arguments: ["data", "step", "normal", "random", "adam", "newton", "var"])
  func `no line is longer than the screen is wide, and no word is lost`(_ name: String) throws {
    let test = DataTestSession()
    func said(_ width: Int) throws -> String {
      var environment = test.environment
      environment.width = width
      let script = Script(SourceText(name: "test", text: "help \(name)"), origin: .file)
      _ = try test.session.run(script, environment)
      guard case .text(let text)? = test.outputs.last else { return "" }
      return text
    }
    let (narrow, wide) = (try said(60), try said(1000))
    for line in narrow.split(separator: "\n") where !line.hasPrefix("  ") {
      #expect(line.count <= 60)
    }
    #expect(Self.flat(narrow) == Self.flat(wide))
    #expect(narrow.split(separator: "\n").count > wide.split(separator: "\n").count)
  }

  @Test(arguments: Concept.catalogue.map(\.name))
  func `the example of a concept runs`(_ name: String) throws {
    let concept = try #require(Concept.named(name))
    #expect(concept.example.count >= 3)
    let session = TestSession()
    for line in concept.example { try session.run(line) }
    #expect(session.outputs.count >= 2)
    let text = try Self.said("help \(name)", in: session)
    #expect(Self.flat(text).contains(Self.flat(concept.text)))
    #expect(concept.example.allSatisfy { text.contains("  \($0)\n") })
    #expect(concept.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test func `every concept that was asked for is there once`() {
    let names = Concept.catalogue.map(\.name)
    #expect(Set(names).count == names.count)
    let wanted = [
      "gradient", "rate", "rule", "schedule", "diff", "kink", "random", "precision", "saddle",
      "momentum", "convergence", "domain", "shapes", "at", "blocks",
    ]
    #expect(wanted.allSatisfy(names.contains))
  }

  @Test(arguments: Prelude.ruleNames)
  func `a rule is explained with its defaults and an example that runs`(_ name: String) throws {
    let definition = try #require(Prelude.rule(name))
    let session = TestSession()
    let text = try Self.said("help \(name)", in: session)
    #expect(
      Self.flat(try Self.said("help rule \(name)", in: session)) == Self.flat(definition.help))
    #expect(Self.flat(text).contains(Self.flat(definition.help)))
    #expect(!definition.about.isEmpty && Self.flat(text).contains(Self.flat(definition.about)))
    for parameter in definition.parameters { #expect(text.contains("\(parameter.name) = ")) }
    let other = TestSession()
    for line in definition.example {
      #expect(text.contains("  \(line)\n"))
      try other.run(line)
    }
    #expect(other.session.descent.step == 3)
  }

  @Test(arguments: Prelude.functionNames)
  func `a schedule is explained with its defaults and an example that runs`(
    _ name: String
  ) throws {
    let example = try #require(Prelude.example(name))
    let session = TestSession()
    let text = try Self.said("help \(name)", in: session)
    #expect(text.contains("  \(example)\n"))
    #expect(text.contains("PyTorch") || text.contains("optax"))
    #expect(example.contains("\(name)("))
    try session.run("w = 5\ncost w^2\n\(example)\nstep 20")
    #expect(session.session.descent.step == 20)
  }

  @Test func `a rule of one's own is explained too`() throws {
    let session = TestSession()
    try session.run("rule half(part) { w = part*w }")
    #expect(try Self.said("help half", in: session).contains("rule half(part)"))
    for line in try #require(session.session.rules["half"]).example { try session.run(line) }
    #expect(try session.value("w") == 5 * 0.125)
  }

  @Test func `the overview lists what there is help about`() throws {
    let session = TestSession()
    let words = try Self.said("help", in: session).split { " \n".contains($0) }
    for topic in DescentSession.Help.topics where topic != "parameter" && topic != "expression" {
      #expect(words.contains(Substring(topic)), "\(topic)")
    }
  }
}
