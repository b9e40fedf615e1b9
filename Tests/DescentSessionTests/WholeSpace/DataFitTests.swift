import DescentSource
import Testing

@testable import DescentSession

/// The rules that see all parameters at once, and `show fit`, on rows of data.
@Suite struct DataFitTests {
  /// Growth that slows down, with small errors: y ≈ 10·(1 - exp(-t/3)).
  private static let growth = """
    data t1 = [1, 2, 3, 4, 6, 8], y = [2.9, 4.8, 6.4, 7.3, 8.7, 9.2], s = [1, 1, 2, 1, 1, 0.5]
    a = 5
    k = 1

    """

  private static func session(_ commands: String) throws -> TestSession {
    let session = TestSession()
    try session.run(growth + commands)
    return session
  }

  private static func fit(_ session: TestSession) throws -> LeastSquaresFit {
    try LeastSquaresFit(session.session, #require(session.session.cost))
  }

  /// Costs that have one minimum, as sums over rows, and written out.
  @Test(arguments: [
    "cost mean((y - a*(1 - exp(-k*t1)))^2)", "cost sum((y - a*(1 - exp(-k*t1)))^2)",
    "cost (y - a*(1 - exp(-k*t1)))^2", "cost 0.5*mean((y - a*(1 - exp(-k*t1)))^2)",
    "cost sum(3*(y - a*(1 - exp(-k*t1)))^2)/rows",
    "cost sum((y - a*(1 - exp(-k*t1)))*(y - a*(1 - exp(-k*t1))))",
    """
    let m = a*(1 - exp(-k*[1, 2, 3, 4, 6, 8]))
    cost sum(([2.9, 4.8, 6.4, 7.3, 8.7, 9.2] - m)^2)
    """,
  ])
  func `every way to write a sum of squares gives the same fit`(_ cost: String) throws {
    let session = try Self.session(cost + "\nrule levenberg\nstep 100")
    let fit = try Self.fit(session)
    // By Gauss-Newton steps of NumPy 2.4.6 until none changed a bit.
    let known = Self.known
    #expect(abs(fit.estimates[0] - known.a) < 1e-7 * known.a)
    #expect(abs(fit.estimates[1] - known.k) < 1e-7 * known.k)
    #expect(abs(fit.errors[0] - known.errorOfA) < 1e-6 * known.errorOfA)
    #expect(abs(fit.errors[1] - known.errorOfK) < 1e-6 * known.errorOfK)
    #expect(abs(fit.deviation - known.deviation) < 1e-7 * known.deviation)
    #expect(fit.freedom == 4)
    #expect(fit.distance == nil)
  }

  static let known = (
    a: 9.899834242430472, k: 0.3401286428240983, errorOfA: 0.1141940304893953,
    errorOfK: 0.00914797350841193, deviation: 0.08303164839036563
  )

  @Test(arguments: WholeSpaceRules.names)
  func `every rule that sees the whole space finds the minimum`(_ rule: String) throws {
    let session = try Self.session(
      "cost (y - a*(1 - exp(-k*t1)))^2\nrule \(rule)\nstep until norm(grad) < 1e-8 max 1000")
    #expect(abs(try session.value("a") - Self.known.a) < 1e-5)
    #expect(abs(try session.value("k") - Self.known.k) < 1e-5)
  }

  /// Matrices and vectors as parameters: Hessians by products, slopes element by element.
  @Test(arguments: WholeSpaceRules.names)
  func `matrices are fitted to vectors of each row`(_ rule: String) throws {
    let session = TestSession()
    try session.run(
      """
      data x = [[1, 0.5], [0, 1], [1, 1], [2, 1]], y = [[1, 2], [3, 4.5], [4, 6], [5.5, 8]]
      W[2, 2] = 0.1
      b[2] = 0
      cost mean(sum((y - W @ x - b)^2)) + 0.01*sum(W^2)
      rule \(rule)
      step until norm(grad) < 1e-7 max 2000
      """)
    #expect(try session.value("norm(grad)") < 1e-7)
    // The slopes vanish where they do by hand.
    #expect(try session.value("norm(mean(y - W @ x - b, rows))") < 1e-7)
    let slopes = "norm(mean(outer(y - W @ x - b, x), rows) - 0.01*W)"
    #expect(try session.value(slopes) < 1e-7)
  }

  @Test(arguments: WholeSpaceRules.names)
  func `a rule that sees the whole space needs all rows in each step`(_ rule: String) throws {
    let session = try Self.session("cost (y - a*t1)^2\nrule \(rule)\nbatch 2")
    let error = #expect(throws: Diagnostic.self) { try session.run("step") }
    #expect(error?.code == "rule.option")
    try session.run("batch all\nstep")
  }

  @Test func `weights of rows count`() throws {
    let weighted = try Self.session(
      "cost sum(s*(y - a*(1 - exp(-k*t1)))^2)\nrule levenberg\nstep 100")
    let scaled = try Self.session(
      "cost sum(((y - a*(1 - exp(-k*t1)))/(1/sqrt(s)))^2)\nrule levenberg\nstep 100")
    let (a, b) = (try Self.fit(weighted), try Self.fit(scaled))
    for (x, y) in zip(a.estimates + a.errors, b.estimates + b.errors) {
      #expect(abs(x - y) < 1e-8 * x)
    }
    #expect(abs(a.estimates[0] - Self.known.a) > 1e-3)
  }

  @Test func `vectors of each row are residuals, element by element`() throws {
    let session = TestSession()
    try session.run(
      """
      data x = [[1, 0], [0, 1], [1, 1], [2, 1]], y = [[1, 2], [3, 4.5], [4, 6], [5.5, 8]]
      W = [[0.0, 0], [0, 0]]
      b = [0, 0]
      cost mean(sum((y - W @ x - b)^2))
      rule levenberg
      step 60
      """)
    #expect(try session.value("norm(grad)") < 1e-12)
    let fit = try Self.fit(session)
    #expect(fit.names == ["W[1, 1]", "W[1, 2]", "W[2, 1]", "W[2, 2]", "b[1]", "b[2]"])
    #expect(fit.residualCount == 8)
    #expect(fit.distance == nil)
  }

  @Test func `a residual that has a mean over the rows in it has its whole slopes`() throws {
    let session = try Self.session(
      "cost mean((y - mean(y) - (exp(k*t1/4) - mean(exp(k*t1/4))))^2)\nrule levenberg\nstep 50")
    #expect(try session.value("abs(grad)") < 1e-10)
    #expect(session.session.descent.step < 30)
  }

  @Test func `a penalty that is switched off is none`() throws {
    let session = try Self.session(
      "let strength = 0\ncost mean((y - a*t1)^2) + strength*a^2\nrule levenberg\nstep 30")
    #expect(try Self.fit(session).freedom == 5)
  }

  @Test func `a penalty is a residual of its own`() throws {
    let session = try Self.session(
      "cost mean((y - a*t1)^2) + 0.5*a^2\nrule levenberg\nstep 30")
    // Σ t(y - at) = N/2·a
    let exact = try session.value("sum(t1*y)/(sum(t1^2) + rows/2)")
    #expect(abs(try session.value("a") - exact) < 1e-12)
  }

  @Test(arguments: [
    "cost mean(abs(y - a*t1))": "rule.noSquares",
    "cost mean((y - (a + k)*t1)^2)": "fit.dependent",
    "cost mean((y - a*t1)^2 + 0*k^2)": "fit.dependent",
    "cost mean((y - a*t1 - max(k, 5))^2)": "fit.dependent",
    "cost (a - 1)^2 + (k - 2)^2": "fit.freedom",
    "cost mean((t1 - 3)*(y - a*t1)^2)": "rule.noSquares",
  ])
  func `what is no fit is told`(_ cost: String, _ code: String) throws {
    let session = try Self.session(cost)
    let error = #expect(throws: Diagnostic.self) { try session.run("show fit") }
    #expect(error?.code == code)
    if code == "fit.dependent" {
      let list = cost.contains("(a + k)") ? " a and k " : " k "
      #expect(error?.message.contains(list) == true)
    }
  }

  @Test func `a fit that is not at its minimum says so`() throws {
    let session = try Self.session("cost (y - a*(1 - exp(-k*t1)))^2\nshow fit")
    guard case .line(let text)? = session.outputs.last else {
      Issue.record("no line")
      return
    }
    #expect(text.hasPrefix("not at a minimum yet"))
    try session.run("rule levenberg\nstep 50\nshow fit")
    guard case .table(let summary, _)? = session.outputs.last else {
      Issue.record("no table")
      return
    }
    #expect(summary.columns[0].values == .steps([6]))
    #expect(summary.columns[1].values == .steps([4]))
  }
}
