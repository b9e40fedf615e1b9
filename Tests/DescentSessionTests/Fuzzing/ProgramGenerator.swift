import DescentElaboration
import DescentGraph
import DescentSession

/// Writes random programs: sensible, nearly sensible and senseless ones.
struct ProgramGenerator: Sendable {
  private let expressions = ExpressionGenerator()
  /// Programs to begin from: the examples of the help, and the scripts of the project.
  private let samples: [String]
  private let words: [String]

  init() {
    samples =
      Vocabulary.commands.map { $0.help.examples.joined(separator: "\n") } + projectScripts()
      + [ExpressionGenerator.setting]
    words =
      Vocabulary.commands.map { $0.word } + Vocabulary.wordsNotYet.sorted()
      + Catalogue.functions.keys.sorted() + Scope.constants
      + [
        "at", "and", "or", "not", "if", "then", "else", "every", "until", "max", "by", "within",
        "end", "in", "on", "to", "rows", "all", "state", "t", "error", "a", "b", "w", "u", "v", "k",
        "f", "precision", "seed", "clip", "norm", "program", "grad", "diff", "α", "θ₁", "é",
        "e\u{301}",
        "𝛼", "ﬀ", "\u{200B}", "\u{FEFF}", "👩‍👩‍👧",
      ]
  }

  private static let signs = [
    "+", "-", "*", "/", "^", "**", "·", "×", "−", "–", "²", "⁻¹", "(", ")", "[", "]", "{", "}", ",",
    "=", "==", "!=", "<", "<=", "≤", "≥", "≠", "≈", "~=", "..", "'", "\"", ":", ";", "\n", "\r\n",
    "\r",
    "\t", "#", "@", ".", "…", "“", "”", "\\", "{w}", "{w:.3}", "{", "\"\"", "\u{0}", "\u{7}",
    "\u{2028}",
  ]

  private static let numbers = [
    "0", "1", "2", "3", "10", "0.1", "1e-3", "1e300", "1e-320", "1e309", "1_000", "3e", "2e+x",
    "0x10",
    "1...5", "2.", ".5", "007", "9007199254740993", "1e18", "123456789012345678901234567890", "-0",
    "nan",
    "inf", "1.2.3", "1__0", "0b1",
  ]

  func program(_ random: inout SeededGenerator) -> String {
    switch random.below(10) {
    case 0: tokens(count: 1 + random.below(60), &random)
    case 1: mutated(random.pick(samples), &random)
    case 2: nested(&random)
    case 3, 4: mutated(sensible(&random), &random)
    default: sensible(&random)
    }
  }

  /// Any bytes, more often those that mean something.
  func bytes(_ random: inout SeededGenerator) -> [UInt8] {
    let text = Array(
      random.once(in: 2) ? tokens(count: random.below(80), &random) : program(&random)
    ).flatMap { Array(String($0).utf8) }
    var bytes = random.once(in: 3) ? [] : text
    for _ in 0..<random.below(bytes.isEmpty ? 200 : 8) {
      let place = random.below(bytes.count + 1)
      let byte = UInt8(truncatingIfNeeded: random.next())
      switch random.below(3) {
      case 0 where place < bytes.count: bytes[place] = byte
      case 1 where place < bytes.count: bytes.remove(at: place)
      default: bytes.insert(byte, at: place)
      }
    }
    return bytes
  }

  // MARK: Senseless

  private func tokens(count: Int, _ random: inout SeededGenerator) -> String {
    var text = ""
    for _ in 0..<count {
      switch random.below(5) {
      case 0, 1: text += random.pick(words)
      case 2: text += random.pick(Self.numbers)
      default: text += random.pick(Self.signs)
      }
      if random.once(in: 2) { text += " " }
    }
    return text
  }

  private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0...random.below(6) {
      let place = random.below(scalars.count + 1)
      let length = min(random.below(12), scalars.count - place)
      switch random.below(5) {
      case 0: scalars.removeSubrange(place..<(place + length))
      case 1: scalars.insert(contentsOf: random.pick(Self.signs).unicodeScalars, at: place)
      case 2: scalars.insert(contentsOf: random.pick(words).unicodeScalars, at: place)
      case 3: scalars.insert(contentsOf: random.pick(Self.numbers).unicodeScalars, at: place)
      default:
        let piece = Array(scalars[place..<(place + length)])
        scalars.insert(contentsOf: piece, at: random.below(scalars.count + 1))
      }
    }
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars)
    return String(result)
  }

  /// One construct in itself, many times, closed or not.
  private func nested(_ random: inout SeededGenerator) -> String {
    let (open, inside, close) = random.pick([
      ("(", "w", ")"), ("[", "w", "]"), ("sin(", "w", ")"), ("if w > 0 then ", "w", " else 1"),
      ("-", "w", ""), ("not ", "w", ""), ("w^", "2", ""), ("max(w, ", "2", ")"), ("u[", "1", "]"),
      ("expect error {", "1/", "}"), ("{", "", "}"), ("diff(", "w", ", w)"),
      ("(", "w", " at w = 2)"),
      ("w/(1 + ", "w", ")"), ("w + (", "w", ")'"), ("print \"{", "w", "}\""), ("1..", "2", ""),
      ("let f(x) = ", "x", ""), ("w < ", "1", ""),
    ])
    let depth = random.pick([3, 30, 150, 250, 1000])
    let end = random.once(in: 4) ? depth - 1 : depth
    let expression =
      String(repeating: open, count: depth) + inside + String(repeating: close, count: end)
    return ExpressionGenerator.setting + "\n"
      + random.pick(["", "cost ", "let k = ", "print ", "rate ", "step until "]) + expression
      + "\nstep 2\nshow"
  }

  // MARK: Sensible

  private func sensible(_ random: inout SeededGenerator) -> String {
    var commands = random.once(in: 4) ? [] : [ExpressionGenerator.setting]
    for _ in 0...random.below(14) { commands.append(command(&random, depth: 2)) }
    return commands.joined(separator: random.pick(["\n", "; ", "\n\n", "\r\n"]))
  }

  private func expression(_ random: inout SeededGenerator) -> String {
    expressions.expression(
      random.once(in: 4) ? .vector : .scalar, depth: random.below(5), &random)
  }

  private func command(_ random: inout SeededGenerator, depth: Int) -> String {
    let name = random.pick(["a", "b", "w", "u", "v", "k", "m", "f", "g", "θ", "x₁"])
    let count = random.pick([
      "0", "1", "2", "3", "7", "50", "1000", "1e5", "-1", "0.5", "nan", "w", "1e16",
    ])
    switch random.below(32) {
    case 0, 1: return "\(name) = \(expression(&random))"
    case 2: return "\(name)[\(random.pick(["1", "3", "2", "5", count]))] = \(expression(&random))"
    case 3, 4: return "let \(name) = \(expression(&random))"
    case 5: return "let f(x) = \(expression(&random)) + x"
    case 6:
      return "let g(x, a) = f(x) * diff(\(expression(&random)), \(random.pick(["x", "a", "w"])))"
    case 7, 8, 9: return "cost \(expressions.expression(.scalar, depth: random.below(6), &random))"
    case 10:
      return "cost C(\(random.pick(["w", "a, b", "w, w", "u, k", "new"]))) = \(expression(&random))"
    case 11:
      return
        "rate \(random.pick(["0.1", "1e-3", "0.1*0.9^t", "1e300", "-1", "t", "[0.1, 0.2]", expression(&random)]))"
    case 12: return "rule \(random.pick(["gd", "adam", "momentum(0.9)", "nosuch"]))"
    case 13: return "set \(random.pick(["precision", "seed", "clip norm", "nosuch"])) \(count)"
    case 14, 15, 16: return "step \(count)\(random.pick(["", " every \(count)"]))"
    case 17:
      return "step until \(expression(&random)) < \(count) max \(random.pick(["5", "100", count]))"
    case 18: return "back \(count)"
    case 19:
      return random.pick([
        "reset", "show", "table", "check", "grad", "cost", "rate", "rule", "help",
      ])
    case 20:
      return
        "\(random.pick(["show", "help", "grad", "table every", "table"])) \(random.pick(words + Self.numbers))"
    case 21: return "table every \(count)"
    case 22:
      return
        "print \"\(name) is {\(name)} and {\(expression(&random)):.\(random.pick(["3", "17", "0", "x"]))}\""
    case 23: return "print \(expression(&random)), \(expression(&random))"
    case 24: return "expect \(expression(&random)) ≈ \(expression(&random)) within \(count)"
    case 25:
      guard depth > 0 else { return "expect error { 1 + }" }
      return
        "expect error \"\(random.pick(words))\" {\n\(command(&random, depth: depth - 1))\n\(command(&random, depth: depth - 1)) }"
    case 26: return "input \(name) = \(random.pick(["3", "\"text\"", expression(&random)]))"
    case 27: return "source \(random.pick(["\"again\"", "\"none\"", "\"{a}\""]))"
    case 28: return "\(expression(&random)) at \(name) = \(expression(&random)), b = \(count)"
    case 29: return "grad at \(name) = \(expression(&random))"
    case 30: return "\(random.pick(words)) \(expression(&random))"
    default: return expression(&random)
    }
  }
}
