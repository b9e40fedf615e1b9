import DescentGraph
import Testing

@testable import DescentSession

/// Every primitive gives the same bits in native code as in the interpreter, whoever adds one.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct PrimitiveEngineTests {
  typealias Entry = PrimitiveTests.Entry

  /// One entry for each name: calls by the same name are the same calls.
  static let namedEntries: [Entry] = {
    var seen: Set<String> = []
    return PrimitiveTests.entries.filter {
      seen.insert($0.isOfRows ? "\($0.type.name) of rows" : $0.type.name).inserted
    }
  }()

  /// A cost in which the value counts as well as its slope, and every parameter moves.
  private static func cost(_ call: String, _ parameters: [String]) -> String {
    let squares = parameters.map { "0.1*sum(\($0)^2)" }.joined(separator: " + ")
    return "cost s*sum(\(call)) + sum((\(call))^2)/8 + \(squares) + 0.1*s^2\nrate 1e-3"
  }

  @Test(arguments: PrimitiveTests.entries)
  func `numbers, short vectors and matrices`(_ entry: Entry) throws {
    let setting = PrimitiveTests.setting + "\ns = 0.7"
    for call in PrimitiveTests.calls(of: entry) + [entry.type.help.example] {
      let session = TestSession()
      try session.run(setting)
      guard (try? session.node("s*sum(\(call))")) != nil else { continue }
      try EngineComparison.expectSameBits(
        setting + "\n" + Self.cost(call, ["w", "v", "M"]))
    }
  }

  /// Ways to call something with long vectors and matrices, of which those are tried that have a
  /// meaning.
  private static func longCalls(of entry: Entry) -> [String] {
    let name = entry.type.name
    guard entry.type.isFunction else {
      return operations[name, default: []]
    }
    let arguments = [
      "x", "1 + x", "x, y", "x, 0.3", "0.3, x", "x, s", "x, 3", "x, 0.2, 0.7", "x, s, y",
      "x, 3..length(x) + 2, length(x) + 7", "sin(x), cos(y)", "x, sample", "A, 1", "sin(A), 2", "A",
      "x, length(x), 1", "x[1..12], y", "0, 1",
    ]
    return arguments.map { "\(name)(\($0))" }
  }

  private static let operations: [String: [String]] = [
    "@": ["A @ B", "A @ u", "u @ A'", "A' @ A"], "'": ["A'", "sin(A)'"],
    "[ ]": ["[x, y]", "[s, 2]*s"], "[i]": ["x[3]", "sin(x)[2]*x", "A[2, 3]"],
    "[i..j]": ["x[2..end] - x[1..length(x) - 1]^2", "sin(x)[4..20]", "A[2, 2..9]"],
    "M[i]": ["A[2]", "sin(A)[3]"], "M[i..j, k..l]": ["A[2..5, 3..8]", "sin(A)[2..3]"],
    "M[i..j, k]": ["A[2..6, 3]"], "+": ["x + y", "x + s", "A + u", "x + 1"],
    "-": ["x - y", "s - x", "-x", "A - u", "2 - x"], "*": ["x*y", "s*x", "A*u", "x*x*y", "3*x"],
    "/": ["x/y", "s/x", "x/3", "A/u"], "^": ["x^2", "x^3", "x^y", "x^0.3", "x^-1", "s^x", "A^2"],
    "if": ["if x > 0.5 then x^2 else y", "if s > 0.5 then x else y"],
    "<": ["(x < y)*x"], "<=": ["(x <= y)*x"], ">": ["(x > y)*x"], ">=": ["(x >= 0.5)*x"],
    "==": ["(x == y)*x"], "!=": ["(x != y)*x"], "≈": ["(x ≈ y)*x"],
    "and": ["(x > 0.2 and y < 0.8)*x"], "or": ["(x > 0.2 or y < 0.8)*x"],
    "not": ["(not x > 0.5)*x"],
    "max": ["max(A, 1)", "max(x)"], "min": ["min(A, 2)", "min(x)"],
  ]

  /// Values in every domain, and values on both sides of kinks and ends.
  private static let settings: [(length: Int, low: Double, high: Double)] = [
    (37, 0.1, 0.9), (37, -2, 3), (1000, 0.1, 0.9), (5000, -2, 3),
  ]

  @Test(arguments: namedEntries.filter { !$0.isOfRows })
  func `long vectors and matrices`(_ entry: Entry) throws {
    for (length, low, high) in Self.settings {
      let setting = """
        x[\(length)] = linspace(\(low), \(high), \(length)); s = 0.7
        y[\(length)] = linspace(\(high), \(low), \(length))^2 + 0.05
        A = reshape(linspace(\(low), \(high), 120), 10, 12); B = 0.3*A'
        u = linspace(0.2, 1.7, 12)
        """
      let session = TestSession()
      try session.run(setting)
      for call in Self.longCalls(of: entry)
      where (try? session.node("s*sum(\(call))")) != nil {
        // Matrices are as large for any length.
        guard length == 37 || call.contains("x") else { continue }
        // No step is taken from where there is no value; one test of that is enough.
        guard try session.value("sum(\(call))").isFinite || length == 37 else { continue }
        let names = ["x", "y"] + (call.contains(/[ABu]\b/) ? ["A", "B", "u"] : [])
        try EngineComparison.expectSameBits(setting + "\n" + Self.cost(call, names))
      }
    }
  }

  /// Ways to call something for each row.
  private static func rowCalls(of entry: Entry) -> [String] {
    let name = entry.type.name
    guard entry.type.isFunction else {
      return rowOperations[name, default: []]
    }
    if entry.isOfRows { return ["\(name)(s*h, rows)", "\(name)(sin(W @ x), rows)"] }
    let arguments = [
      "s*h", "1 + s*h", "h, s", "s, h", "s*h, 0.3", "s*h, 0.2, 0.7", "h", "s*x", "x*v, 2",
      "W @ x", "W @ x, c", "s*h, h*q, q", "s*x, v", "x, 2..4, 9", "c, 3",
    ]
    return arguments.map { "\(name)(\($0))" }
  }

  private static let rowOperations: [String: [String]] = [
    "@": ["W @ x", "x @ W'", "sin(W @ x)"], "'": ["W' @ sin(W @ x)"],
    "[ ]": ["[s*h, q, h]", "[s, h]"], "[i]": ["(W @ x)[2]", "x[3]*s"],
    "[i..j]": ["x[2..3]*s", "(W @ x)[1..2]"], "M[i]": ["W[2]*x"],
    "+": ["s*h + q", "W @ x + v[1..3]"], "-": ["s - h", "-s*h"], "*": ["s*h", "s*h*q", "v*x"],
    "/": ["s/h", "h/s", "x/v"], "^": ["(s*h)^2", "h^s", "s^h", "(s*h)^-3", "(s*x)^3"],
    "if": ["if h > 0.5 then s*h else q", "if h > s then x*v else v"],
    "<": ["(h < s)*s*h"], "<=": ["(h <= s)*s*h"], ">": ["(h > q)*s*h"], ">=": ["(s*h >= q)*h"],
    "==": ["(c == 2)*s*h"], "!=": ["(c != 2)*s*h"], "≈": ["(h ≈ q)*s*h"],
    "and": ["(h > 0.2 and q < 0.8)*s"], "or": ["(h > 0.8 or q < 0.3)*s"],
    "not": ["(not h > 0.5)*s*h"], "max": ["max(s*h, q)", "max(s*x)"],
    "min": ["min(s*h, q)", "min(s*x)"],
  ]

  @Test(arguments: namedEntries)
  func `values for each row`(_ entry: Entry) throws {
    for (rows, batch) in [(1, "all"), (7, "all"), (300, "all"), (1000, "all"), (1000, "32")] {
      let setting = """
        data rows = \(rows), h = uniform(0.1, 0.9), q = uniform(0.1, 0.9), x[4] = uniform(0.1, 0.9), \
        c = floor(uniform(1, 4))
        s = 0.7; v = [0.3, 0.8, 0.5, 0.6]; W = reshape(linspace(-0.4, 0.8, 12), 3, 4)
        batch \(batch)
        """
      let session = TestSession()
      try session.run(setting)
      for call in Self.rowCalls(of: entry) {
        let cost =
          entry.isOfRows
          ? "cost sum(\(call))^2/8 + s*sum(\(call)) + 0.1*(s^2 + sum(v^2) + sum(W^2))"
          : "cost mean(s*sum(\(call)) + sum((\(call))^2)/8, rows) + 0.1*(s^2 + sum(v^2) + sum(W^2))"
        guard (try? TestSession(copying: session).run(cost)) != nil else { continue }
        try EngineComparison.expectSameBits("\(setting)\n\(cost)\nrate 1e-3")
      }
    }
  }
}

extension TestSession {
  convenience init(copying other: TestSession) {
    self.init()
    session = other.session
  }
}
