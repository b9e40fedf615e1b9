import DescentEngine
import DescentGraph
import DescentSource
import Testing

@testable import DescentSession

/// Matrices: values against NumPy 2.4.6 for the same expression, slopes against differences and as
/// texts.
@Suite struct MatrixTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let expression: String
    let shape: [Int]
    let values: [Double]
    var testDescription: String { expression }
  }

  static let cases: [Case] =
    ((try? ReferenceTable("matrices.csv").rows) ?? []).map { row in
      Case(
        expression: row["expr"] ?? "",
        shape: (row["shape"] ?? "").split(separator: " ").compactMap { Int($0) },
        values: (row["values"] ?? "").split(separator: " ").compactMap { Double($0) })
    }

  static let setting = """
    A = [[1.5, -2, 0.5], [0.25, 3, -1]]
    B = [[2, 1], [-1, 0.5], [4, -3]]
    S = [[2, -1], [0.5, 3]]
    u = [0.5, -1.5, 2]
    v = [1, -2]
    c = [[10], [20]]
    r = [[0.1, 0.2, 0.3]]
    s = 1.7
    one = [4]
    """

  @Test func `the reference is there`() { #expect(Self.cases.count >= 110) }

  /// NumPy adds in another order, so that the last bits may differ.
  @Test(arguments: cases)
  func `a value has the shape and the numbers of NumPy's`(_ test: Case) throws {
    let session = TestSession()
    try session.run(Self.setting)
    let node = try session.node(test.expression)
    let lengths = session.session.graph.shape(node).extents.lengths
    #expect(lengths == test.shape)
    let values = session.session.evaluate([node])[0]
    #expect(values.count == test.values.count)
    for (value, truth) in zip(values, test.values) {
      #expect(
        (value - truth).magnitude <= 1e-14 * truth.magnitude + 1e-15, "\(value), not \(truth)")
    }
    #expect(try session.node(session.text(node)) == node, "\(session.text(node))")
  }

  static let slopes: [(cost: String, name: String, slope: String)] = [
    ("sum(W @ x)", "W", "outer(ones(2), x)"),
    ("sum((W @ x - y)^2)", "W", "outer(2*(W @ x - y), x)"),
    ("sum((W @ x - y)^2)", "x", "W' @ (2*(W @ x - y))"),
    ("dot(y @ W, x)", "W", "outer(y, x)"),
    ("sum(W^2)", "W", "2*W"),
    ("sum(W*x)", "x", "sum(W, 1)"),
    ("sum(W*[[1], [2]])", "W", "ones(2, 3)*[[1], [2]]"),
    ("sum(W')", "W", "ones(2, 3)"),
    ("sum(W[2])", "W", "place(ones(3), 2..2, 1..3, 2, 3)"),
    ("W[1, 2]^2 + W[2, 3]", "W", "[[0, 2*W[1, 2], 0], [0, 0, 1]]"),
    ("sum(W[1..2, 2..3]^2)", "W", "place(2*W[1..2, 2..3], 1..2, 2..3, 2, 3)"),
    ("sum(sum(W, 2)^2)", "W", "ones(2, 3)*reshape(2*sum(W, 2), 2, 1)"),
    ("crossentropy(W @ x, 1)", "W", "outer(softmax(W @ x) - onehot(1, 2), x)"),
  ]

  @Test(arguments: slopes.indices)
  func `a slope reads as in a textbook`(_ place: Int) throws {
    let example = Self.slopes[place]
    let session = TestSession()
    try session.run("W = [[1, 2, 3], [4, 5, 6]]\nx = [0.5, -1, 2]\ny = [1, 2]")
    let node = try session.node("diff(\(example.cost), \(example.name))")
    #expect(session.text(node) == example.slope)
    #expect(try session.node(session.text(node)) == node)
  }

  static let smooth: [(expression: String, name: String)] = [
    ("A @ B", "A"), ("A @ B", "B"), ("A @ u", "A"), ("A @ u", "u"), ("v @ A", "A"), ("v @ A", "v"),
    ("A' @ v", "A"), ("A' @ A", "A"), ("A @ A'", "A"), ("(A @ B)'", "B"), ("u @ A'", "u"),
    ("A + u", "u"), ("A*c", "c"), ("c*r", "r"), ("c*r", "c"), ("A/(u + 5)", "u"),
    ("exp(c/20 + r)", "c"),
    ("A^2*u", "u"), ("one*A", "one"), ("one*u", "one"), ("atan2(A, c)", "c"), ("hypot(u, c)", "u"),
    ("if A > 0 then A*u else c", "u"), ("sum(A, 1)*u", "A"), ("sum(A, 2)^2", "A"),
    ("mean(A, 2)*v", "A"),
    ("var(A, 1)", "A"), ("std(A, 2)", "A"), ("prod(A, 1)", "A"), ("prod(A, 2)", "A"),
    ("prod(A)", "A"),
    ("max(A*A, 1)", "A"), ("min(A*A, 2)", "A"), ("max(A^2)", "A"), ("norm(A)", "A"),
    ("logsumexp(A)", "A"),
    ("A[2]*u", "A"), ("A[1, 2]*A", "A"), ("A[1..2, 3]*v", "A"), ("A[1..2, 2..3] @ v", "A"),
    ("reshape(A, 3, 2) @ v", "A"), ("reshape(u, 3, 1)*v", "u"), ("outer(u, v) @ v", "u"),
    ("outer(v, v)", "v"),
    ("place(v, 2, 1..2, 3, 3) @ u", "v"), ("place(B, 1..3, 2..3, 3, 3) @ u", "B"),
    ("softmax(A @ u)", "A"),
    ("logsoftmax(A @ u)", "u"), ("crossentropy(A @ u, 2)", "A"), ("[u, A[1]] @ B", "u"),
    ("tanh(A @ tanh(B @ v))", "B"), ("cumsum(A[1])", "A"), ("prod(join(A, B, u))", "B"),
  ]

  /// A cost made of slopes has slopes of slopes for its own.
  @Test(arguments: smooth.indices)
  func `first and second slopes agree with differences`(_ place: Int) throws {
    let (expression, name) = Self.smooth[place]
    let session = TestSession()
    try session.run(Self.setting)
    for cost in [
      "sum(sin(\(expression)))", "sum(diff(sum(sin(\(expression))), \(name))^2)/10",
    ] {
      try session.run("cost \(cost) + 0*sum(\(name))\ncheck")
      guard case .line(let line)? = session.outputs.last else {
        Issue.record("no closing line")
        continue
      }
      #expect(line == "the gradient agrees with finite differences", "\(cost): \(line)")
      let node = try session.node("diff(\(cost), \(name))")
      #expect(try session.node(session.text(node)) == node, "\(session.text(node))")
    }
  }

  @Test func `slopes of vectors are Jacobians, and slopes of slopes Hessians`() throws {
    let session = TestSession()
    try session.run("W = [[1, 2, 3], [4, 5, 6]]\nx = [0.5, -1, 2]\na = 2\nz[20] = 1")
    #expect(try session.node("diff(W @ x, x)") == session.node("W"))
    #expect(
      session.text(try session.node("diff(x^3, x)"))
        == "[[3*x[1]^2, 0, 0], [0, 3*x[2]^2, 0], [0, 0, 3*x[3]^2]]")
    let hessian = try session.node("diff(diff(sum((W @ x)^2), x), x)")
    #expect(session.session.evaluate([hessian])[0] == [34, 44, 54, 44, 58, 72, 54, 72, 90])
    #expect(
      session.session.evaluate([try session.node("diff(a^2*W, a)")])[0] == [4, 8, 12, 16, 20, 24])
    let long = session.session.evaluate([try session.node("diff(z^2 + 3*z, z) - 5*eye(20)")])[0]
    #expect(long.allSatisfy { $0 == 0 })
    #expect(throws: Diagnostic.self) { try session.node("diff(W @ x, W)") }
  }

  @Test func `random elements are drawn row after row`() throws {
    let session = TestSession()
    try session.run("W[3, 4] = normal(0, 0.1)")
    let other = TestSession()
    try other.run("w[12] = normal(0, 0.1)")
    let (matrix, vector) = (try session.node("reshape(W, 12)"), try other.node("w"))
    #expect(session.session.evaluate([matrix]) == other.session.evaluate([vector]))
  }

  @Test func `random numbers stretch their operands`() throws {
    let session = TestSession()
    try session.run("m = [[1], [100]]\ns = [0.1, 0.2, 0.3]\nw = 2")
    let node = try session.node("uniform(m, m + s)")
    let values = session.session.evaluate([node])[0]
    #expect(session.session.graph.shape(node) == .matrix(2, 3))
    #expect(values.prefix(3).allSatisfy { (1...1.3).contains($0) })
    #expect(values.suffix(3).allSatisfy { (100...100.3).contains($0) })
    for cost in ["sum(normal(m, s)^2)", "sum(normal(w, s)^2)", "sum(uniform(m[2, 1] + 3, m)^2)"] {
      try session.run("cost \(cost)\ncheck")
      guard case .line(let line)? = session.outputs.last else { continue }
      #expect(line == "the gradient agrees with finite differences", "\(cost): \(line)")
    }
  }

  @Test func `a transposed factor is read where it stands`() throws {
    let session = TestSession()
    try session.run("W = [[1, 2], [3, 4], [5, 6]]\nx = [1, -1]\ncost sum((W @ x - [1, 2, 3])^2)")
    try session.run("x = [1, 1]\nshow program")
    guard case .text(let text)? = session.outputs.last else {
      Issue.record("no listing")
      return
    }
    #expect(text.contains("W' @ ") && !text.contains("= W'\n"))
    // Nor is a decay of 0 computed, in any shape.
    #expect(!text.contains("0*W"))
  }

  @Test func `rows on lines, large ones folded, and all of them read back`() throws {
    let session = TestSession()
    try session.run("M = [[1, -2.5], [30, 4]]\nM")
    func shown() -> String {
      guard case .value(let text, _, _)? = session.outputs.last else { return "" }
      return text
    }
    #expect(shown() == "[[ 1, -2.5],\n [30,    4]]")
    try session.run("reshape(1..200, 10, 20)")
    #expect(
      shown() == """
        [[  1,   2,   3,   4,   5,   6, …],
         [ 21,  22,  23,  24,  25,  26, …],
         [ 41,  42,  43,  44,  45,  46, …],
         [ 61,  62,  63,  64,  65,  66, …],
         [ 81,  82,  83,  84,  85,  86, …],
         [101, 102, 103, 104, 105, 106, …],
         …]  (a matrix [10, 20])
        """)
    try session.run("set precision 17\nreshape(1..200, 10, 20)/7")
    let (printed, node) = (shown(), try session.node("reshape(1..200, 10, 20)/7"))
    #expect(
      session.session.evaluate([try session.node(printed)]) == session.session.evaluate([node]))
    try session.run("print \"M is {M}\"")
    guard case .printed(let text)? = session.outputs.last else { return }
    #expect(text == "M is [[1, -2.5], [30, 4]]")
  }

  @Test func `a parameter that gets another shape says so`() throws {
    let session = TestSession()
    try session.run("W = [[1, 2], [3, 4]]; W = [[5, 6], [7, 8]]")
    #expect(session.outputs.isEmpty)
    try session.run("W = 1")
    guard case .line(let line)? = session.outputs.last else {
      Issue.record("nothing is said")
      return
    }
    #expect(
      line
        == "W was a matrix [2, 2] and is a scalar now; for each of its elements, write: W = 1*ones(2, 2)"
    )
  }

  @Test func `rules see matrices element by element`() throws {
    let (matrix, vector) = (TestSession(), TestSession())
    try matrix.run("W = [[1, 2], [3, 4]]\ncost sum((W - 0.5)^2*[[1, 2], [3, 4]])")
    try vector.run("w = [1, 2, 3, 4]\ncost sum((w - 0.5)^2*[1, 2, 3, 4])")
    for rule in ["gd", "momentum", "adam", "bfgs", "lbfgs", "newton"] {
      for session in [matrix, vector] { try session.run("rule \(rule)\nreset\nstep 3") }
      let flat = matrix.session.evaluate([try matrix.node("reshape(W, 4)")])[0]
      #expect(
        flat.map(\.bitPattern)
          == vector.session.evaluate([try vector.node("w")])[0]
          .map(\.bitPattern), "\(rule)")
    }
    // In a rule 1 is a number, no axis.
    try matrix.run("rule bounded { w = min(max(w - rate*g, -1), 1) }\nreset\nstep")
    #expect(matrix.session.evaluate([try matrix.node("reshape(W, 4)")])[0] == [0.9, 1, 1, 1])
  }

  @Test func `least squares see matrices as their numbers`() throws {
    let (matrix, vector) = (TestSession(), TestSession())
    try matrix.run(
      "W = [[1, 2], [3, 4]]\ncost sum((W @ [1, 2] - [1, 1])^2) + 0.1*sum(sum(W^2, 1)) + mean((W + [[1], [2]])^2)"
    )
    try vector.run(
      "w = [1, 2, 3, 4]\ncost (w[1] + 2*w[2] - 1)^2 + (w[3] + 2*w[4] - 1)^2 + 0.1*sum(w^2) + mean((w + [1, 1, 2, 2])^2)"
    )
    for session in [matrix, vector] { try session.run("rule levenberg\nstep 3") }
    let flat = matrix.session.evaluate([try matrix.node("reshape(W, 4)")])[0]
    for (a, b) in zip(flat, vector.session.evaluate([try vector.node("w")])[0]) {
      #expect((a - b).magnitude < 1e-12)
    }
  }

  @Test func `stable forms of numbers are not taken for those of vectors`() throws {
    let session = TestSession()
    try session.run("a = [0.1, 0.2]\nb = [0.3, -1]\nM = [[1, 2], [3, 4]]\nN = [[0, 1], [1, 0]]")
    for text in [
      "exp(a)/(exp(a) + exp(b) + exp(2*a))", "log(exp(a) + exp(b) + exp(2*a))",
      "exp(M)/(exp(M) + exp(N))", "log(exp(M) + exp(N))", "exp(a)/(exp(a) + exp(M))",
      "[[1, 2], [3, 4]]*0 + [a, b] + [5, 6]", "log(sum(exp(M)))", "M/M + a - a", "(M - M) + a",
      "a*M/M", "M^0 + a",
    ] {
      let node = try session.node(text)
      let refined = session.session.evaluate([node])[0]
      let plain = session.session.graph.evaluate(
        [node], at: session.session.environmentValues, form: .asWritten)[0]
      #expect(refined.count == plain.count)
      for (x, y) in zip(refined, plain) { #expect((x - y).magnitude < 1e-14, "\(text)") }
    }
    // Like terms are put together in slopes: none may lose its shape there.
    for cost in [
      "sum((a + M - M)^2)", "sum(([[1, 2], [3, 4]] + [a, b] + a)^2)", "sum(a*M/M*N)",
      "sum((M + a)^2*M)",
    ] {
      try session.run("cost \(cost)\ncheck")
      guard case .line(let line)? = session.outputs.last else { continue }
      #expect(line == "the gradient agrees with finite differences", "\(cost)")
    }
  }

  @Test func `a session with matrices is saved to the bit`() throws {
    let session = TestSession()
    try session.run(
      "W[3, 4] = normal(0, 1)\nV[20, 30] = normal(0, 1)\nZ = [[-0.0, 1]]\ncost sum(W^2) + sum(V^2) + sum(Z^2)\nrule adam\nstep 3"
    )
    let other = TestSession()
    try other.run(session.session.savedText)
    #expect(other.session.firstDifference(from: session.session) == nil)
    #expect(other.session.graph.shape(try other.node("V")) == .matrix(20, 30))
    for session in [session, other] { try session.run("step 2") }
    #expect(other.session.firstDifference(from: session.session) == nil)
  }

  @Test func `a class that is none stops a descent`() throws {
    let session = TestSession()
    try session.run("z = [1, 2]\nk = 3\ncost crossentropy(z, k)")
    #expect(throws: Diagnostic.self) { try session.run("step") }
    #expect(throws: Diagnostic.self) { try session.value("onehot(1.5, 3)[1]") }
    #expect(throws: Diagnostic.self) { try session.run("onehot(k/2, 3)") }
    #expect(try session.value("crossentropy([0, 800], 2)") == 0)
    #expect(try session.value("crossentropy([0, 800], 1)") == 800)
    // 1e-22 stays, though 1 + 1e-22 is 1.
    let small = try session.value("crossentropy([0, 50.656872045869001], 2)")
    #expect((small - 1e-22).magnitude < 1e-36)
  }
}
