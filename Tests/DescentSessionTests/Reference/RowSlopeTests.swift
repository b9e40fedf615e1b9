import DescentSource
import Testing

@testable import DescentSession

/// Slopes of what has a value for each row: a slope for each row.
@Suite struct RowSlopeTests {
  private static func session() throws -> TestSession {
    let session = TestSession()
    try session.run(
      """
      data x = [1, 2, 3, 6], y = [2, 4, 6, 12], v = [[1, 2], [3, 4], [5, 6], [7, 8]]
      a = 0.5
      b = 0.25
      u = [1, -1]
      """)
    return session
  }

  /// All rows' values, one row after the other.
  private static func values(_ text: String, _ session: TestSession) throws -> [Double] {
    session.session.evaluate([try session.node(text)])[0]
  }

  @Test(arguments: [
    "diff(a*x^2 + b, a)": "x^2", "diff(exp(a*x), a)": "x*exp(a*x)",
    "diff((a*x + b - y)^2, a)": "2*x*(a*x + b - y)",
    "diff(a^2*x + sin(a), a)": "2*a*x + cos(a)", "diff(dot(u, v)*a, a)": "dot(u, v)",
    "diff(a*x^2 + y*x, x)": "2*a*x + y", "diff(diff(exp(a*x), a), x)": "(1 + a*x)*exp(a*x)",
    "diff(dot(u, v)^2, u)": "2*dot(u, v)*v",
    "diff(sum(u*v) + u[1]*x, u)": "v + [1, 0]*x",
    // By way of what is made of all rows.
    "diff(a*x - mean(a*x), a)": "x - mean(x)",
    "diff(exp(a*x)/sum(exp(a*x)), a)":
      "exp(a*x)/sum(exp(a*x))*(x - sum(x*exp(a*x))/sum(exp(a*x)))",
    "diff(x*dot(mean(u*v, rows), u), u)": "2*x*mean(v, rows)*u",
    "diff(x^2*max(a*x), a)": "x^2*max(x)",
    "diff(a*(x - mean(x)), x)": "a*(1 - 1/rows) + 0*x",
  ])
  func `a slope is each row's own`(_ slope: String, _ expected: String) throws {
    let session = try Self.session()
    let (found, wanted) = (try Self.values(slope, session), try Self.values(expected, session))
    #expect(found.count == wanted.count || found.count == 1)
    for (k, value) in wanted.enumerated() {
      #expect((found[found.count == 1 ? 0 : k] - value).magnitude < 1e-13 * max(1, value.magnitude))
    }
  }

  @Test func `the mean of slopes is the slope of the mean`() throws {
    let session = try Self.session()
    try session.run("cost mean((a*exp(b*x) - y)^2 + dot(u, v)^2)")
    let mean = try session.value("norm(mean(diff((a*exp(b*x) - y)^2 + dot(u, v)^2, u), rows))")
    #expect(abs(try session.value("norm(grad(u))") - mean) < 1e-12 * mean)
  }
}
