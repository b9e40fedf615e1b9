internal import DescentGraph

/// The next state made of the same terms with fewer operations that wait for one another.
///
/// A plain number is rounded after each operation, as it is written, and each step waits for all
/// that the one before rounded. Where a step adds something small to a number, that may be computed
/// in any way: rounded to the number's last bit it is nearly always the same. So sums of products
/// become chains of multiply-adds, with what is known first in front, and what is the same in all
/// steps is multiplied into the coefficients; the number itself is added last, as it is written.
struct Prediction {
  /// Steps of so many lines are at work all the time: nothing waits.
  private static let mostLines = 64
  /// Operations on doubles that a processor starts in a cycle.
  private static let width = 3
  /// How long a prediction may take, as a part of the step as it is written.
  private static let worthwhile = 0.85

  /// Cycles until an operation's value is there.
  private static let latencies: [Substring: Int] = [
    "fadd": 3, "fsub": 3, "fmul": 4, "fma": 4, "fdiv": 14, "fneg": 1, "fcmp": 4, "select": 2,
    "xor": 1,
  ]

  /// A coefficient that is the same in all steps, and numbers that it is multiplied by.
  private struct Term {
    var coefficient: NativeValue
    var factors: [String]
  }

  /// What is the same in all steps.
  let entry: NativeBuilder
  let body: NativeBuilder
  /// The numbers of the next state that are predicted.
  private(set) var next: [(place: Int, value: NativeValue)] = []

  /// The step as it is written.
  private var instructions: [String: NativeInstruction] = [:]
  private var ready: [String: Int] = [:]
  private var uses: [Substring: Int] = [:]
  private var known: [String: Timed] = [:]

  /// Nil where it is not worth while.
  ///
  /// - Parameters:
  ///   - exact: the next state as the step computes it.
  ///   - step: the lines of the step.
  init?(of exact: [NativeValue], in step: NativeBuilder, _ module: NativeModule) {
    entry = NativeBuilder(module)
    body = NativeBuilder(module, label: "predicted")
    guard step.lines.count <= Self.mostLines else { return nil }
    for line in step.lines {
      guard let instruction = NativeInstruction(line) else { return nil }
      instructions[instruction.name] = instruction
      let operands = instruction.operands.map { cycle($0) }
      if let latency = Self.latencies[instruction.operation], !operands.contains(nil) {
        ready[instruction.name] = (operands.compactMap(\.self).max() ?? 0) + latency
      }
    }
    let names = exact.map { step.text($0)[...] }
    let times = names.map { cycle($0) }
    guard !times.contains(nil) else { return nil }
    countUses(from: names)
    var slowest = 0
    for (k, (name, time)) in zip(names, times).enumerated() {
      let guess = sum(of: name, onto: "%state\(k)")
      if let guess, guess.ready < time ?? 0 { next.append((k, guess.value)) }
      slowest = max(slowest, min(time ?? 0, guess?.ready ?? .max))
    }
    guard !next.isEmpty else { return nil }
    func time(waiting: Int, lines: Int) -> Double {
      Double(max(waiting, lines / Self.width))
    }
    // The comparison takes some.
    let lines = step.lines.count + body.lines.count + 4 * next.count
    let before = time(waiting: times.compactMap(\.self).max() ?? 0, lines: step.lines.count)
    guard time(waiting: slowest, lines: lines) <= Self.worthwhile * before else { return nil }
  }

  /// When a value of the step is there; nil if that is not known.
  private func cycle(_ operand: Substring) -> Int? {
    instructions[String(operand)] == nil ? 0 : ready[String(operand)]
  }

  /// How often each value is used in what these are made of.
  private mutating func countUses(from names: [Substring]) {
    var waiting = names
    while let name = waiting.popLast() {
      uses[name, default: 0] += 1
      if uses[name] == 1 { waiting += instructions[String(name)]?.operands ?? [] }
    }
  }

  // MARK: Terms

  /// Whether a value is the same in all steps.
  private func isFixed(_ operand: Substring) -> Bool {
    instructions[String(operand)] == nil && !operand.hasPrefix("%state")
      && !operand.hasPrefix("%clock")
  }

  /// What a number is the sum of.
  private func terms(_ operand: Substring, times coefficient: NativeValue = 1) -> [Term] {
    if isFixed(operand) {
      let fixed = NativeValue(operand: operand, entry)
      return [Term(coefficient: product(coefficient, fixed), factors: [])]
    }
    // What is used elsewhere is computed anyway.
    guard uses[operand] == 1 else {
      return [Term(coefficient: coefficient, factors: [String(operand)])]
    }
    return parts(operand, times: coefficient)
  }

  /// The same, of a value that is to be computed.
  private func parts(_ name: Substring, times coefficient: NativeValue) -> [Term] {
    let instruction = instructions[String(name)]
    let operands = instruction?.operands ?? []
    switch instruction?.operation {
    case "fadd":
      return terms(operands[0], times: coefficient) + terms(operands[1], times: coefficient)
    case "fsub":
      return terms(operands[0], times: coefficient)
        + terms(operands[1], times: product(-1, coefficient))
    case "fneg": return terms(operands[0], times: product(-1, coefficient))
    case "fmul": return terms(operands[0], operands[1], times: coefficient)
    case "fdiv" where isFixed(operands[1]):
      return terms(
        operands[0], times: coefficient / NativeValue(operand: operands[1], entry))
    case "fma":
      return terms(operands[0], operands[1], times: coefficient)
        + terms(operands[2], times: coefficient)
    default: return [Term(coefficient: coefficient, factors: [String(name)])]
    }
  }

  /// What a product is the sum of. Only what is the same in all steps goes into each term.
  private func terms(
    _ a: Substring, _ b: Substring, times coefficient: NativeValue
  ) -> [Term] {
    for (fixed, other) in [(a, b), (b, a)] where isFixed(fixed) {
      let value = NativeValue(operand: fixed, entry)
      return terms(other, times: product(coefficient, value))
    }
    var term = Term(coefficient: coefficient, factors: [])
    for factor in [a, b] {
      let terms = terms(factor)
      if terms.count == 1 {
        term.coefficient = product(term.coefficient, terms[0].coefficient)
        term.factors += terms[0].factors
      } else {
        term.factors.append(String(factor))
      }
    }
    return [term]
  }

  // MARK: Writing

  /// A number of the step, computed in fewer operations that wait for one another.
  private mutating func value(_ name: String) -> Timed {
    if let known = known[name] { return known }
    guard let instruction = instructions[name] else {
      return Timed(value: NativeValue(operand: name[...], body), ready: 0)
    }
    let result: Timed
    switch instruction.operation {
    case "fadd", "fsub", "fneg", "fmul", "fma": result = sum(parts(name[...], times: 1))
    default:
      var operands: [Timed] = []
      for operand in instruction.operands { operands.append(value(String(operand))) }
      let text = instruction.text(on: operands.map { body.text($0.value) })
      result = Timed(
        value: NativeValue(body.assign(text), body),
        ready: (operands.map(\.ready).max() ?? 0) + (Self.latencies[instruction.operation] ?? 0))
    }
    known[name] = result
    return result
  }

  /// A number to which something is added, as it is written, and what is added in any way; nil for
  /// what is no such sum.
  private mutating func sum(of name: Substring, onto base: String) -> Timed? {
    var terms = parts(name, times: 1)
    guard
      let place = terms.firstIndex(where: {
        $0.factors == [base] && $0.coefficient.constantValue == 1
      })
    else { return nil }
    terms.remove(at: place)
    let number = Timed(value: NativeValue(base, body), ready: 0)
    guard terms.count == 1 else { return number + sum(terms) }
    let (a, b) = factors(of: terms[0])
    return number.adding(a, b)
  }

  /// What is known first comes first: each term waits for those before it.
  private mutating func sum(_ terms: [Term]) -> Timed {
    var products: [(a: Timed, b: Timed)] = []
    for term in terms { products.append(factors(of: term)) }
    // Of two that are there at the same time a product is added to the other.
    products.sort { p, q in
      (max(p.a.ready, p.b.ready), p.a.isSign ? 0 : 1)
        < (max(q.a.ready, q.b.ready), q.a.isSign ? 0 : 1)
    }
    let first = products.first.map { $0.a * $0.b } ?? Timed(value: 0, ready: 0)
    return products.dropFirst().reduce(first) { $0.adding($1.a, $1.b) }
  }

  /// Two numbers whose product a term is; if one is a sign, the first.
  private mutating func factors(of term: Term) -> (Timed, Timed) {
    let isConstant = term.coefficient.constantValue != nil
    let coefficient = Timed(
      value: isConstant ? term.coefficient : NativeValue(entry.text(term.coefficient), body),
      ready: 0)
    var factors = [coefficient]
    for factor in term.factors { factors.append(value(factor)) }
    if factors.count == 1 { return (Timed(value: 1, ready: 0), coefficient) }
    while factors.count > 2 {
      // Signs first, which cost nothing, then what is known first.
      let rest = factors.dropFirst(factors[0].isSign ? 1 : 0).sorted { $0.ready < $1.ready }
      factors = (factors[0].isSign ? [factors[0]] : []) + rest
      factors = [factors[0] * factors[1]] + factors.dropFirst(2)
    }
    return (factors[0], factors[1])
  }
}

/// A value, and the cycle of the step in which it is there.
private struct Timed {
  var value: NativeValue
  var ready: Int

  static func + (a: Self, b: Self) -> Self {
    Self(value: a.value + b.value, ready: max(a.ready, b.ready) + 3)
  }

  static func * (a: Self, b: Self) -> Self {
    let isSigned = a.isSign || b.isSign
    return Self(
      value: product(a.value, b.value), ready: max(a.ready, b.ready) + (isSigned ? 0 : 4))
  }

  /// Whether it is 1 or -1.
  var isSign: Bool { value.constantValue?.magnitude == 1 }

  func adding(_ a: Self, _ b: Self) -> Self {
    switch a.value.constantValue {
    case 1: self + b
    case -1: Self(value: value - b.value, ready: max(ready, b.ready) + 3)
    default:
      Self(
        value: value.addingProduct(a.value, b.value), ready: max(ready, a.ready, b.ready) + 4)
    }
  }
}

/// A product, of which a factor may be a sign.
private func product(_ a: NativeValue, _ b: NativeValue) -> NativeValue {
  switch (a.constantValue, b.constantValue) {
  case (1, _): b
  case (_, 1): a
  case (-1, nil): -b
  case (nil, -1): -a
  default: a * b
  }
}
