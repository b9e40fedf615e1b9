import DescentSource
import Testing

@testable import DescentSession

@Suite struct SweepTests {
  /// The rows of the last table: each column's cells as text and numbers.
  private func table(_ session: TestSession) throws -> Table {
    let tables = session.outputs.compactMap { output -> Table? in
      if case .table(let table, _) = output { table } else { nil }
    }
    return try #require(tables.last)
  }

  private func numbers(_ table: Table, _ title: String) throws -> [Double] {
    let column = try #require(table.columns.first { $0.title == title })
    guard case .numbers(let numbers) = column.values else { return [] }
    return numbers
  }

  @Test(arguments: ["gd", "momentum(0.5)", "adam", "rprop", "noisy(0.5)"])
  func `a row is the plain descent to the bit`(_ rule: String) throws {
    let start = "x = -1.2\ny = 1\ncost (1-x)^2 + 100*(y-x^2)^2\nrule \(rule)"
    let session = TestSession()
    try session.run("\(start)\nsweep rate in 1e-4, 5e-4, 1e-3, x in -1, 0.5 step 40")
    let costs = try numbers(try table(session), "cost")
    var place = 0
    for rate in ["1e-4", "5e-4", "1e-3"] {
      for x in ["-1", "0.5"] {
        let plain = TestSession()
        try plain.run("\(start)\nrate \(rate)\nx = \(x)\nstep 40")
        #expect(try plain.value("cost").bitPattern == costs[place].bitPattern, "\(rate), \(x)")
        place += 1
      }
    }
    #expect(place == costs.count)
  }

  @Test func `the session does not move`() throws {
    let session = TestSession()
    try session.run("let k = 3\ncost (w-k)^2\nw = 1\nrule momentum\nstep 3")
    let before = session.session.fingerprint
    try session.run("sweep k in 1..4, rule in gd, adam, w in 2, 5 step 7")
    #expect(session.session.fingerprint == before)
    #expect(try table(session).rowCount == 16)
  }

  @Test func `definitions, schedules and tests vary`() throws {
    let session = TestSession()
    try session.run("let k = 3\ncost (w-k)^2\nsweep k in 1, 2, rate in 0.1*0.9^t, 0.5 step 1")
    // One step of rate r leaves (1 - 2r)² of (w - k)², from w = 1.
    let costs = try numbers(try table(session), "cost")
    #expect(costs[0] == 0 && costs[1] == 0)
    #expect((costs[2] - 0.64).magnitude < 1e-15 && costs[3] == 0)
    try session.run("k = 3", expecting: "name.defined")
  }
}

extension TestSession {
  /// Runs commands that have to fail with this code.
  func run(_ text: String, expecting code: String) throws {
    do {
      try run(text)
      Issue.record("\(text) did not fail")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.code == code)
    }
  }
}
