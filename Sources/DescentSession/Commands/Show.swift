internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `show`, `show w`, `show fit`, `show program`, `show native`, `show engine`.
package struct Show: Command {
  package static let word = "show"
  package static let help = CommandHelp(
    .look, ["show [NAME]", "show rule NAME", "show fit"],
    "The whole session, or one thing: a parameter, a definition, cost, rate, rule, program (one compiled step, where W' may be a matrix W that is kept as its transpose), native (the steps as LLVM IR), engine (what runs them), options, data, batch, split, a column, or weights: those of a model that is linear in its columns, in the columns' original units. With the name of a rule or a schedule, prints the text that defines it. 'show fit' gives each parameter of a cost that is a sum or mean of squares with its standard error, and the residual standard deviation.",
    [
      "cost w^2", "w = 5", "show", "show w", "show program", "show native", "show engine",
      "show rule adam", "show cosine",
      "let hours = [1, 2, 3, 4]", "cost sum((a*hours + b - [2.1, 3.9, 6.2, 7.8])^2)",
      "rule levenberg", "step 5", "show fit",
    ])

  private let name: (text: String, range: SourceRange)?
  /// `adam` in `show rule adam`.
  private let rule: (text: String, range: SourceRange)?

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Show {
    if parser.isAtEndOfCommand { return Show(name: nil, rule: nil) }
    let name = try parser.name("something to show")
    let hasRule = name.text == "rule" && !parser.isAtEndOfCommand
    return Show(name: name, rule: hasRule ? try parser.name("a rule's name") : nil)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    guard let name else {
      environment.emit(.equations(session.overview))
      return .proceed
    }
    if let rule {
      let label = Diagnostic.Label(place.source, rule.range)
      let definition = try SetRule.definition(rule.text, session, label)
      let about = definition.about.split(separator: "\n").map { "# \($0)\n" }.joined()
      let text = definition.wholeSpace.map { $0.shown } ?? definition.text
      environment.emit(.text(about + text + "\n"))
      return .proceed
    }
    if name.text == "program" {
      let cost = try session.requiredCost()
      let listing = (try? session.plan(cost))?.listing(in: session.graph) ?? []
      environment.emit(.text(listing.map { "  \($0)\n" }.joined()))
      return .proceed
    }
    if name.text == "native", !session.hasOwn("native") {
      environment.emit(.text(try session.nativeText(at: place)))
      return .proceed
    }
    if name.text == "engine", !session.hasOwn("engine") {
      environment.emit(.equations(try session.engineEquations()))
      return .proceed
    }
    if name.text == "weights", !session.hasOwn("weights") {
      environment.emit(.equations(try session.weights(at: place)))
      return .proceed
    }
    if let column = session.data?.column(name.text) {
      session.describe(column, environment)
      return .proceed
    }
    guard let equations = session.equations(about: name.text) else {
      if name.text == "fit" { return try showFit(session, environment) }
      if let text = Prelude.functionText(name.text) {
        environment.emit(.text(text + "\n"))
        return .proceed
      }
      let known =
        session.scope.parameters.map(\.name) + session.scope.definedNames
        + (session.data?.columns.map(\.name) ?? [])
        + [
          "cost", "rate", "rule", "fit", "program", "native", "engine", "options", "data", "batch",
          "split", "weights",
        ]
        + SetOption.options
        + Prelude.functionNames
      let near = suggestion(for: name.text, among: known)
      throw Diagnostic(
        "name.unknown", "there is nothing called '\(name.text)' to show",
        at: Diagnostic.Label(place.source, name.range),
        help: near.map { ["did you mean '\($0)'?"] } ?? ["'show' alone shows the whole session"])
    }
    environment.emit(.equations(equations))
    return .proceed
  }

  private func showFit(
    _ session: Session, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    let cost = try session.requiredCost()
    if session.checksOnly { return .proceed }
    let fit = try LeastSquaresFit(session, cost)
    environment.emit(.table(fit.table, session.style))
    environment.emit(.table(fit.summary, session.style))
    if let distance = fit.distance {
      let errors = NumberStyle(significantDigits: 3).text(of: distance.errors)
      environment.emit(
        .line(
          "not at a minimum yet: a Gauss-Newton step goes \(errors) standard errors in \(fit.names[distance.parameter])"
        ))
    }
    return .proceed
  }
}

extension Session {
  /// Whether a name means something of a person's own.
  fileprivate func hasOwn(_ name: String) -> Bool {
    scope.parameter(name) != nil || scope.isDefined(name)
      || data?.column(name) != nil
  }

  /// Everything that is defined, each as the command that defines it.
  var overview: [Equation] {
    var result: [Equation] = []
    for name in scope.definedNames where name != cost?.name {
      result += equations(about: name) ?? []
    }
    if let cost { result += equations(of: cost) }
    for parameter in scope.parameters { result += equations(about: parameter.name) ?? [] }
    let rows = data == nil ? [] : ["data", "batch"]
    for name in rows + ["rate", "rule", "t", "options"] { result += equations(about: name) ?? [] }
    return result
  }

  func equations(about name: String) -> [Equation]? {
    if let symbol = scope.parameter(name) {
      let shape = graph.shape(symbol)
      return [Equation(name, block(values[symbol] ?? [], shape: shape))]
    }
    if let definition = scope.definition(name) {
      let expression = text(of: definition.node)
      let shape = graph.shape(definition.node)
      if shape.isPerRow { return [Equation(name, "\(expression)  (\(shape))")] }
      let value = text(evaluate([definition.node])[0], shape: shape)
      return [Equation(name, expression == value ? value : "\(expression) = \(value)")]
    }
    if let function = scope.definedFunction(name) {
      let body = function.body.source.text(in: function.body.range)
      return [Equation("\(name)(\(function.formals.joined(separator: ", ")))", body)]
    }
    switch name {
    case "cost": return cost.map { equations(of: $0) }
    case "rate":
      let value = text(evaluate([rateNode])[0][0])
      let expression = rate.map { $0.expression.source.text(in: $0.expression.range) }
      let isDefault = rate == nil ? " (the rule's own)" : ""
      let factor = plateauFactor
      if factor != 1 {
        let given = (expression ?? text(self.rule.defaultRate)) + isDefault
        return [Equation("rate", "\(given), \(text(factor)) of it left by the plateau: \(value)")]
      }
      return [
        Equation(
          "rate", expression.map { $0 == value ? value : "\($0) = \(value)" } ?? value + isDefault)
      ]
    case "rule": return [Equation("rule", rule.text)]
    case "t", "step": return [Equation("t", "\(descent.step) steps taken")]
    case "data": return data.map { [Equation("data", dataText($0))] }
    case "batch": return data == nil ? nil : [Equation("batch", batchText)]
    case "split": return data == nil ? nil : [Equation("split", splitText)]
    case "shuffle": return [Equation("shuffle", settings.isShuffled ? "on" : "off")]
    case "threads": return [Equation("threads", "\(threads)")]
    case "precision": return [Equation("precision", "\(settings.precision)")]
    case "seed": return [Equation("seed", "\(settings.seed)")]
    case "clip": return [Equation("clip", clipText ?? "off")]
    case "plateau": return [Equation("plateau", plateauText ?? "off")]
    case "options":
      var names = ["precision", "seed"]
      if !settings.isShuffled { names.append("shuffle") }
      if settings.clip != nil { names.append("clip") }
      if settings.plateau != nil { names.append("plateau") }
      return names.flatMap { equations(about: $0) ?? [] }
    default: return nil
    }
  }
}
