import DescentSource
import Testing

@testable import DescentSession

struct `Undo and redo` {
  /// A session at which entries are typed.
  final class Typed {
    var session = Session()
    var history = History()
    var files: [String: [UInt8]] = [:]

    func type(_ entry: String) throws {
      let script = Script(SourceText(name: "<prompt>", text: entry), origin: .typed)
      let statements = script.items.compactMap { item -> Statement? in
        if case .statement(let statement) = item { statement } else { nil }
      }
      #expect(script.failures.isEmpty, "\(entry)")
      let environment = Environment(
        emit: { _ in },
        read: { path in self.files[path].map { .success($0) } ?? .failure(FileProblem("missing")) },
        write: { path, bytes in
          self.files[path] = bytes
          return nil
        })
      _ = try history.run(statements, in: &session, environment)
    }
  }

  private static let entries = [
    "cost C(w) = (w - 3)^2 + 0.01*normal(0, 1)*w", "w = 10", "rate 0.1 * 0.9^t",
    "rule momentum(0.8)", "step 5", "let k = normal(0, 1)", "x = [1, normal(0, 1)]",
    "let f(a) = a*k", "watch d = abs(w - 3)", "step 3; step 4", "rule adam", "step 7",
    "for k2 in 1..3 { rate k2/100; step }", "back 2", "set seed 7", "set precision 9",
    "rule mine(a = 0.5) { state m = 0; m = a*m + g; w = w - rate*m }", "repeat 3 { step 2 }",
    "set x[2] = 9", "step 2", "reset", "if w > 2 { step } else { w = 3 }", "watch off",
    "let k = 2", "cost w^4 + k", "step 3",
  ]

  @Test func `go back and forth through every kind of entry, exactly`() throws {
    let typed = Typed()
    var prints = [typed.session.fingerprint]
    for entry in Self.entries {
      try typed.type(entry)
      prints.append(typed.session.fingerprint)
    }
    for print in prints.dropLast().reversed() {
      try typed.type("undo")
      #expect(typed.session.fingerprint == print)
    }
    #expect(throws: Diagnostic.self) { try typed.type("undo") }
    for print in prints.dropFirst() {
      try typed.type("redo")
      #expect(typed.session.fingerprint == print)
    }
    #expect(throws: Diagnostic.self) { try typed.type("redo") }
    try typed.type("undo \(Self.entries.count)")
    #expect(typed.session.fingerprint == prints[0])
  }

  /// What is taken back and done by hand once more comes out the same, draws and rule included.
  @Test func `leave no trace`() throws {
    let (typed, plain) = (Typed(), Typed())
    for entry in Self.entries {
      try typed.type(entry)
      try typed.type("undo")
      try typed.type("let other = normal(0, 1); v = normal(0, 1); rule rmsprop; rate 0.3")
      try typed.type("undo")
      try typed.type(entry)
      try plain.type(entry)
      #expect(typed.session.fingerprint == plain.session.fingerprint, "\(entry)")
    }
  }

  @Test func `pass over what only looks and what failed`() throws {
    let typed = Typed()
    let looks = [
      "w", "print w", "show", "rate", "rule", "watch", "cost", "show rule adam", "help undo",
      "w^2 at w = 3", "grad", "check",
      "expect w == 6", "expect error { w = 1/0 }", "table", "sweep rate in 0.1, 0.2 step 3",
      "save \"s.descent\"",
    ]
    for entry in ["w = 5", "cost w^2", "w = 6"] + looks + ["set precision 6; w"] {
      try typed.type(entry)
    }
    try typed.type("undo 2")
    #expect(try typed.session.shownValue(of: "w") == "5")
    try typed.type("redo 1")
    #expect(try typed.session.shownValue(of: "w") == "6")
    #expect(throws: Diagnostic.self) { try typed.type("w = 1/0") }
    try typed.type("undo")
    #expect(try typed.session.shownValue(of: "w") == "5")
  }

  @Test func `take back what an entry did before it failed`() throws {
    let typed = Typed()
    try typed.type("cost w^2")
    let before = typed.session.fingerprint
    #expect(throws: Diagnostic.self) { try typed.type("repeat 3 { step; w = 1/0 }") }
    #expect(typed.session.descent.step == 1)
    try typed.type("undo")
    #expect(typed.session.fingerprint == before)
  }

  @Test func `take back a file as a whole`() throws {
    let typed = Typed()
    typed.files["a.descent"] = Array("w = 5\ncost w^2\nstep 3".utf8)
    let before = typed.session.fingerprint
    try typed.type("source \"a.descent\"")
    try typed.type("undo")
    #expect(typed.session.fingerprint == before)
  }

  @Test func `are bounded`() throws {
    let typed = Typed()
    for number in 1...(History.mostEntries + 10) { try typed.type("w = \(number)") }
    try typed.type("undo \(History.mostEntries)")
    #expect(try typed.session.shownValue(of: "w") == "10")
    #expect(throws: Diagnostic.self) { try typed.type("undo") }
  }
}

struct `Steps with changing inputs` {
  private func states(_ session: TestSession) throws -> [UInt64] {
    try (0...session.session.descent.step).map { step in
      let point = session.session.descent.point(
        step, fixed: session.session.environmentValues)
      return try #require(point).state[0].bitPattern
    }
  }

  @Test(arguments: ["gd", "momentum(0.5)", "adam", "rprop", "noisy(0.1)"])
  func `are found again after the rate and the seed have changed`(_ rule: String) throws {
    let session = TestSession()
    try session.run("cost (w - 1)^4*uniform(0.5, 1.5)\nw = 3\nrule \(rule)")
    var walked = [Double(3).bitPattern]
    for (number, change) in ["rate 0.01", "rate 0.02", "set seed 7", "rate 0.03; set seed 8", ""]
      .enumerated()
    {
      try session.run(change)
      for _ in 0...number {
        try session.run("step")
        walked.append(try session.value("w").bitPattern)
      }
    }
    #expect(try states(session) == walked)
    try session.run("back 9")
    #expect(try session.value("w").bitPattern == walked[walked.count - 10])
  }

  @Test func `need no other program for another rate`() throws {
    let session = TestSession()
    try session.run("cost w^4 + b^2\nrule adam\nrate 0.1\nstep")
    let cost = try session.session.requiredCost()
    let plan = try session.session.plan(cost)
    try session.run("rate 0.2\nstep 2\nrate 0.05 + 0.01\nstep\nback 3\nrate 1/3\nstep")
    #expect(try session.session.plan(cost) === plan)
  }

  @Test func `are shown with their rates`() throws {
    let session = TestSession()
    try session.run("cost w^2\nrate 0.1\nstep 2\nrate 0.2\nstep\ntable")
    guard case .table(let table, _) = session.outputs.last else {
      throw Diagnostic("test.t", "none")
    }
    #expect(table.columns.last == Table.Column("rate", .numbers([0.1, 0.1, 0.2, 0.2])))
    try session.run("back 2\ntable")
    guard case .table(let back, _) = session.outputs.last else {
      throw Diagnostic("test.t", "none")
    }
    #expect(back.columns.last == Table.Column("rate", .numbers([0.1, 0.2])))
  }
}

struct `Watch` {
  private func columns(_ text: String) throws -> Table {
    let session = TestSession()
    try session.run(text)
    for case .table(let table, _) in session.outputs.reversed() { return table }
    throw Diagnostic("test.table", "no table")
  }

  @Test func `adds a column, computed at the shown rows`() throws {
    let table = try columns(
      "let goal = 1\ncost (w - 3)^2\nw = 5\nrate 0.5\nwatch d = abs(w - goal)*2^t\nlet goal = 3\nstep"
    )
    #expect(table.columns.last == Table.Column("d", .numbers([2, 0])))
  }

  @Test func `goes on over new descents until it is ended`() throws {
    #expect(try columns("cost w^2\nwatch d = 2w\ncost w^4\nw = 2\nstep").columns.last?.title == "d")
    #expect(
      try columns("cost w^2\nwatch d = 2w\nwatch c = 3w\nwatch off d\nstep").columns.last?.title
        == "c")
    #expect(try columns("cost w^2\nwatch d = 2w\nwatch off\nstep").columns.count == 4)
  }
}
