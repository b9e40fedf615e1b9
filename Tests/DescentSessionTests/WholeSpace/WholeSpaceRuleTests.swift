import DescentGraph
import DescentSource
import Testing

@testable import DescentSession

/// The rules that see all parameters at once.
@Suite struct WholeSpaceRuleTests {
  static let rosenbrock = "x = -1.2\ny = 1\ncost (1-x)^2 + 100*(y-x^2)^2\n"
  /// A vector and a number, a sum of squares, with its minimum at a = [1, 2, 3], b = -1.
  static let mixed = """
    a = [3, -2, 5]
    b = 2
    cost mean((a - [1, 2, 3])^2) + 3*(a[1]*b + 1)^2 + norm(a - [1, 2, 3])^2/2 + (b + 1)^4

    """

  @Test(arguments: WholeSpaceRules.names)
  func `Rosenbrock's valley is walked to its end`(_ rule: String) throws {
    let session = TestSession()
    try session.run(Self.rosenbrock + "rule \(rule)\nstep until norm(grad) < 1e-8 max 2000")
    #expect(try (session.value("x") - 1).magnitude < 1e-7)
    #expect(try (session.value("y") - 1).magnitude < 1e-7)
    let most = ["newton": 25, "bfgs": 45, "lbfgs": 45, "levenberg": 25]
    #expect(session.session.descent.step <= most[rule, default: 2000])
  }

  @Test(arguments: WholeSpaceRules.names)
  func `vectors and numbers go together`(_ rule: String) throws {
    let session = TestSession()
    try session.run(Self.mixed + "rule \(rule)\nstep until norm(grad) < 1e-7 max 5000")
    #expect(try session.value("norm(grad)") < 1e-7)
    #expect(try session.value("cost") < 1e-10)
    #expect(try session.value("norm(a - [1, 2, 3])") < 1e-4)
  }

  /// Every step, taken alone, after going back, and in one run, has the same bits, and so has what
  /// the rule keeps.
  @Test(arguments: WholeSpaceRules.names + ["lbfgs(2)"])
  func `a rule goes back and on to the bit`(_ rule: String) throws {
    for problem in [Self.rosenbrock, Self.mixed] {
      let session = TestSession()
      try session.run(problem + "rule \(rule)\nstep 11")
      let taken = session.session.descent.step
      let end = session.session.fingerprint
      try session.run("back 4\nstep 4")
      #expect(session.session.fingerprint == end)
      try session.run("back \(taken - 2)\nstep until cost < -1 max \(taken - 2)")
      #expect(session.session.fingerprint == end)
      try session.run("reset\nstep 1\nstep 3\ntable\nstep \(taken - 4)")
      #expect(session.session.fingerprint == end)
    }
  }

  @Test(arguments: 1...4) func `newton solves a quadratic in one step`(_ seed: Int) throws {
    let session = TestSession()
    try session.run(
      """
      set seed \(seed)
      x[5] = normal(0, 3)
      y = 4
      let r = [2*x[1] - x[2] + y - 3, x[2] + x[3], x[3] - 4*x[4] + 1, x[4] + x[5]/2, x[1] + 3*y]
      cost sum(r^2) + sum((x - 1)^2) + y^2 + 1
      rule newton
      step
      """)
    #expect(try session.value("norm(grad)") < 1e-12)
    try session.run("step 5")
    #expect(session.session.descent.step <= 3)
  }

  @Test(arguments: ["bfgs", "lbfgs"])
  func `a quadratic in n numbers takes a few times n steps`(_ rule: String) throws {
    let session = TestSession()
    try session.run(
      """
      x = [1, -2, 3, -4, 5, -6]
      cost sum([1, 2, 4, 8, 16, 32]*(x - [6, 5, 4, 3, 2, 1])^2)/2 + x[1]*x[2]/2
      rule \(rule)
      step until norm(grad) < 1e-9
      """)
    #expect(try session.value("norm(grad)") < 1e-9)
    // Six exact line searches would do; these are inexact, and the last digits take their time.
    #expect(session.session.descent.step <= 5 * 6)
  }

  @Test func `the symbolic Hessian is the same written out and as products`() throws {
    let text = "p[1]^2*p[2] + exp(p[2]*p[3]) + sin(p[1] + 2*p[3])"
    let vector = TestSession()
    try vector.run("p = [0.3, -0.7, 1.1]\ncost \(text)")
    let scalars = TestSession()
    try scalars.run(
      "p1 = 0.3\np2 = -0.7\np3 = 1.1\ncost p1^2*p2 + exp(p2*p3) + sin(p1 + 2*p3)")
    let matrices = try [vector, scalars].map { session in
      let space = Space(session.session, try #require(session.session.cost))
      let function = SpaceFunction(space)
      function.load(fixed: session.session.environmentValues)
      return HessianProgram(space).matrix(at: [0.3, -0.7, 1.1], of: function)
    }
    for (a, b) in zip(matrices[0].entries, matrices[1].entries) {
      #expect((a - b).magnitude <= 1e-14 * max(1, a.magnitude))
    }
    // d²/dp1² = 2 p2 - sin(p1 + 2 p3)
    #expect((matrices[0][0, 0] - (-1.4 - 0.5984721441039564)).magnitude < 1e-14)
  }

  @Test func `newton says when it was damped and descends all the same`() throws {
    let session = TestSession()
    // At 0.1 the cost curves down, and Newton's step would go uphill to the maximum at 0.
    try session.run("w = 0.1\ncost w^4 - w^2\nrule newton\nstep until abs(grad) < 1e-10 max 50")
    #expect(try (session.value("w") - 0.5.squareRoot()).magnitude < 1e-10)
    let lines = session.outputs.compactMap { if case .line(let line) = $0 { line } else { nil } }
    #expect(lines.contains { $0.contains("damped: the plain newton step would not have lowered") })
  }

  @Test(arguments: [
    "x = 0\ny = 0\ncost x^2 - y^2 + y^4/2", "x = 1\ny = 0\ncost x^2 - y^2 + y^4/2",
    "x = 0.3\ny = 0.3\ncost x*y + (x - y)^4/8 + (x + y)^4/8",
    "x = [0, 0, 0]\ncost sum(x^4)/4 - x[1]*x[2] - x[2]*x[3]", "w = 0\ncost cos(w)",
    "w = 0\ncost w^4 - w^2",
  ])
  func `newton leaves a saddle or a maximum, and says so`(_ start: String) throws {
    let session = TestSession()
    try session.run("\(start)\nrule newton\nstep until norm(grad) < 1e-10 and t > 0 max 60")
    #expect(try session.value("norm(grad)") < 1e-10)
    let lines = session.outputs.compactMap { if case .line(let line) = $0 { line } else { nil } }
    #expect(lines.contains { $0.contains("left a saddle or a maximum") })
  }

  @Test(arguments: ["w = 0\ncost w^2", "w = 0\ncost w^4", "x = [0, 0]\ncost sum(x^4)"])
  func `newton stays at a minimum`(_ start: String) throws {
    let session = TestSession()
    try session.run("\(start)\nrule newton\nstep 5")
    #expect(session.session.descent.step == 0)
  }

  @Test(arguments: WholeSpaceRules.names, ["clip norm 1", "plateau factor 0.5 patience 2"])
  func `no clip and no plateau, and the way out is told`(_ rule: String, _ option: String) throws {
    let session = TestSession()
    try session.run("w = 3\ncost (w - 1)^2\nset \(option)\nrule \(rule)")
    do {
      try session.run("step")
      Issue.record("a step was taken")
    } catch let diagnostic as Diagnostic {
      let name = option.prefix { $0 != " " }
      #expect(diagnostic.code == "rule.option")
      #expect(diagnostic.message.contains("'\(rule)'") && diagnostic.message.contains(name))
      #expect(diagnostic.help.contains("write: set \(name) off"))
      #expect(diagnostic.primary != nil)
    }
    try session.run("set \(option.prefix { $0 != " " }) off\nstep")
    #expect(session.session.descent.step == 1)
  }

  @Test(arguments: WholeSpaceRules.names)
  func `a trial outside a function's domain is too far, and no error`(_ rule: String) throws {
    let session = TestSession()
    // The minimum is at e^-3; the first trial is far below 0.
    try session.run("w = 5\ncost (log(w) + 3)^2\nrule \(rule)\nstep until abs(grad) < 1e-9 max 500")
    #expect(try (session.value("log(w)") + 3).magnitude < 1e-9)
  }

  @Test(arguments: WholeSpaceRules.names)
  func `where no step lowers the cost, that is said and nothing fails`(_ rule: String) throws {
    let session = TestSession()
    try session.run("w = 2\nv = 1\ncost (w - 2)^2 + (v - 1)^2\nrule \(rule)\nstep 5")
    #expect(session.session.descent.step == 0)
    let lines = session.outputs.compactMap { if case .line(let line) = $0 { line } else { nil } }
    let line = "no step lowers the cost any more; the gradient's length is 0"
    let places = ", as at a minimum, a maximum or a saddle; 'rule newton' leaves the last two"
    #expect(lines.last == line + (rule == "newton" ? "" : places))
  }

  @Test(arguments: WholeSpaceRules.names)
  func `a cost with a minimum above 0 is settled after finitely many steps`(
    _ rule: String
  ) throws {
    let session = TestSession()
    try session.run(
      "x = 3\ny = 1\ncost (x^2 + y - 11)^2 + (x + y^2 - 7)^2 + (x - y)^2/3\nrule \(rule)\nstep 3000"
    )
    #expect(session.session.descent.step < 3000)
    #expect(try session.value("norm(grad)") < 1e-5)
  }

  @Test func `the rate scales newton's step`() throws {
    let session = TestSession()
    try session.run("w = 8\ncost (w - 2)^2\nrule newton\nrate 0.5\nstep 2")
    #expect(try session.value("w") == 3.5)
    // 2 times the way is as high as before: damped until it is lower.
    try session.run("rate 2\nstep 3")
    #expect(try (session.value("w") - 2).magnitude < 1.5)
  }

  /// What counts as a sum of squares, with the number of residuals.
  @Test(arguments: [
    ("x^2", 1), ("x*x + y^2/4", 2), ("0.5*sum(v^2)", 1), ("mean((v - x)^2) + 7", 1),
    ("norm(v)^2 - 2", 1), ("dot(v, v)*3", 1), ("(x*y)^2 + x^2*y^2", 2), ("sum([x^2, 2*y^2])", 2),
    ("sum(v^2 + x^2)", 2), ("sum(2*v^2)/3 + (x - sin(y))^4", 2), ("(x/y)^2 + x^2/y^2", 2),
    ("pi*x^2", 1),
  ]) func `sums of squares are found`(_ text: String, _ count: Int) throws {
    let session = TestSession()
    try session.run("x = 1.5\ny = 0.7\nv = [1, 2, 3]")
    let node = try session.node(text)
    let squares = try SumOfSquares(node, in: session.session.graph)
    #expect(squares.terms.count == count)
    // The squares add up to the cost, up to the constant.
    var sum = 0.0
    for term in squares.terms {
      let values = session.session.evaluate([term.residual])[0]
      sum += term.weight * values.reduce(0) { $0 + $1 * $1 }
    }
    let constants: [String: Double] = ["mean((v - x)^2) + 7": 7, "norm(v)^2 - 2": -2]
    let constant = constants[text, default: 0]
    #expect(try (sum + constant - session.value(text)).magnitude < 1e-13)
  }

  @Test(arguments: ["x", "x^2 - y^2", "x^3", "-x^2", "x^2 + exp(y)", "sum(v)", "x^2*y", "-2*x^2"])
  func `what is no sum of squares is told`(_ text: String) throws {
    let session = TestSession()
    try session.run("x = 1\ny = 2\nv = [1, 2]\ncost \(text)")
    let error = #expect(throws: Diagnostic.self) { try session.run("rule levenberg") }
    #expect(error?.code == "rule.noSquares")
    try session.run("rule bfgs")
  }

  /// The slopes of the residuals, by rows, by columns and written out, against differences.
  @Test(arguments: [
    "sum((a[1]*v - exp(a[2]*v)*b)^2)", "sum(([a[1]*b, a[2]^2, b*sin(a[1])])^2)",
    "(a[1]*b)^2 + 2*(a[2] - b^2)^2 + norm(a*b)^2",
  ]) func `the residuals' slopes are those of the residuals`(_ text: String) throws {
    let session = TestSession()
    try session.run(
      "a = [0.4, -0.3]\nb = 0.8\nlet v = [1, 2, 3, 4, 5, 6]\ncost \(text)")
    let space = Space(session.session, try #require(session.session.cost))
    let function = SpaceFunction(space)
    function.load(fixed: session.session.environmentValues)
    let squares = try SumOfSquares(space.cost.node, in: space.graph)
    let program = ResidualProgram(space, squares)
    let x = [0.4, -0.3, 0.8]
    let here = program.linearization(at: x, of: function)
    for column in 0..<3 {
      var (up, down) = (x, x)
      up[column] += 1e-6
      down[column] -= 1e-6
      let (above, below) = (
        program.linearization(at: up, of: function), program.linearization(at: down, of: function)
      )
      for row in 0..<here.rows {
        let slope = (above.right[row] - below.right[row]) / 2e-6
        #expect((here[row, column] - slope).magnitude < 1e-8 * max(1, slope.magnitude))
      }
    }
  }

  @Test func `every rule is shown in words, and what it says selects it`() throws {
    for name in WholeSpaceRules.names {
      let session = TestSession()
      try session.run("show rule \(name)")
      guard case .text(let text)? = session.outputs.last else {
        Issue.record("nothing is shown")
        continue
      }
      #expect(text.contains("built in"))
      let command = try #require(text.split(separator: "\n").last?.split(separator: ": ").last)
      try session.run(String(command))
      #expect(session.session.rule.name == name)
      #expect(session.session.completionWords.arguments["rule"]?.contains(name) == true)
    }
  }

  @Test func `many numbers take lbfgs and are refused where a matrix would be kept`() throws {
    let session = TestSession()
    try session.run("w[2001] = 1\ncost sum((w - 3)^2) + (w[1] - w[2])^4\nrule lbfgs\nstep 30")
    #expect(try session.value("norm(grad)") < 1e-6)
    for rule in ["newton", "bfgs", "levenberg"] {
      let error = #expect(throws: Diagnostic.self) { try session.run("rule \(rule)") }
      #expect(error?.code == "rule.tooLarge")
      #expect(error?.help == ["use: rule lbfgs"])
    }
  }
}
