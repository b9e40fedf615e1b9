import DescentSource
import Foundation
import Testing

@testable import DescentSession

/// Learning rates of PyTorch 2.13.0 and optax 0.2.8, every other step, from
/// `Tests/Reference/learning_rates.csv`, each written as one `rate …` line.
///
/// Both libraries compute in 64 bits and some schedules of PyTorch multiply step by step: sixty
/// roundings stay below 1e-13 of a rate. Where a rate is 0, the cosine of π leaves 1e-17.
@Suite struct ScheduleTests {
  static let lines: [String: String] = [
    "StepLR": "stepdecay(0.1, 10, 0.5)",
    "MultiStepLR": "0.1*0.1^((t >= 10) + (t >= 30))",
    "ExponentialLR": "exponential(0.1, 0.95)",
    // It climbs again after its 50 steps.
    "CosineAnnealingLR": "0.001 + (0.1 - 0.001)*(1 + cos(pi*t/50))/2",
    "CosineAnnealingWarmRestarts": "cosinerestarts(0.1, 10, 2)",
    "LinearLR": "warmup(0.1, 5, 0.1/3)",
    "ConstantLR": "if t < 5 then 0.1/3 else 0.1",
    "PolynomialLR": "polynomial(0.1, 50, 2)",
    "InverseTime(LambdaLR)": "inverse(0.1, 0.1)",
    "InverseSqrt(LambdaLR)": "0.1/sqrt(1 + t)",
    "Noam(LambdaLR)": "0.1*min((t + 1)^-0.5, (t + 1)*10^-1.5)",
    "OneCycleLR": "onecycle(0.1, 61, (0.3*62 - 1)/61)",
    "CyclicLR_triangular": "cyclic(0.1, 10, 0.001)",
    "CyclicLR_triangular2": "cyclic(0.1, 10, 0.001, 0.5)",
    "constant": "0.1",
    "exponential_decay": "exponential(0.1, 0.5, 10)",
    "exponential_decay_staircase": "stepdecay(0.1, 10, 0.5)",
    "cosine_decay": "cosine(0.1, 50, 0.001)",
    "linear": "linear(0.1, 50)",
    "polynomial": "polynomial(0.1, 50, 2, 0.001)",
    "piecewise_constant": "0.1*0.5^(t >= 10)*0.1^(t >= 30)",
    "warmup_cosine_decay": "warmup(cosine(0.1, 40, 0.001), 10)",
    "warmup_exponential_decay": "warmup(exponential(0.1, 0.5, 10), 10)",
    "linear_onecycle":
      "if t < 18 then linear(0.004, 18, 0.1) else if t < 51 then (linear(0.1, 33, 0.004) at t = t - 18) else (linear(0.004, 9, 4e-7) at t = t - 51)",
    "cosine_onecycle": "onecycle(0.1, 60)",
    "sgdr":
      "if t < 20 then warmup(cosine(0.1, 18), 2) else (warmup(cosine(0.05, 38), 2) at t = t - 20)",
  ]

  /// The one that depends on the cost.
  static let byCost = "ReduceLROnPlateau"

  static let table: [String: [(step: Int, rate: Double)]] = {
    var table: [String: [(step: Int, rate: Double)]] = [:]
    for row in (try? ReferenceTable("learning_rates.csv").rows) ?? [] {
      guard let name = row["schedule"], let step = Int(row["step"] ?? ""),
        let rate = Double(row["learning_rate"] ?? "")
      else { continue }
      table[name, default: []].append((step, rate))
    }
    return table
  }()

  @Test func `every schedule of the table can be written`() {
    #expect(Set(Self.table.keys) == Set(Self.lines.keys).union([Self.byCost]))
    #expect(Self.table.count == 27)
  }

  @Test(arguments: lines.keys.sorted())
  func `a schedule has the rates of its library`(_ name: String) throws {
    let session = TestSession()
    try session.run("rate \(Self.lines[name] ?? "")")
    let rows = try #require(Self.table[name])
    #expect(rows.count >= 31)
    for row in rows {
      let rate = try session.value("(rate at t = \(row.step))")
      #expect(
        (rate - row.rate).magnitude <= max(1e-12 * row.rate, 1e-17),
        "at \(row.step): \(rate), not \(row.rate)")
    }
  }

  @Test(arguments: Prelude.functionNames)
  func `what show prints of a schedule can be typed and does the same`(_ name: String) throws {
    let example = try #require(Prelude.example(name))
    let session = TestSession()
    try session.run("\(example)\nshow \(name)")
    guard case .text(let text)? = session.outputs.last else {
      Issue.record("nothing is shown")
      return
    }
    let other = TestSession()
    try other.run("\(text)\n\(example)")
    for step in 0...120 {
      let rate = try session.value("(rate at t = \(step))")
      #expect(try other.value("(rate at t = \(step))") == rate)
      #expect(rate >= 0)
    }
  }

  @Test func `a schedule is read at the step that is to be taken`() throws {
    let session = TestSession()
    try session.run("w = 0\ncost w\nrate warmup(linear(8, 4), 2)\nstep 7")
    #expect(try session.value("w") == -(0 + 4 + 8 + 6 + 4 + 2 + 0))
    try session.run("back 4\nstep 1")
    #expect(try session.value("w") == -(0 + 4 + 8 + 6))
  }

  @Test func `a plateau has the rates of PyTorch's ReduceLROnPlateau`() throws {
    let session = TestSession()
    // The loss that PyTorch was fed: 1/(t + 1) before step 8, then 0.125.
    try session.run(
      """
      w = 0
      cost if w < 8 then 1/(w + 1) else 0.125
      rule climb { w = w + 1 }
      rate 0.1
      set plateau factor 0.1 patience 3
      """)
    let rows = try #require(Self.table[Self.byCost])
    #expect(rows.count == 15)
    for row in rows {
      // The table's rate is that after step t was fed.
      while session.session.descent.step <= row.step { try session.run("step") }
      let rate = try session.value("rate")
      #expect((rate - row.rate).magnitude <= 1e-12 * row.rate, "after \(row.step): \(rate)")
    }
    let end = session.session.fingerprint
    try session.run("back 20\nstep 13\nstep 7")
    #expect(session.session.fingerprint == end)
  }

  @Test func `a plateau begins anew with a new rate, rule or descent, and goes on with clip`()
    throws
  {
    let commands = "w = 1\ncost (w - 1)^2\nrate 0.1\nset plateau factor 0.5 patience 1\nstep 4"
    for (command, factor) in [
      ("rate 0.1", 1), ("rule adam\nrate 0.1", 1), ("w = 1", 1), ("reset", 1),
      ("set clip norm 1", 0.5), ("set plateau off", 1), ("back 2", 1), ("set precision 3", 0.5),
    ] {
      let session = TestSession()
      try session.run(commands)
      #expect(try session.value("rate") == 0.25 * 0.1 || session.value("rate") == 0.5 * 0.1)
      let before = try session.value("rate")
      try session.run(command)
      #expect(try session.value("rate") == (factor == 1 ? 0.1 : before), "\(command)")
    }
  }

  @Test func `going back past where a plateau was set forgets it`() throws {
    let session = TestSession()
    try session.run("w = 1\ncost (w - 1)^2\nrule adam\nrate 0.5\nstep 3")
    let early = try session.value("w").bitPattern
    try session.run("set plateau factor 0.5 patience 1\nstep 6\nback 7\nstep")
    #expect(try session.value("w").bitPattern == early)
    #expect(try session.value("rate") == 0.5)
    try session.run("step 2")
    #expect(try session.value("rate") == 0.25)
  }

  @Test func `a rate that follows a definition is guarded and shown`() throws {
    let session = TestSession()
    try session.run("w = 1\ncost w^2\nlet k = 0.35\nrate k - 0.1*t")
    #expect(throws: Diagnostic.self) { try session.run("step 9") }
    #expect(session.session.descent.step == 4)
    try session.run("let k = 0.9\nstep 2")
    #expect(session.session.descent.step == 6)
  }

  @Test func `a constant rate adds nothing to a step`() throws {
    func length(_ commands: String) throws -> Int {
      let session = TestSession()
      try session.run("cost w^2\n\(commands)")
      let cost = try session.session.requiredCost()
      return try session.session.plan(cost).listing(in: session.session.graph).count
    }
    #expect(try length("rate 0.1") == length(""))
    #expect(try length("rate 0.1\nset clip norm 1") > length("rate 0.1"))
  }

  @Test func `a schedule that is defined anew changes the rate that uses it`() throws {
    let session = TestSession()
    try session.run("rate cosine(0.1, 50)\nlet cosine(a, b) = a/b")
    #expect(try session.value("rate") == 0.1 / 50)
  }

  @Test func `a plateau measures from a negative best downwards`() throws {
    let session = TestSession()
    try session.run(
      "w = 1\ncost (w - 1)^2 - 5\nrate 0.1\nset plateau factor 0.5 patience 2\nstep 4")
    #expect(try session.value("rate") == 0.05)
  }

  @Test func `a plateau goes on across steps taken one by one, and over a change of the clip`()
    throws
  {
    func descend(_ steps: String) throws -> String {
      let session = TestSession()
      try session.run(
        """
        x = [3, -2]
        cost sum(abs(x)) + x[1]^2
        rule momentum(0.5)
        rate 0.3
        set clip value 0.7
        set plateau factor 0.5 patience 1
        \(steps)
        """)
      return session.session.fingerprint
    }
    let end = try descend("step 24").split(separator: "\n")
    let other = try descend(
      "step 5\nstep\nset clip value 0.7\nstep 10\nback 6\nstep 14"
    ).split(separator: "\n")
    #expect(end == other)
  }
}
