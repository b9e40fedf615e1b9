import DescentEngine
import DescentSource
import Testing

@testable import DescentSession

/// Sweeps in lanes of native code give what the interpreter gives, bit for bit.
@Suite struct SweepLaneTests {
  /// The files that a script writes, and whether a sweep went in lanes.
  private func files(
    _ text: String, engine: String, threads: Int = 1
  ) throws -> (files: [String: String], compiled: Int) {
    var session = Session()
    session.selectEngine(engine)
    session.threads = threads
    var files: [String: String] = [:]
    let environment = Environment(
      emit: { _ in },
      write: { path, bytes in
        files[path] = String(decoding: bytes, as: UTF8.self)
        return nil
      })
    _ = try session.run(
      Script(SourceText(name: "test", text: text), origin: .file), environment)
    return (files, session.programs.laneProgramCount)
  }

  private func check(_ text: String, threads: Int = 1) throws {
    let machine = try files(text, engine: "machine")
    let native = try files(text, engine: "native", threads: threads)
    #expect(!machine.files.isEmpty && machine.compiled == 0)
    #expect(machine.files == native.files, "\(text)")
    if NativeLibrary.description != nil { #expect(native.compiled > 0, "\(text)") }
  }

  private static let valley = "x = -1.2\ny = 1\ncost (1-x)^2 + 100*(y-x^2)^2\n"

  @Test(arguments: [1, 2, 3, 7, 8, 9, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 63, 65, 97, 100])
  func `any count of combinations fills lanes as far as it goes`(_ count: Int) throws {
    try check(Self.valley + "sweep rate in (1..\(count))*1e-5 step 70 to \"a.csv\"")
  }

  @Test(arguments: [0, 1, 2, 4, 5, 6, 7, 63, 64, 65, 70, 200])
  func `any count of steps has the verdicts of its last points`(_ steps: Int) throws {
    try check(Self.valley + "sweep rate in (1..40)*1e-4 step \(steps) to \"a.csv\"")
  }

  @Test func `lanes stop and leave the numbers where they have to`() throws {
    let sweep = "sweep x in -3..3 by 0.1, rate in 1e-4, 1e-3, 4e-3, 1e-2 step"
    try check(Self.valley + "\(sweep) 150 to \"a.csv\"")
    try check(Self.valley + "\(sweep) until grad[1]^2 + grad[2]^2 < 4 max 300 to \"a.csv\"")
    try check(Self.valley + "\(sweep) until norm(grad) < 2 max 300 to \"a.csv\"")
    try check(Self.valley + "\(sweep) until max(abs(grad)) < 2 max 300 to \"a.csv\"")
    try check(Self.valley + "\(sweep) until t > 3*y max 300 to \"a.csv\"")
    try check(Self.valley + "\(sweep) until x max 3 to \"a.csv\"")
    // A domain that is left, a state that would come back from infinity.
    try check("cost log(w) + w\nsweep w in 0.1..4 by 0.1, rate in 0.3, 2 step 90 to \"a.csv\"")
    try check("cost sqrt(w)\nrate t/2\nsweep w in 0.1..4 by 0.1 step 90 to \"a.csv\"")
    try check(
      "cost w^4\nrule back() { w = if w > 3 then 1/(w - w) else 0.5*w + 1/w }\n"
        + "sweep w in 0.1..4 by 0.1 step 80 to \"a.csv\"")
  }

  @Test(arguments: [
    "gd", "momentum(0.5)", "nesterov", "adam", "rprop", "rmsprop", "adagrad",
  ])
  func `rules keep what they keep`(_ rule: String) throws {
    try check(
      Self.valley + "rule \(rule)\nsweep rate in (1..21)*1e-4, x in -1, 0.5 step 77 to \"a.csv\"")
  }

  @Test func `vectors, definitions, schedules and rest`() throws {
    try check(
      "let k = 2\nv = [1, 2, 3]\ncost sum((v - k)^2) + prod(v)/10\n"
        + "sweep k in 0..3 by 0.1, v in [1, 2, 3], [0, 0, 1], rate in 0.1, 0.2*0.9^t, "
        + "rule in gd, adam step 40 to \"a.csv\"")
    try check("cost w^2\nsweep rate in (1..110)/100 step 400 to \"a.csv\"")
    try check(
      "cost w^4 - w^2 + u^2\nset clip norm 1\n"
        + "sweep w in -1, 0, 1, u in 0..2 by 0.25 step 60 to \"a.csv\"")
  }

  @Test func `long costs, whose functions are shared`() throws {
    let terms = (1...60).map { "sin(x*\($0))*exp(y/\($0)) + tanh(x - y*\($0))" }
    try check(
      "x = 0.1\ny = 0.2\ncost \(terms.joined(separator: " + "))\n"
        + "sweep rate in (1..11)*1e-5 step 70 to \"a.csv\"")
  }

  @Test func `rows are the plain descents`() throws {
    var session = Session()
    session.selectEngine("native")
    let start = Self.valley + "rule momentum(0.8)\n"
    let text = try files(
      start + "sweep rate in (1..20)*1e-4 step 123 to \"a.csv\"", engine: "native"
    ).files["a.csv"]
    let rows = try #require(text).split(separator: "\n").dropFirst()
    #expect(rows.count == 20)
    for row in rows {
      let cells = row.split(separator: ",")
      let plain = TestSession()
      try plain.run("\(start)rate \(cells[0])\nstep \(cells[2])")
      #expect(try plain.value("cost").bitPattern == Double(cells[1])?.bitPattern)
    }
  }

  @Test func `threads change nothing`() throws {
    let text = Self.valley + "sweep rate in (1..330)*1e-6 step 40000 to \"a.csv\""
    let one = try files(text, engine: "native", threads: 1)
    for threads in [2, 3] {
      #expect(try files(text, engine: "native", threads: threads).files == one.files)
    }
  }

  @Test func `random costs`() throws {
    let generator = ExpressionGenerator { !["normal", "uniform"].contains($0) }
    var lanes = 0
    for number in 0..<60 {
      var random = SeededGenerator(seed: 11, case: number)
      let cost = generator.expression(.scalar, depth: 4, &random)
      let text =
        ExpressionGenerator.setting + "\ncost (\(cost)) + a^2 + w^2\n"
        + "sweep a in 0.1..2 by 0.3, w in -1, 0.4, 3, rate in 1e-3, 0.1 "
        + (random.once(in: 2) ? "step 30" : "step until cost < \(random.number(0...3)) max 30")
        + " to \"a.csv\""
      guard let machine = try? files(text, engine: "machine") else { continue }
      let native = try files(text, engine: "native", threads: 2)
      #expect(machine.files == native.files, "\(text)")
      lanes += native.compiled
    }
    if NativeLibrary.description != nil { #expect(lanes > 10) }
  }

  @Test func `a long sweep that is repeated is compiled once`() throws {
    guard NativeLibrary.description != nil else { return }
    let sweep = "sweep rate in (1..500)*1e-6 step 1000"
    let (_, compiled) = try files(
      Self.valley + "\(sweep)\n\(sweep)\nlet k = 100\ncost (1-x)^2 + k*(y-x^2)^2\n"
        + "repeat 3 { sweep k in 1..500 step 500 }", engine: "auto")
    #expect(compiled == 2)
  }

  @Test(arguments: ["machine", "native"], [1, 2])
  func `a sweep stops when it is asked to`(_ engine: String, _ threads: Int) throws {
    var session = Session()
    session.selectEngine(engine)
    session.threads = threads
    let clock = ContinuousClock()
    let begin = clock.now
    let text = Self.valley + "sweep rate in (1..200)*1e-6 step 1e11"
    let ending = try session.run(
      Script(SourceText(name: "test", text: text), origin: .file),
      Environment(emit: { _ in }, isInterrupted: { clock.now - begin > .milliseconds(150) }))
    #expect(ending == .interrupted)
    #expect(clock.now - begin < .seconds(3))
  }
}
