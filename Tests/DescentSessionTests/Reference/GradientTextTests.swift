import DescentGraph
import Testing

@testable import DescentSession

/// Gradients read as a textbook has them.
@Suite struct GradientTextTests {
  static let examples: [(cost: String, name: String, slope: String)] = [
    ("w^2 + 3*w", "w", "2*w + 3"),
    ("(w - 2)^2", "w", "2*(w - 2)"),
    ("sin(w)*exp(-w)", "w", "exp(-w)*cos(w) - exp(-w)*sin(w)"),
    ("(1-x)^2 + 100*(y-x^2)^2", "x", "-2*(1 - x) - 400*x*(y - x^2)"),
    ("(1-x)^2 + 100*(y-x^2)^2", "y", "200*(y - x^2)"),
    ("0.1*w^3", "w", "0.3*w^2"),
    ("w^4/4 - w^2", "w", "w^3 - 2*w"),
    ("w^3/3", "w", "w^2"),
    ("4*w^3/3", "w", "4*w^2"),
    ("1/w", "w", "-1/w^2"),
    ("log(w)", "w", "1/w"),
    ("w*log(w)", "w", "log(w) + 1"),
    ("w*exp(-w)", "w", "exp(-w) - w*exp(-w)"),
    ("sqrt(w)", "w", "1/(2*sqrt(w))"),
    ("sqrt(w^2 + 1)", "w", "w/sqrt(w^2 + 1)"),
    ("exp(w^2)", "w", "2*w*exp(w^2)"),
    ("cos(2*w)", "w", "-2*sin(2*w)"),
    ("tanh(w)", "w", "1/cosh(w)^2"),
    ("log(1 + exp(w))", "w", "sigmoid(w)"),
    ("abs(w)", "w", "sign(w)"),
    ("2^w", "w", "2^w*log(2)"),
    ("x*y", "x", "y"),
    ("x/y", "y", "-x/y^2"),
    ("(w*x + b - y)^2", "w", "2*x*(w*x + b - y)"),
    ("(w*x + b - y)^2", "b", "2*(w*x + b - y)"),
    ("-w^2", "w", "-2*w"),
    ("w - w", "w", "0"),
    ("if w > 0 then w^2 else -w", "w", "if w > 0 then 2*w else -1"),
  ]

  @Test(arguments: examples.indices)
  func `a slope reads as in a textbook`(_ place: Int) throws {
    let example = Self.examples[place]
    let session = TestSession()
    try session.run("w = 1\nx = 2\ny = 3\nb = 4")
    let node = try session.node("diff(\(example.cost), \(example.name))")
    #expect(session.text(node) == example.slope)
    #expect(try session.node(session.text(node)) == node)
  }

  @Test func `slopes of vectors read as vectors`() throws {
    let session = TestSession()
    try session.run("x = [1, 2]\nz[1000] = 1")
    #expect(session.text(try session.node("diff(sum((x - [1, 2])^2), x)")) == "2*(x - [1, 2])")
    #expect(session.text(try session.node("diff(x[1]^2 + 3*x[2], x)")) == "[2*x[1], 3]")
    #expect(session.text(try session.node("diff(sum(z), z)")) == "ones(1000)")
    #expect(
      session.text(try session.node("diff(sum(z[2..end]^2), z)"))
        == "place(2*z[2..1000], 2..1000, 1000)")
  }

  @Test func `slopes by a matrix are outer products, whichever way it stands`() throws {
    let session = TestSession()
    try session.run("data rows = 4, u = uniform(-1, 1), v = uniform(-1, 1)")
    try session.run("W = [[1, 2], [3, 4], [5, 6]]\nV = W'")
    let slopes = [
      "sum(W @ [u, v])": "outer(ones(3), [u, v])",
      "sum([u, v] @ V)": "outer([u, v], ones(3))",
      "sum(V' @ [u, v])": "outer([u, v], ones(3))",
    ]
    for (cost, outer) in slopes {
      for total in ["mean", "sum"] {
        let node = try session.node(
          "diff(\(total)(\(cost), rows), \(cost.contains("W") ? "W" : "V"))")
        let direct = try session.node("\(total)(\(outer), rows)")
        #expect(session.text(node) == session.text(direct))
      }
    }
  }

  @Test func `slopes nest to the sixth order`() throws {
    let session = TestSession()
    try session.run("x = 0.7")
    var text = "sin(x)*exp(x)"
    // The k-th derivative of sin(x)·exp(x) is 2^(k/2)·exp(x)·sin(x + kπ/4).
    for order in 1...6 {
      text = "diff(\(text), x)"
      let truth = try session.value("2^(\(order)/2)*exp(x)*sin(x + \(order)*pi/4)")
      let value = try session.value(text)
      #expect((value - truth).magnitude <= 1e-13 * truth.magnitude, "order \(order)")
    }
    // f'''' = -4f for this function.
    #expect(session.text(try session.node(text)).utf8.count < 200)
  }

  @Test func `a branch that is not taken leaks nothing`() throws {
    for (point, value, slope) in [("0", 0.0, 0.0), ("-1", 0, 0), ("4", 2, 0.25)] {
      let session = TestSession()
      try session.run("x = \(point)")
      let text = "if x > 0 then sqrt(x) else 0"
      #expect(try session.value(text) == value)
      #expect(try session.value("diff(\(text), x)") == slope)
    }
    let session = TestSession()
    try session.run("v = [-1, 0, 4]")
    #expect(
      session.session.evaluate([try session.node("diff(sum(if v > 0 then sqrt(v) else 0), v)")])[0]
        == [0, 0, 0.25])
  }

  @Test(arguments: [
    ("log(1 + exp(x))", 1000.0, 1000.0, 1.0), ("log(1 + exp(x))", -1000, 0, 0),
    ("log(exp(x) + 1)", 1000, 1000, 1), ("1/(1 + exp(-x))", -1000, 0, 0),
    ("1/(1 + exp(-x))", 1000, 1, 0), ("log(sigmoid(x))", -1000, -1000, 1),
    ("log(sigmoid(x))", 1000, 0, 0), ("log(1 - sigmoid(x))", 1000, -1000, -1),
    ("log(sum(exp([x, 0])))", 1000, 1000, 1), ("log(softmax([x, 0])[1])", -1000, -1000, 1),
    ("log(cosh(x))", 1000, 999.3068528194401, 1), ("sqrt(x^2)", -3, 3, -1),
    ("sqrt(x*x)", 0, 0, 0), ("exp(x)/(1 + exp(x))", 1000, 1, 0),
    ("exp(x)/(exp(x) + exp(-x))", 800, 1, 0), ("log(exp(x))", 800, 800, 1),
    ("-log(1/(1 + exp(-x)))", -1000, 1000, -1), ("log(1/(1 + exp(x)))", 1000, -1000, -1),
    ("sqrt(x^2 + 1e300^2)", 1e300, 1.4142135623730951e300, 0.7071067811865475),
  ])
  func `a form that overflows as typed is stable`(
    _ text: String, _ x: Double, _ value: Double, _ slope: Double
  ) throws {
    let session = TestSession()
    try session.run("x = \(x)")
    let (v, s) = (try session.value(text), try session.value("diff(\(text), x)"))
    #expect((v - value).magnitude <= 1e-15 * value.magnitude, "\(v)")
    #expect((s - slope).magnitude <= 1e-15, "\(s)")
  }

  @Test func `a step of Rosenbrock holds what a person would write`() throws {
    let session = TestSession()
    try session.run(
      "x = -1.2\ny = 1\nrate 0.001\ncost (1 - x)^2 + 100*(y - x^2)^2\nshow program")
    guard case .text(let text)? = session.outputs.last else {
      Issue.record("no listing")
      return
    }
    #expect(
      text == """
          s1 = 1 - x
          s2 = 400*x
          s3 = x*x
          s4 = y - s3
          s5 = s2*s4
          s6 = 200*s4
          s7 = rate*s6
          s8 = y - s7
          s9 = (-2)*s1 - s5
          s10 = rate*s9
          s11 = x - s10

        """)
  }
}
