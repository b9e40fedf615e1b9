internal import DescentSource
internal import DescentSyntax

/// Every rule that looks at the whole space at once, one line each.
enum WholeSpaceRules {
  static let all: [any WholeSpaceRule.Type] = [
    Newton.self,
    BroydenFletcherGoldfarbShanno.self,
    LimitedMemory.self,
    SteepestDescent.self,
    LevenbergMarquardt.self,
  ]

  static let names = all.map { $0.name }

  /// A rule by its name: a head as it would be written, without a body.
  static func rule(_ name: String) -> RuleDefinition? {
    guard let method = all.first(where: { $0.name == name }) else { return nil }
    let head = SourceText(name: "built in", text: "rule \(method.signature) rate 1 { }")
    guard var parser = try? Parser(head, origin: .file) else { return nil }
    parser.advance()
    guard case .definition(var definition)? = try? SetRule.parse(&parser).form else { return nil }
    definition.about = method.about
    definition.wholeSpace = method
    return definition
  }
}
