import DescentEngine
import DescentGraph
import Testing

@testable import DescentSession

/// What holds for every primitive, whoever adds one.
@Suite struct PrimitiveTests {
  /// A primitive by its place in the catalogue.
  struct Entry: CustomTestStringConvertible, Sendable {
    let place: Int
    var type: any Primitive.Type { Catalogue.primitives[place] }
    /// Whether it is about the rows of data.
    var isOfRows: Bool { type.help.example.contains(", rows)") }
    var testDescription: String { "\(type)" }
  }

  static let entries = Catalogue.primitives.indices.map { Entry(place: $0) }
  static let functions = entries.filter { $0.type.isFunction }

  @Test(arguments: entries)
  func `its help's example has the value that is told`(_ entry: Entry) throws {
    let session = TestSession()
    if entry.isOfRows { try session.run(Self.rows) }
    try session.run(entry.type.help.example)
    guard case .value(let text, _, _)? = session.outputs.last else {
      Issue.record("no value")
      return
    }
    // The rows of a matrix stand on lines of their own.
    #expect(text.replacing(/\s+/, with: " ") == entry.type.help.value)
  }

  @Test(arguments: entries)
  func `what is printed parses back to the same node`(_ entry: Entry) throws {
    let session = TestSession()
    try session.run(Self.setting)
    if entry.isOfRows { try session.run(Self.rows) }
    // Each occurrence of a random number is one of its own.
    guard !(entry.type is any RandomPrimitive.Type) else { return }
    for example in [entry.type.help.example] + Self.calls(of: entry) {
      let node = try session.node(example)
      #expect(try session.node(session.text(node)) == node, "\(session.text(node))")
    }
  }

  static let rows = "data x = [1, 2, 3]"

  static let setting = """
    w = 0.5
    v = [0.25, 0.5, 0.75]
    M = [[0.25, 0.5, 0.75], [1.5, 0.4, 0.9]]
    """

  /// Calls of a function with parameters in their places.
  static func calls(of entry: Entry) -> [String] {
    let name = entry.type.name
    guard entry.type.isFunction else {
      // What is no function is called by a sign.
      return operations[name] ?? []
    }
    if entry.type is any AxisReduction.Type { return ["\(name)(M, 1)", "\(name)(2*M, 2)"] }
    switch name {
    case "place":
      return entry.type.arity.contains(3)
        ? ["place(w, 2..2, 12)", "place(v, 3..5, 12)", "place(1..2, 1..2, 12)*w"]
        : [
          "place(M, 2..3, 1..3, 4, 3)", "place(v, 2, 2..4, 3, 5)", "place(v, 1..3, 2, 3, 5)",
          "place(w, 1, 2, 2, 2)",
        ]
    case "ones", "zeros", "range", "length", "eye": return []
    case "linspace": return ["linspace(w, 2, 5)"]
    case "polygamma": return ["polygamma(1, w)", "polygamma(2, 1 + w)"]
    case "clamp":
      return ["clamp(w, -1, 1)", "clamp(v, w, 0.6)", "clamp(M, w, v + 0.1)", "clamp(M, 1, 2)"]
    case "join": return ["join(w, v)", "join(v, w, v)", "join(M, w)"]
    case "dot": return ["dot(v, v)", "dot(v, sin(v))"]
    case "outer": return ["outer(v, v)", "outer(v, [w, 2])"]
    case "reshape":
      return ["reshape(M, 6)", "reshape(M, 3, 2)", "reshape(v, 3, 1)", "reshape(w, 1)"]
    case "acosh": return ["acosh(1 + w)", "acosh(2*v + 1)", "acosh(1 + M)"]
    case "argmax", "softmax", "logsoftmax", "cumsum": return ["\(name)(v)", "\(name)(2*v)"]
    case "crossentropy": return ["crossentropy(v, 2)", "crossentropy(10*M[1], 3)"]
    case "onehot": return ["onehot(3, 4)*w"]
    // Not on a jump.
    case "mod": return ["mod(w, 0.3)", "mod(0.7, w)", "mod(v, 0.2)", "mod(M, 0.17)"]
    default:
      let count = entry.type.arity.lowerBound
      if count == 1 {
        let isBounded = ["asin", "acos", "atanh"].contains(name)
        return [
          "\(name)(w)", "\(name)(v)", "\(name)(w^2 + 0.1)",
          isBounded ? "\(name)(M/2)" : "\(name)(M)",
        ]
      }
      return [
        "\(name)(w, 0.3)", "\(name)(0.3, w)", "\(name)(v, w)", "\(name)(w, w^2)",
        "\(name)(M, v + 0.1)",
        "\(name)([[w], [2]], M)",
      ]
    }
  }

  private static let operations: [String: [String]] = [
    "@": ["M @ v", "v @ M'", "M @ M'", "M' @ M", "[w, 2] @ M", "M' @ [w, 2]"],
    "'": ["M'", "(w*M)'"],
    "[ ]": ["[w, 2]", "[v, sin(v)]", "[[w, 2], [3, w]]"],
    "[i]": ["v[2]", "M[2, 3]"],
    "[i..j]": ["v[2..3]", "M[2, 1..2]"],
    "M[i]": ["M[2]", "(w*M)[1]"],
    "M[i..j, k..l]": ["M[1..2, 2..3]", "M[2..2]", "sin(M)[1..1, 1..2]"],
    "M[i..j, k]": ["M[1..2, 2]", "sin(M)[2..2, 1]"],
    "+": ["M + v", "[[w], [2]] + v"], "-": ["M - v", "v - M", "[[w], [2]] - M", "-M"],
    "*": ["M*v", "[[w], [2]]*v", "w*M", "M*M"], "/": ["M/v", "v/M", "[[w], [2]]/v"],
    "^": ["M^2", "M^v", "w^M", "[[w], [2]]^v"], "if": ["if M > 0.6 then M^2 else v"],
    "max": ["max(M, 1)", "max(M*w, 2)"], "min": ["min(M, 1)", "min(M*w, 2)"],
  ]

  @Test(arguments: entries)
  func `its slope agrees with finite differences`(_ entry: Entry) throws {
    for call in Self.calls(of: entry) {
      let session = TestSession()
      try session.run(Self.setting)
      guard (try? session.node(call)) != nil, !(entry.type is any RandomPrimitive.Type) else {
        continue
      }
      // A step function has no slope to compare.
      try session.run("cost sum(\(call)) + 0*w^2 + sum(v^2)*w^2")
      try session.run("check")
      guard case .line(let line)? = session.outputs.last else {
        Issue.record("no closing line")
        continue
      }
      let hasJump = ["floor", "ceil", "round", "sign", "heaviside"].contains(entry.type.name)
      #expect(hasJump || line == "the gradient agrees with finite differences", "\(call): \(line)")
    }
  }

  @Test(arguments: entries)
  func `its second slope is the slope of its slope`(_ entry: Entry) throws {
    for call in Self.calls(of: entry) {
      let session = TestSession()
      try session.run(Self.setting.replacing("0.5\n", with: "0.45\n"))
      guard !(entry.type is any RandomPrimitive.Type),
        (try? session.node("diff(sum(\(call)), w)")) != nil
      else { continue }
      try session.run("cost diff(sum(\(call)), w) + w^2")
      try session.run("check")
      guard case .line(let line)? = session.outputs.last else { continue }
      #expect(line == "the gradient agrees with finite differences", "\(call): \(line)")
    }
  }

  @Test(arguments: entries)
  func `a constant is folded to the bits that are executed`(_ entry: Entry) throws {
    let session = TestSession()
    try session.run(Self.setting)
    for call in Self.calls(of: entry) where !(entry.type is any RandomPrimitive.Type) {
      let executed = session.session.evaluate([try session.node(call)])[0]
      let literal = call.replacing(/\bM\b/, with: "[[0.25, 0.5, 0.75], [1.5, 0.4, 0.9]]")
        .replacing(/\bv\b/, with: "[0.25, 0.5, 0.75]").replacing(/\bw\b/, with: "0.5")
      let node = try session.node(literal)
      let folded = session.session.evaluate([node])[0]
      #expect(
        folded.map(\.bitPattern) == executed.map(\.bitPattern), "\(literal): \(folded), \(executed)"
      )
    }
  }

  @Test(arguments: functions)
  func `a vector's elements are the bits of its scalars`(_ entry: Entry) throws {
    let kernel = entry.type.kernel
    guard kernel.isElementwise, entry.type.arity.lowerBound == 1 else { return }
    let session = TestSession()
    let offset = entry.type.name == "acosh" ? 1.0 : 0
    let numbers = (0..<37).map { offset + Double($0) / 19.7 }
    let list = "[" + numbers.map { "\($0)" }.joined(separator: ", ") + "]"
    let vector = session.session.evaluate([try session.node("\(entry.type.name)(\(list))")])[0]
    for (number, element) in zip(numbers, vector) {
      let scalar = try session.value("\(entry.type.name)(\(number))")
      #expect(scalar.bitPattern == element.bitPattern || scalar.isNaN && element.isNaN)
    }
  }

  @Test func `rewrites have names of their own`() {
    for type in Catalogue.primitives {
      for rewrites in [type.simplifications, type.lowerings, type.refinements] {
        #expect(Set(rewrites.map(\.name)).count == rewrites.count, "\(type)")
      }
    }
  }
}

/// Parts of vectors are read where the vectors stand.
@Suite struct ViewTests {
  @Test(arguments: [
    "sin(v)/sin(v)[2]", "if sin(v) > 0.3 then exp(v) else exp(v)[3]", "clamp(v + 1, (v + 1)[1], 9)",
    "sum((2*v)[2..3]) + (2*v)[1]", "exp(v)[2..3] - exp(v)[1..2]", "v[2..3]*v[1..2] + v[3]",
    "max(v + 0, (v + 0)[2])", "exp(v)*exp(v)[2] + sin(v)*cos(v)",
  ])
  func `a part has the bits of its copy`(_ text: String) throws {
    let session = TestSession()
    try session.run("v = [0.25, 0.5, 0.75]\nu = [0.25, 0.5, 0.75]")
    // Constants are computed one by one, with nothing shared.
    let literal = text.replacing(/\bv\b/, with: "[0.25, 0.5, 0.75]")
    let parts = session.session.evaluate([try session.node(text)])[0]
    let copies = session.session.evaluate([try session.node(literal)])[0]
    #expect(parts.map(\.bitPattern) == copies.map(\.bitPattern), "\(parts), \(copies)")
  }
}
