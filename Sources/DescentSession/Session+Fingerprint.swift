internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// Everything that a command can change, as text: two sessions with the same fingerprint answer
  /// every command alike.
  package var fingerprint: String {
    var lines: [String] = []
    func source(_ label: Diagnostic.Label) -> String { label.source.text(in: label.range) }
    func bits(_ numbers: [Double]?) -> String {
      numbers.map { $0.map { String($0.bitPattern, radix: 16) }.joined(separator: " ") } ?? "none"
    }
    let typesetter = Typesetter(graph, limit: .max)
    for parameter in scope.parameters {
      let symbol = parameter.symbol
      lines.append(
        "parameter \(parameter.name) \(graph.shape(symbol)) is \(bits(values[symbol])) from "
          + bits(start[symbol]))
    }
    lines.append("\(values.count) values, \(start.count) starts")
    for name in scope.definedNames {
      if let definition = scope.definition(name) {
        let word = numericInputs.contains(name) ? "input" : "let"
        lines.append("\(word) \(name) = \(typesetter.text(definition.node))")
      }
      if let function = scope.definedFunction(name) {
        let body = Diagnostic.Label(function.body.source, function.body.range)
        lines.append("let \(name)(\(function.arguments.joined(separator: ","))) = \(source(body))")
      }
    }
    for name in scope.readable.keys.sorted() {
      lines.append("readable \(name) = \(scope.readable[name].map { typesetter.text($0) } ?? "")")
    }
    if let cost {
      lines.append("cost \(cost.name) = \(typesetter.text(cost.node))")
      lines += cost.gradient.map { "slope \(typesetter.text($0))" }
      lines.append("of \(cost.parameters.map { graph.name($0) })")
    }
    lines.append("rate \(rate == nil ? "by rule" : "given") \(typesetter.text(rateNode))")
    lines.append("rule \(rule.text) \(rule.defaultRate)")
    lines += rules.keys.sorted().map { "rule \($0): \(rules[$0]?.text ?? "")" }
    for state in ruleState?.states ?? [] {
      lines.append("kept \(state.name) is \(bits(ruleState?.values[state.symbol]))")
    }
    lines.append("step \(descent.step)")
    // Before the first step, the start says it all.
    for step in Set([0, descent.step / 2]).sorted() where descent.step > 0 {
      lines.append("at \(step): \(bits(descent.point(step, fixed: environmentValues)?.state))")
    }
    lines += watches.map { "watch \($0.name) = \(typesetter.text($0.node))" }
    lines += dataFingerprint
    lines.append("next draw \(scope.nextDraw)")
    lines.append("precision \(settings.precision) seed \(settings.seed)")
    lines.append("shuffle \(settings.isShuffled) batch \(batchSize.map { "\($0)" } ?? "all")")
    lines.append("split \(split.map { "\($0)" } ?? "off") scale \(scaledNames)")
    lines.append("clip \(settings.clip.map { "\($0)" } ?? "off")")
    lines.append("plateau \(settings.plateau.map { "\($0)" } ?? "off") \(bits([plateauFactor]))")
    lines += givenInputs.keys.sorted().map { "given \($0) = \(givenInputs[$0] ?? "")" }
    lines += textInputs.keys.sorted().map { "text \($0) = \(textInputs[$0] ?? "")" }
    lines.append("files \(openFiles), checks only: \(checksOnly)")
    return lines.joined(separator: "\n")
  }
}
