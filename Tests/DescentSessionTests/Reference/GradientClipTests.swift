import DescentSource
import Testing

@testable import DescentSession

/// Clipped descents against loops written out, to the bit.
@Suite struct GradientClipTests {
  private static let commands = "x = [3, -4]\nb = 2\ncost sum(x^2) + 3*b^2\nrate 0.1"

  /// The point after some steps of plain descent whose slopes are changed first.
  private func loop(
    _ count: Int, _ change: (_ slopes: [Double], _ norm: Double) -> [Double]
  ) throws -> [UInt64] {
    let session = TestSession()
    try session.run(Self.commands)
    var point = [3.0, -4.0, 2.0]
    for _ in 0..<count {
      let slopes = [2 * point[0], 2 * point[1], 6 * point[2]]
      let norm = try session.value("norm([\(slopes[0]), \(slopes[1]), \(slopes[2])])")
      point = zip(point, change(slopes, norm)).map { $0 - 0.1 * $1 }
    }
    return point.map(\.bitPattern)
  }

  private func descent(_ commands: String) throws -> [UInt64] {
    let session = TestSession()
    try session.run("\(Self.commands)\n\(commands)")
    return [try session.value("x[1]"), try session.value("x[2]"), try session.value("b")]
      .map(\.bitPattern)
  }

  @Test func `the norm is that of all slopes, and the division comes first`() throws {
    let expected = try loop(200) { slopes, norm in slopes.map { norm > 1 ? $0 / norm * 1 : $0 } }
    #expect(try descent("set clip norm 1\nstep 200") == expected)
    let other = try loop(50) { slopes, norm in slopes.map { norm > 0.7 ? $0 / norm * 0.7 : $0 } }
    #expect(try descent("set clip norm 0.7\nstep 50") == other)
    #expect(other != expected)
  }

  @Test func `each slope is bounded by itself`() throws {
    let expected = try loop(60) { slopes, _ in slopes.map { min(max($0, -0.5), 0.5) } }
    #expect(try descent("set clip value 0.5\nstep 60") == expected)
  }

  @Test func `what is not too long stays as it is`() throws {
    let plain = try descent("step 20")
    #expect(try descent("set clip norm 1000\nstep 20") == plain)
    #expect(try descent("set clip value 1000\nstep 20") == plain)
    #expect(try descent("set clip norm 1\nset clip off\nstep 20") == plain)
  }

  @Test func `a rule sees the bounded gradient, and clip goes on over new descents`() throws {
    let session = TestSession()
    try session.run("w = 100\ncost w^2\nset clip norm 2\nrule momentum(0.5)\nrate 1\nstep 3")
    // v = 2, then 0.5*2 + 2 = 3, then 3.5.
    #expect(try session.value("w") == 100 - 2 - 3 - 3.5)
    try session.run("w = 50\nstep")
    #expect(try session.value("w") == 48)
    try session.run("cost (w - 1)^4\nstep")
    #expect(try session.value("w") == 46)
  }

  @Test func `a rule's state goes on when the clip is set`() throws {
    let session = TestSession()
    try session.run(
      "w = 100\ncost w^2/2\nrule momentum(0.5)\nrate 0.5\nstep\nset clip norm 1\nstep")
    // v = 100, then 0.5*100 + 1.
    #expect(try session.value("w") == 50 - 0.5 * 51)
    let end = session.session.fingerprint
    try session.run("step 3\nback 3")
    #expect(session.session.fingerprint == end)
  }

  @Test func `an infinite slope still stops a descent`() throws {
    for clip in ["norm 1", "value 1"] {
      let session = TestSession()
      try session.run("w = 0\ncost sqrt(w)\nset clip \(clip)")
      #expect(throws: Diagnostic.self) { try session.run("step") }
      #expect(session.session.descent.step == 0)
    }
  }
}
