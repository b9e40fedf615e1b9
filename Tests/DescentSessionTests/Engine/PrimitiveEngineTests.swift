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

  private static func longSetting(_ length: Int, _ low: Double, _ high: Double) -> String {
    """
    x[\(length)] = linspace(\(low), \(high), \(length)); s = 0.7
    y[\(length)] = linspace(\(high), \(low), \(length))^2 + 0.05
    A = reshape(linspace(\(low), \(high), 120), 10, 12); B = 0.3*A'; u = linspace(0.2, 1.7, 12)
    """
  }

  @Test(arguments: namedEntries.filter { !$0.isOfRows })
  func `long vectors and matrices`(_ entry: Entry) throws {
    for call in Self.longCalls(of: entry) {
      // On both sides of kinks and ends, or where there is a value.
      let ranges = try [(-2.0, 3.0), (0.1, 0.9)].filter { low, high in
        let session = TestSession()
        try session.run(Self.longSetting(37, low, high))
        guard (try? session.node("s*sum(\(call))")) != nil else { return false }
        return try session.value("sum(\(call))").isFinite
      }
      guard let (low, high) = ranges.first else { continue }
      let names = ["x", "y"] + (call.contains(/[ABu]\b/) ? ["A", "B", "u"] : [])
      // Matrices are as large for any length.
      for length in call.contains("x") ? [37, 1000, 5000] : [37] {
        try EngineComparison.expectSameBits(
          Self.longSetting(length, low, high) + "\n" + Self.cost(call, names))
      }
      // What has a value on both sides of 0 has one beyond 1.
      if entry.type.kernel.isElementwise, low < 0, call.hasSuffix("(x)") { break }
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
    var isFirst = true
    for call in Self.rowCalls(of: entry) {
      // A number for each row, or some; or, of all rows together.
      let costs = [
        "mean(s*(\(call)) + (\(call))^2/8, rows)",
        "mean(s*sum(\(call)) + sum((\(call))^2)/8, rows)",
        "s*sum(\(call)) + sum((\(call))^2)/8",
      ]
      let cost = costs.first { cost in
        let session = TestSession()
        let isValid: ()? = try? session.run(Self.rowSetting(7, "all") + "\ncost 0*s + \(cost)")
        return isValid != nil
      }
      guard let cost else { continue }
      let all = [(1, "all"), (300, "all"), (1000, "all")]
      for (rows, batch) in [(7, "all"), (1000, "32")] + (isFirst ? all : []) {
        try EngineComparison.expectSameBits(
          """
          \(Self.rowSetting(rows, batch))
          cost \(cost) + 0.1*(s^2 + sum(v^2) + sum(W^2))
          rate 1e-3
          """)
      }
      isFirst = false
    }
    // Whatever is computed element by element is computed for rows.
    #expect(!isFirst || !entry.type.kernel.isElementwise || !entry.type.isFunction)
  }

  private static func rowSetting(_ rows: Int, _ batch: String) -> String {
    """
    data rows = \(rows), h = uniform(0.1, 0.9), q = uniform(0.1, 0.9), x[4] = uniform(0.1, 0.9), \
    c = floor(uniform(1, 4))
    s = 0.7; v = [0.3, 0.8, 0.5, 0.6]; W = reshape(linspace(-0.4, 0.8, 12), 3, 4)
    batch \(batch)
    """
  }
}

/// Work of which there is more than one block, or more than one part of blocks.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct LargeWorkTests {
  @Test(arguments: [
    "batch all\ncost mean((a*h + b - q)^2)", "batch 20000\ncost mean((a*h + b - q)^2)",
    "batch 777\ncost mean(log(1 + exp(-(dot(v, x) + b)*q))) + 0.1*sum(v^2)\nrule adam",
    "batch all\ncost sum(sigmoid(dot(v, x)*a)*h) + max(a*h, rows)\nrule momentum",
    "split 0.7\nbatch all\ncost mean(abs(a*h - q)) + mean(softmax(v*x)[2])",
    """
    W = reshape(linspace(-0.4, 0.5, 36), 9, 4); U = reshape(linspace(-0.3, 0.6, 27), 3, 9)
    batch 35000
    cost mean(crossentropy(U @ tanh(W @ x + a), 1 + round(abs(q)/2))) + b^2
    """,
  ])
  func `many rows`(_ cost: String) throws {
    let data =
      "data rows = 40000, h = uniform(-1, 1), q = 2*h + normal(0, 0.1), x[4] = normal(0, 1)"
    try EngineComparison.expectSameBits(
      "\(data)\na = 0.5; b = 0.1; v = [0.1, -0.2, 0.3, 0.4]\n\(cost)\nrate 1e-3", steps: 4,
      [.native, .threads, .machineThreads, .switching])
  }

  @Test func `a long cost, whose functions are shared`() throws {
    let terms = (1...150).map { k in
      "sin(a*\(k))*exp(b/\(k)) + tanh(c - 0.\(k)) + log(1 + exp(a*c/\(k)))"
    }
    try EngineComparison.expectSameBits(
      "a = 0.3; b = 0.2; c = 0.1\ncost \(terms.joined(separator: " + "))\nrate 1e-4\nrule adam",
      steps: 6, [.native, .switching])
  }

  @Test(arguments: [
    "cost sum((1 - x[1..n - 1])^2 + 100*(x[2..n] - x[1..n - 1]^2)^2)/n\nrate 1e-3",
    "cost mean(log(1 + exp(x))) + 0.1*dot(x, x)\nrule adam\nrate 0.01",
    "cost logsumexp(x) + sum(abs(x - 0.3))/n\nrule rprop",
    "cost norm(x - 1) + var(x)\nrule lion\nset clip norm 0.1",
    "cost sum(3*(x - 1)^2 + sin(x)^2)/n + dot(2*x, exp(x))/n + sum(x[2..n]*x[1..n - 1])/n\nrate 0.1",
    "cost sum(sin(x)*cos(x[n] + x))/n + sum(cumsum(x))*1e-9\nrule nesterov",
  ])
  func `long vectors`(_ cost: String) throws {
    for n in [17, 255, 256, 257, 4099, 100_000] {
      try EngineComparison.expectSameBits(
        "let n = \(n)\nx[\(n)] = linspace(-1, 1, \(n))\n\(cost)", steps: 4, [.native, .switching])
    }
  }
}
