import DescentGraph

@testable import DescentSession

/// Writes random programs that have steps to take: costs of numbers, vectors, matrices and rows,
/// with a rule, and often a schedule, a bound for the gradient, a plateau, batches or a test.
///
/// Most of what is written has a value everywhere, so that the steps go on; some leaves the domain of
/// a function.
struct StepProgramGenerator: Sendable {
  struct Program: Sendable {
    var text: String
    var until: String?
  }

  /// What a value is: a number, a vector of so many, a matrix.
  private enum Kind: Hashable {
    case number
    case vector(Int)
    case matrix(Int, Int)
  }

  /// The names of a program, by kind; those of rows stand apart.
  private struct Names {
    var fixed: [Kind: [String]] = [:]
    var perRow: [Kind: [String]] = [:]
    var parameters: [String] = []
    /// Whether an expression may speak of rows.
    var isInRows = false

    func of(_ kind: Kind) -> [String] {
      fixed[kind, default: []] + (isInRows ? perRow[kind, default: []] : [])
    }
  }

  /// Functions of a number that have a value everywhere.
  private static let safe = [
    "sin", "cos", "tanh", "atan", "sigmoid", "softplus", "relu", "leakyrelu", "elu", "gelu",
    "swish",
    "abs", "erf", "erfc", "asinh", "cbrt", "floor", "round", "ceil", "sign", "heaviside",
  ]
  /// Every function of numbers there is, by how many it takes.
  private static let all: [Int: [String]] = {
    var result: [Int: [String]] = [:]
    for type in Catalogue.primitives where type.isFunction && type.kernel.isElementwise {
      for count in 1...3 where type.arity.contains(count) {
        result[count, default: []].append(type.name)
      }
    }
    return result
  }()

  func program(_ random: inout SeededGenerator) -> Program {
    var names = Names()
    var lines: [String] = []
    define(&names, &lines, &random)
    var terms = (0..<(1 + random.below(3))).map { _ in number(names, depth: 3, &random) }
    let rows = random.once(in: 3) ? data(&names, &lines, &random) : nil
    if rows != nil {
      names.isInRows = true
      terms += (0..<(1 + random.below(2))).map { _ in total(names, &random) }
    }
    // The names of rows are parameters only inside of what is made of all rows.
    let squares = names.parameters.map { "0.05*sum(\($0)^2)" }
    lines.append("cost \((terms + squares).joined(separator: " + "))")
    lines.append(rule(&random))
    if random.once(in: 2) { lines.append("rate \(rate(&random))") }
    if random.once(in: 5) {
      lines.append("set clip \(random.pick(["norm 0.5", "value 0.1", "norm 5", "value 0.01"]))")
    }
    if random.once(in: 6) { lines.append("set plateau factor 0.5 patience \(random.below(2))") }
    if let rows, random.once(in: 2) {
      lines.append("batch \(1 + random.below(rows))")
      if random.once(in: 4) { lines.append("set shuffle off") }
    }
    let until =
      random.once(in: 5)
      ? random.pick([
        "norm(grad) < 0.3", "cost < 1", "t >= 2", "a > 0.8", "a < 0.5 or norm(grad) > 2",
        "\(names.of(.number)[0]) > 10", "min(\(names.parameters[0])) < 0",
      ]) : nil
    return Program(text: lines.joined(separator: "\n"), until: until)
  }

  // MARK: Names

  private func define(
    _ names: inout Names, _ lines: inout [String], _ random: inout SeededGenerator
  ) {
    func add(_ name: String, _ kind: Kind, _ value: String) {
      names.fixed[kind, default: []].append(name)
      names.parameters.append(name)
      lines.append(value)
    }
    add("a", .number, "a = \(random.number(-2...2))")
    for name in ["b", "c", "k", "l"].prefix(random.below(5)) {
      add(name, .number, "\(name) = \(random.number(-2...2))")
    }
    for name in ["u", "v", "z"].prefix(random.below(3)) {
      // On both sides of what stays in registers, and of eight.
      let length = random.once(in: 2) ? 1 + random.below(40) : random.pick([2, 3, 8, 16, 17, 24])
      let value = random.pick(["linspace(-0.7, 0.9, \(length))", "normal(0, 0.5)"])
      add(name, .vector(length), "\(name)[\(length)] = \(value)")
    }
    if random.once(in: 3) {
      let (m, n) = (1 + random.below(6), 1 + random.below(6))
      add("M", .matrix(m, n), "M[\(m), \(n)] = normal(0, 0.5)")
    }
  }

  /// Rows of data; how many.
  private func data(
    _ names: inout Names, _ lines: inout [String], _ random: inout SeededGenerator
  ) -> Int {
    let rows = random.pick([1, 2, 7, 8, 9, 30, 64, 255, 256, 257, 300, 1 + random.below(600)])
    let width = 2 + random.below(5)
    lines.append(
      "data rows = \(rows), h = uniform(-1, 2), q = normal(0, 1), x[\(width)] = uniform(-1, 1), "
        + "class = floor(uniform(1, 4))")
    names.perRow = [.number: ["h", "q", "h"], .vector(width): ["x"]]
    if random.once(in: 2) {
      let outputs = 1 + random.below(5)
      lines.append("W[\(outputs), \(width)] = normal(0, 0.5); o[\(outputs)] = normal(0, 0.1)")
      names.parameters += ["W", "o"]
      names.perRow[.vector(outputs), default: []].append(
        random.pick(["(W @ x + o)", "tanh(W @ x + o)", "(W @ x)"]))
      if outputs == 3 {
        names.perRow[.number, default: []].append("crossentropy(W @ x + o, class)")
      }
    }
    return rows
  }

  // MARK: Expressions

  /// A number made of all rows.
  private func total(_ names: Names, _ random: inout SeededGenerator) -> String {
    // Something of it has to be of rows.
    let row = number(names, depth: 3, &random)
    let column = random.pick(["h", "q", "sum(x)"])
    let value = random.pick([
      "(\(row))*\(column)", "\(row) + \(column)*a", "(\(row) - \(column))^2",
    ])
    let reduction = random.once(in: 6) ? random.pick(["max", "min", "std", "var", "sum"]) : "mean"
    let isSum = reduction == "sum" ? "0.01*" : ""
    return "\(isSum)\(reduction)(\(value), rows)"
  }

  private func number(_ names: Names, depth: Int, _ random: inout SeededGenerator) -> String {
    if depth == 0 || random.once(in: 7) {
      return random.once(in: 4) ? constant(&random) : random.pick(names.of(.number))
    }
    func part(_ random: inout SeededGenerator) -> String {
      number(names, depth: depth - 1, &random)
    }
    switch random.below(14) {
    case 0, 1, 2, 3: return elementwise(.number, names, depth, &random)
    case 4, 5, 6, 7:
      return "(\(part(&random)) \(random.pick(["+", "-", "*", "*"])) \(part(&random)))"
    case 8, 9, 10:
      // Of a vector or a matrix, if there is one.
      let kinds = others(names)
      guard !kinds.isEmpty else { return elementwise(.number, names, depth, &random) }
      return reduced(random.pick(kinds), names, depth - 1, &random)
    case 11:
      return "(if \(condition(names, depth, &random)) then \(part(&random)) else \(part(&random)))"
    case 12: return random.pick(["normal(0, 0.1)", "uniform(0.5, 1)", "t", "cos(t)"])
    default: return "\(part(&random))/(1 + (\(part(&random)))^2)"
    }
  }

  private func others(_ names: Names) -> [Kind] {
    let kinds = Set(names.fixed.keys).union(names.isInRows ? Array(names.perRow.keys) : [])
    // In an order of its own, as a set has none.
    return kinds.filter { $0 != .number }.sorted { "\($0)" < "\($1)" }
  }

  private func reduced(
    _ kind: Kind, _ names: Names, _ depth: Int, _ random: inout SeededGenerator
  ) -> String {
    let value = value(kind, names, depth, &random)
    switch kind {
    case .vector(let count):
      let place = 1 + random.below(count)
      let all = [
        "sum(\(value))", "mean(\(value))",
        "dot(\(value), \(self.value(kind, names, depth, &random)))",
        "max(\(value))", "min(\(value))", "norm(\(value))", "logsumexp(\(value))",
        "sum(softmax(\(value))^2)", "(\(value))[\(place)]", "var(\(value))", "std(\(value))",
        "sum((\(value))[\(place)..end])", "sum(cumsum(\(value)))*0.1",
        "sum(place(\(value), 2..\(count + 1), \(count + 3))*0.5)", "sum(\(value))",
        "prod(0.5*tanh(\(value)))", "0.1*argmax(\(value))", "logsoftmax(\(value))[\(place)]",
        "norm(outer(\(value), [a, 2]))",
      ]
      return random.pick(all)
    case .matrix(let m, let n):
      return random.pick([
        "sum(\(value))", "mean(\(value))", "max(\(value))", "sum(sum(\(value), 1)^2)",
        "sum(max(\(value), 2))", "(\(value))[\(1 + random.below(m)), \(1 + random.below(n))]",
        "sum(\(value) @ linspace(-1, 1, \(n)))", "norm(\(value)')",
        "sum((\(value) @ (\(value))')^2)",
        "sum((\(value))[\(1 + random.below(m))])", "sum(reshape(\(value), \(m * n))^2)",
      ])
    case .number: return value
    }
  }

  private func value(
    _ kind: Kind, _ names: Names, _ depth: Int, _ random: inout SeededGenerator
  ) -> String {
    guard kind != .number else { return number(names, depth: depth, &random) }
    if depth <= 0 || random.once(in: 4) { return random.pick(names.of(kind)) }
    func part(_ random: inout SeededGenerator) -> String {
      value(kind, names, depth - 1, &random)
    }
    switch random.below(8) {
    case 0, 1, 2: return elementwise(kind, names, depth, &random)
    case 3, 4: return "(\(part(&random)) \(random.pick(["+", "-", "*"])) \(part(&random)))"
    case 5:
      return
        "(\(number(names, depth: depth - 1, &random)) \(random.pick(["+", "-", "*"])) \(part(&random)))"
    case 6:
      return
        "(if \(part(&random)) > \(constant(&random)) then \(part(&random)) else \(part(&random)))"
    default: return "(\(part(&random)))^\(random.pick(["2", "3", "2"]))"
    }
  }

  private func elementwise(
    _ kind: Kind, _ names: Names, _ depth: Int, _ random: inout SeededGenerator
  ) -> String {
    func part(_ random: inout SeededGenerator) -> String {
      value(kind, names, depth - 1, &random)
    }
    switch random.below(12) {
    case 0, 1, 2, 3, 4: return "\(random.pick(Self.safe))(\(part(&random)))"
    case 5: return "exp(sin(\(part(&random))))"
    case 6: return "log(1 + (\(part(&random)))^2)"
    case 7: return "sqrt(0.5 + (\(part(&random)))^2)"
    case 8:
      let name = random.pick(["min", "max", "hypot", "atan2"])
      return "\(name)(\(part(&random)), \(part(&random)))"
    case 9: return "clamp(\(part(&random)), -0.5, 0.6)"
    case 10: return "\(random.pick(Self.all[2] ?? []))(\(part(&random)), \(part(&random)))"
    default: return "\(random.pick(Self.all[1] ?? []))(\(part(&random)))"
    }
  }

  private func condition(
    _ names: Names, _ depth: Int, _ random: inout SeededGenerator
  ) -> String {
    let (left, right) = (
      number(names, depth: depth - 1, &random), number(names, depth: depth - 1, &random)
    )
    let test = "\(left) \(random.pick(["<", ">", "<=", ">=", "!=", "=="])) \(right)"
    return random.once(in: 4) ? "not (\(test)) and a > -1" : test
  }

  private func constant(_ random: inout SeededGenerator) -> String {
    random.pick(["0", "1", "2", "0.5", "pi"] + (0..<5).map { _ in "\(random.number(0...2))" })
  }

  // MARK: Rules and rates

  private func rule(_ random: inout SeededGenerator) -> String {
    let name = random.pick(Prelude.ruleNames)
    guard let rule = Prelude.rule(name) else { return "rule gd" }
    var arguments: [String] = []
    for parameter in rule.parameters where parameter.value == nil {
      arguments.append("\(parameter.name) = 0.5")
    }
    if rule.parameters.contains(where: { $0.name == "decay" }), random.once(in: 3) {
      arguments.append("decay = 0.1")
    }
    return arguments.isEmpty ? "rule \(name)" : "rule \(name)(\(arguments.joined(separator: ", ")))"
  }

  private func rate(_ random: inout SeededGenerator) -> String {
    random.pick([
      "0.1", "0.01", "0.3", "0.1*0.9^t", "0.1/(1 + t)", "stepdecay(0.1, 2)",
      "exponential(0.1, 0.9)",
      "inverse(0.1, 0.5)", "linear(0.1, 4)", "polynomial(0.1, 4, 2)", "cosine(0.1, 4)",
      "cosinerestarts(0.1, 2, 2)", "warmup(cosine(0.1, 4), 2)", "onecycle(0.1, 8)",
      "cyclic(0.1, 2, 0.01)", "0.1 + 0.01*normal(0, 1)", "if t < 2 then 0.1 else 0.01",
    ])
  }
}
