internal import DescentElaboration
internal import DescentEngine
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

extension Session {
  /// A script that makes this session again, bit for bit.
  ///
  /// Definitions come in an order in which each stands after all that it is made of. What no
  /// command can say is left to `restore`.
  var savedText: String { savedText(in: SavedPlace(script: "", folder: nil)) }

  /// - Parameter place: where the script will be.
  func savedText(in place: SavedPlace) -> String {
    var lines = ["# A session of descent, as 'save' writes it."]
    var exact = self
    exact.settings.precision = 17
    // How many threads there are is the machine's business.
    for option in SetOption.options where option != "threads" {
      let told = option == "precision" ? self : exact
      if let value = told.equations(about: option)?.first?.right {
        lines.append("set \(option) \(value)")
      }
    }
    for name in textInputs.keys.sorted() {
      lines.append("input \(name) = \(Self.quoted(textInputs[name] ?? ""))")
    }
    lines += savedData(in: place)
    lines += savedParameters
    let order = definitionOrder
    for name in order { lines += savedDefinition(name) }
    lines += savedRules
    for watch in watches {
      lines += savedDraw("watch \(watch.name)") + ["watch \(watch.name) = \(watch.expression.text)"]
    }
    let names = scope.definedNames
    let made = order.flatMap { name in
      name == "cost" ? names.filter { $0 == cost?.name } : name == "rate" ? [] : [name]
    }
    if made != names { lines.append("restore order \(names.joined(separator: ", "))") }
    lines.append("restore draw \(scope.nextDraw)")
    lines += savedPoint
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Numbers

  private static func text(_ numbers: [Double], shape: Shape) -> String {
    let texts = numbers.map { NumberStyle.exact.text(of: $0) }
    func line(_ texts: some Sequence<String>) -> String { "[\(texts.joined(separator: ", "))]" }
    switch shape.extents {
    case .scalar: return texts[0]
    case .vector: return line(texts)
    case .matrix(let m, let n): return line((0..<m).map { line(texts[($0 * n)..<($0 * n + n)]) })
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"", "\\", "{", "}": result += "\\\(character)"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result + "\""
  }

  private func savedDraw(_ name: String) -> [String] {
    draws[name].map { ["restore draw \($0)"] } ?? []
  }

  // MARK: Parameters

  /// More elements than this are declared here, and restored without a node for each.
  private static let mostListed = 64

  private var savedParameters: [String] {
    var lines: [String] = []
    var rest: [String] = []
    for parameter in scope.parameters {
      let shape = graph.shape(parameter.symbol)
      let numbers = start[parameter.symbol] ?? []
      let text = Self.text(numbers, shape: shape)
      // The sign of a zero, and the elements of a long vector, are no business of an expression.
      let isPlain =
        numbers.count <= Self.mostListed
        && !numbers.contains { $0.bitPattern == (-0.0).bitPattern }
      if isPlain {
        lines.append("\(parameter.name) = \(text)")
      } else {
        let lengths = shape.extents.lengths.map { "\($0)" }.joined(separator: ", ")
        lines.append("\(parameter.name)\(lengths.isEmpty ? "" : "[\(lengths)]") = 0")
        rest.append("  \(parameter.name) = \(text)")
      }
    }
    return rest.isEmpty ? lines : lines + ["restore start {"] + rest + ["}"]
  }

  // MARK: Definitions

  /// Definitions, functions, `cost` and `rate`, each after all that it is made of.
  private var definitionOrder: [String] {
    func key(_ name: String) -> String {
      name == "grad" || name == cost?.name ? "cost" : name
    }
    var all = scope.definedNames.map(key)
    if cost != nil, !all.contains("cost") { all.append("cost") }
    if rate != nil { all.append("rate") }
    let known = Set(all)
    var order: [String] = []
    var visited: Set<String> = []
    for first in all {
      var stack = [(name: first, isDone: false)]
      while let (name, isDone) = stack.popLast() {
        if isDone {
          order.append(name)
        } else if visited.insert(name).inserted {
          stack.append((name, true))
          let used = Set(namesUsed(by: name).map(key)).sorted()
          for other in used where known.contains(other) && !visited.contains(other) {
            stack.append((other, false))
          }
        }
      }
    }
    return order
  }

  private func savedDefinition(_ name: String) -> [String] {
    if name == "cost", let cost {
      let arguments = scope.definedFunction(cost.name)?.arguments ?? []
      let head =
        cost.name == "cost" ? "cost " : "cost \(cost.name)(\(arguments.joined(separator: ", "))) = "
      return savedDraw("cost") + [head + cost.expression.text]
    }
    if name == "rate", let rate { return savedDraw("rate") + ["rate \(rate.expression.text)"] }
    if let definition = scope.definition(name) {
      let word = numericInputs.contains(name) ? "input" : "let"
      return savedDraw(name) + ["\(word) \(name) = \(definition.expression.text)"]
    }
    guard let function = scope.definedFunction(name) else { return [] }
    let arguments = function.arguments.indices.map { place in
      let value = function.defaults.indices.contains(place) ? function.defaults[place] : nil
      return function.arguments[place] + (value.map { " = \($0.text)" } ?? "")
    }
    return ["let \(name)(\(arguments.joined(separator: ", "))) = \(function.body.text)"]
  }

  // MARK: Rules

  private var savedRules: [String] {
    var lines: [String] = []
    var later: [String] = []
    for name in rules.keys.sorted() {
      guard let definition = rules[name] else { continue }
      if name == rule.name, definition.text != rule.definition.text {
        // It was defined anew, and the rule that is at work is still the one before.
        lines.append(rule.definition.text)
        later.append(definition.text)
      } else {
        lines.append(definition.text)
      }
    }
    let arguments = zip(zip(rule.definition.parameters, rule.arguments), rule.written).compactMap {
      parameter, written -> String? in
      guard let written else { return nil }
      // An argument keeps the value it was given, whatever became of the names in it.
      let isFixed = graph.symbols(in: [parameter.1]).isEmpty
      let value = isFixed ? Self.text(evaluate([parameter.1])[0], shape: .scalar) : written
      let isNumber = Double(written) != nil
      return "\(parameter.0.name) = \(isNumber ? written : value)"
    }
    let selection =
      arguments.isEmpty ? rule.name : "\(rule.name)(\(arguments.joined(separator: ", ")))"
    return lines + savedDraw("rule") + ["rule \(selection)"] + later
  }

  // MARK: The present point

  private var savedPoint: [String] {
    let isAtStart = values.allSatisfy { symbol, numbers in
      numbers.map(\.bitPattern) == start[symbol]?.map(\.bitPattern)
    }
    if isAtStart, descent.step == 0, ruleState == nil { return [] }
    var lines = ["restore step \(descent.step) {"]
    for parameter in scope.parameters {
      let numbers = values[parameter.symbol] ?? []
      let text = Self.text(numbers, shape: graph.shape(parameter.symbol))
      lines.append("  \(parameter.name) = \(text)")
    }
    if let run = ruleState {
      lines.append("  rule \(run.first)")
      for state in run.states {
        let text = Self.text(run.values[state.symbol] ?? [], shape: graph.shape(state.symbol))
        lines.append("  state \(state.name) of \(graph.name(state.parameter)) = \(text)")
      }
    }
    return lines + ["}"]
  }

  // MARK: Comparing

  /// What is not the same in a session that was made from the saved text; nil if all is.
  func firstDifference(from other: Session) -> String? {
    func bits(_ numbers: [Double]?) -> [UInt64] { numbers?.map(\.bitPattern) ?? [] }
    for (mine, others) in zip(scope.parameters, other.scope.parameters) {
      guard mine.name == others.name,
        bits(values[mine.symbol]) == bits(other.values[others.symbol]),
        bits(start[mine.symbol]) == bits(other.start[others.symbol])
      else { return "'\(mine.name)' would differ" }
    }
    guard scope.parameters.count == other.scope.parameters.count else {
      return "parameters would differ"
    }
    if scope.definedNames != other.scope.definedNames { return "definitions would differ" }
    if let difference = firstDataDifference(from: other) { return difference }
    if settings.seed != other.settings.seed { return "the seed would differ" }
    if settings.clip != other.settings.clip { return "gradient clipping would differ" }
    if settings.plateau != other.settings.plateau { return "the plateau would differ" }
    if settings.precision != other.settings.precision { return "the precision would differ" }
    if descent.step != other.descent.step { return "the number of steps would differ" }
    if scope.nextDraw != other.scope.nextDraw { return "random draws would differ" }
    let (kept, others) = (ruleState?.states ?? [], other.ruleState?.states ?? [])
    let isKept =
      kept.count == others.count
      && zip(kept, others).allSatisfy { mine, its in
        bits(ruleState?.values[mine.symbol]) == bits(other.ruleState?.values[its.symbol])
      }
    guard isKept, ruleState?.first == other.ruleState?.first else {
      return "what the rule keeps would differ"
    }
    return nil
  }
}
