import DescentElaboration
import DescentGraph
import DescentSession
import DescentSource
import DescentSyntax

/// Writes random expressions that mostly have a meaning.
///
/// Which functions take and give what is found out by trying every one of the catalogue, so that a
/// new function is fuzzed as soon as it is there.
struct ExpressionGenerator: Sendable {
  enum Kind: Int, CaseIterable, Sendable { case scalar, vector, matrix }

  /// What to type before: the names that expressions are made of.
  static let setting =
    "a = 0.7; b = 1.3; w = 0.4; u = [0.3, 0.8, 1.1]; v = [1, 2, 0.5]; "
    + "M = [[0.2, 0.7, 0.4], [1.1, 0.3, 0.9], [0.6, 0.5, 1.2]]"
  static let parameters = ["a", "b", "w", "u", "v", "M"]

  private struct Form: Sendable {
    var name: String
    var operands: [Kind]
    var result: Kind
  }

  private let forms: [Form]

  /// - Parameter isWanted: which of the functions are used.
  init(_ isWanted: (String) -> Bool = { _ in true }) {
    let session = fuzzSession()
    var forms: [Form] = []
    let samples: [Kind: String] = [.scalar: "w", .vector: "u", .matrix: "M"]
    for name in Catalogue.functions.keys.sorted() where isWanted(name) {
      let arities = Catalogue.functions[name, default: []].flatMap { Array($0.arity.prefix(4)) }
      for arity in Set(arities).sorted() where arity <= 3 {
        var combinations: [[Kind]] = [[]]
        for _ in 0..<arity {
          combinations = combinations.flatMap { c in Kind.allCases.map { c + [$0] } }
        }
        for operands in combinations {
          let call = "\(name)(\(operands.map { samples[$0] ?? "" }.joined(separator: ", ")))"
          guard let node = try? elaborated(call, in: session) else { continue }
          switch session.graph.shape(node) {
          case .scalar: forms.append(Form(name: name, operands: operands, result: .scalar))
          case .vector(3): forms.append(Form(name: name, operands: operands, result: .vector))
          case .matrix(3, 3): forms.append(Form(name: name, operands: operands, result: .matrix))
          default: continue
          }
        }
      }
    }
    self.forms = forms
  }

  func expression(
    _ kind: Kind, depth: Int, _ random: inout SeededGenerator, isSmooth: Bool = false
  ) -> String {
    if depth <= 0 || random.once(in: 8) { return leaf(kind, &random, isSmooth: isSmooth) }
    func part(_ kind: Kind, _ random: inout SeededGenerator) -> String {
      expression(kind, depth: depth - 1, &random, isSmooth: isSmooth)
    }
    /// What stretches to this kind.
    func any(_ random: inout SeededGenerator) -> Kind {
      random.pick(Kind.allCases.filter { $0.rawValue <= kind.rawValue })
    }
    switch random.below(isSmooth ? 8 : 15) {
    case 0, 1, 2, 3:
      let sign = random.pick(["+", "-", "*", "/", "*", "+"])
      let left = any(&random)
      let right = left == kind ? any(&random) : kind
      return "(\(part(left, &random)) \(sign) \(part(right, &random)))"
    case 4:
      let exponent = isSmooth ? random.pick(["2", "3"]) : power(&random) ?? part(.scalar, &random)
      return "(\(part(kind, &random)))^\(exponent)"
    case 5: return "-\(part(kind, &random))"
    case 6, 7, 8, 9, 10:
      let fitting = forms.filter { $0.result == kind }
      guard !fitting.isEmpty else { return leaf(kind, &random, isSmooth: isSmooth) }
      let form = random.pick(fitting)
      return "\(form.name)(\(form.operands.map { part($0, &random) }.joined(separator: ", ")))"
    case 11:
      return
        "(if \(condition(depth - 1, &random)) then \(part(kind, &random)) else \(part(kind, &random)))"
    case 12:
      if kind == .matrix { return matrix(depth, &random) }
      if kind == .scalar {
        if random.once(in: 2) { return "(\(part(.matrix, &random)))[2, end]" }
        return "(\(part(.vector, &random)))[\(random.pick(["1", "2", "3", "end"]))]"
      }
      if random.once(in: 2) {
        return random.pick([
          "(\(part(.matrix, &random)))[\(random.pick(["1", "2", "end"]))]",
          "(\(part(.matrix, &random)))[1..3, 2]",
          "(\(part(.matrix, &random)) @ \(part(.vector, &random)))",
          "(\(part(.vector, &random)) @ \(part(.matrix, &random)))",
          "sum(\(part(.matrix, &random)), \(random.pick(["1", "2"])))",
        ])
      }
      return "[\(part(.scalar, &random)), \(part(.scalar, &random)), \(part(.scalar, &random))]"
    case 13:
      if kind == .matrix { return matrix(depth, &random) }
      if kind == .scalar {
        return
          "sum((\(part(.vector, &random)))[\(random.pick(["1..2", "2..end", "1..3", "2..2"]))])"
      }
      return "place(\(part(.scalar, &random)), \(random.pick(["1", "2", "3"])), 3)"
    default:
      let name = random.pick(["a", "b", "w"])
      return kind == .scalar
        ? "diff(\(part(.scalar, &random)), \(name))"
        : "(\(part(kind, &random)) at \(name) = \(part(.scalar, &random)))"
    }
  }

  private func matrix(_ depth: Int, _ random: inout SeededGenerator) -> String {
    func part(_ kind: Kind) -> String { expression(kind, depth: depth - 1, &random) }
    switch random.below(7) {
    case 0: return "(\(part(.matrix)))'"
    case 1: return "(\(part(.matrix)) @ \(part(.matrix)))"
    case 2: return "[\(part(.vector)), \(part(.vector)), \(part(.vector))]"
    case 3: return "place(\(part(.vector)), 2, 1..3, 3, 3)"
    case 4: return "place((\(part(.matrix)))[1..2, 2..3], 2..3, 1..2, 3, 3)"
    case 5: return "reshape(\(part(.matrix))*\(part(.vector)), 3, 3)"
    default: return "(\(part(.matrix))*reshape(\(part(.vector)), 3, 1))"
    }
  }

  private func power(_ random: inout SeededGenerator) -> String? {
    random.pick(["2", "3", "-1", "0.5", "-2", "7", "0", "1", nil])
  }

  private func condition(_ depth: Int, _ random: inout SeededGenerator) -> String {
    let left = expression(.scalar, depth: depth - 1, &random)
    let right = expression(.scalar, depth: depth - 1, &random)
    let sign = random.pick(["<", "<=", ">", ">=", "==", "!=", "≈"])
    let one = "\(left) \(sign) \(right)"
    guard depth > 0, random.once(in: 3) else { return one }
    return random.pick([
      "not \(one)", "\(one) and \(left) > 0", "\(one) or \(right) < 1", "(\(one)) == 1",
    ])
  }

  private func leaf(_ kind: Kind, _ random: inout SeededGenerator, isSmooth: Bool) -> String {
    if kind == .matrix {
      return random.pick(
        ["M", "M", "outer(u, v)", "M'"] + (isSmooth ? [] : ["eye(3)", "ones(3, 3)"]))
    }
    if kind == .vector {
      return random.pick(
        ["u", "v", "u", "v", "[1, 2, 3]", "[a, 0.5, w]"]
          + (isSmooth ? [] : ["1..3", "zeros(3)", "ones(3)"]))
    }
    if random.below(3) > 0 { return random.pick(["a", "b", "w"]) }
    if isSmooth { return "\(random.number(0.1...2))" }
    return random.pick([
      "0", "1", "-1", "2", "3", "0.5", "1e-3", "1e300", "-0", "pi", "e", "0.1", "1e-300", "7",
      "100", "inf", "nan",
    ])
  }
}

/// A session with the names that generated expressions use.
func fuzzSession() -> Session {
  var session = Session()
  let script = Script(
    SourceText(name: "setting", text: ExpressionGenerator.setting), origin: .typed)
  // It is part of the tests: what is wrong with it shows in every one of them.
  _ = try? session.run(script, Environment(emit: { _ in }))
  return session
}

/// The node of an expression, read with the names of a session.
func elaborated(_ text: String, in session: Session) throws(Diagnostic) -> NodeID {
  var parser = try Parser(SourceText(name: "fuzz", text: text), origin: .prompt)
  let expression = try parser.expressionWithBindings()
  guard parser.isAtEnd else { throw parser.unexpected(expected: "the end") }
  var elaborator = session.elaborator()
  return try elaborator.elaborate(expression)
}
