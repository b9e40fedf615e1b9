import DescentSource
import DescentSyntax
import Testing

@testable import DescentSession

@Suite struct LoadDataTests {
  @Test func `numbers that are written are rows`() throws {
    let test = DataTestSession()
    try test.run("data x = [1, 2, 3], y = 2*x, z = [[1, 2], [3, 4], [5, 6]], k = 7")
    #expect(try test.numbers("x + y + k") == [10, 13, 16])
    #expect(try test.numbers("z[2]") == [2, 4, 6])
    #expect(try test.numbers("sum(z)") == [3, 7, 11])
    #expect(try test.value("rows") == 3)
    try test.run("data x = 0..1 by 0.25, y = x^2")
    #expect(try test.numbers("y") == [0, 0.0625, 0.25, 0.5625, 1])
  }

  @Test func `numbers that are made are drawn once for each row`() throws {
    let test = DataTestSession()
    try test.run(
      "data rows = 500, u = uniform(-1, 1), y = 3*u + normal(0, 0.1), v[2] = normal(0, 1)")
    let (u, y, v) = (try test.numbers("u"), try test.numbers("y"), try test.numbers("v"))
    #expect(Set(u).count == 500 && Set(v).count == 1000)
    #expect(u.allSatisfy { (-1..<1).contains($0) })
    #expect(zip(u, y).allSatisfy { abs($1 - 3 * $0) < 0.6 })
    #expect(try test.numbers("u") == u)
    // The same seed gives the same, another seed others; fewer rows are the first of more.
    let again = DataTestSession()
    try again.run("data rows = 50, u = uniform(-1, 1)")
    #expect(try again.numbers("u") == Array(u.prefix(50)))
    let other = DataTestSession()
    try other.run("set seed 43; data rows = 50, u = uniform(-1, 1)")
    #expect(try other.numbers("u") != Array(u.prefix(50)))
    try other.run("set seed 42")
    #expect(try other.numbers("u") != Array(u.prefix(50)))
  }

  @Test func `columns of files get names that can be typed`() throws {
    let test = DataTestSession()
    test.files["a.csv"] =
      "Hours studied,2nd,sin,rate,e,step,größe,x-y,x y\n1,2,3,4,5,6,7,8,9\n1,2,3,4,5,6,7,8,10\n"
    try test.run("data \"a.csv\"")
    let names = test.session.data?.columns.map(\.name)
    #expect(
      names == ["Hours_studied", "_2nd", "sin_", "rate_", "e_", "step_", "größe", "x_y", "x_y_"])
    #expect(test.lines.contains("'Hours studied' is called Hours_studied here"))
    try test.run("data \"a.csv\" as h = \"Hours studied\", both = [\"x-y\", x_y_]")
    #expect(try test.numbers("h") == [1, 1])
    #expect(try test.numbers("both") == [8, 9, 8, 10])
  }

  /// Keeps what it is shown.
  private final class Sink: ProgressSink {
    var texts: [String] = []
    var begins = 0
    var ends = 0

    func begin() { begins += 1 }
    func show(_ text: () -> String) { texts.append(text()) }
    func end() { ends += 1 }
  }

  @Test func `reading a long file shows how far it is, and ends`() throws {
    let test = DataTestSession()
    test.files["long.csv"] = "a,b\n" + String(repeating: "1,2.5\n", count: 100_000)
    test.files["broken.csv"] = test.files["long.csv"]! + "1,two,3\n"
    for file in ["long.csv", "broken.csv"] {
      let sink = Sink()
      var environment = test.environment
      environment.progress = sink
      let script = Script(SourceText(name: "test", text: "data \"\(file)\""), origin: .file)
      _ = try? test.session.run(script, environment)
      #expect(sink.begins == 1 && sink.ends == 1)
      #expect(sink.texts.count > 10)
      #expect(sink.texts.allSatisfy { $0.hasPrefix("reading \(file): ") && $0.hasSuffix(" %") })
    }
    #expect(try test.value("rows") == 100_000)
  }

  @Test func `columns become vectors and classes`() throws {
    let test = DataTestSession()
    try test.run("data \"data/digits8x8.csv\" as x = p0..p63, class(label)")
    #expect(try test.value("rows") == 1797)
    #expect(try test.numbers("x at row 3").prefix(6) == [0, 0, 0, 4, 15, 12])
    #expect(try test.value("min(label)") == 1)
    #expect(try test.value("max(label)") == 10)
    #expect(try test.value("sum(onehot(label, 10), rows)[1]") == 178)
    #expect(test.lines.contains { $0.contains("0 → 1, 1 → 2") })
    try test.run("data \"data/iris.csv\" as x = sepal_length..petal_width, kind = class(species)")
    #expect(test.lines.last == "classes of kind: setosa → 1, versicolor → 2, virginica → 3")
    #expect(try test.numbers("kind at row 51") == [2])
  }

  @Test func `files stand side by side, with rows to validate with below`() throws {
    let test = DataTestSession()
    test.files["a.csv"] = "x,k\n1,b\n2,a\n"
    test.files["b.csv"] = "7\n8\n"
    test.files["c.csv"] = "k,x\nc,3\n"
    test.files["d.csv"] = "9\n"
    try test.run("data \"a.csv\", \"b.csv\" as z validation \"c.csv\", \"d.csv\"")
    #expect(try test.numbers("x on all") == [1, 2, 3])
    #expect(try test.numbers("k on all") == [2, 1, 3])
    #expect(try test.numbers("z on validation") == [9])
    #expect(try test.value("rows") == 2)
    #expect(try test.value("x at row 3") == 3)
  }

  @Test func `rows without a value are left out when asked to`() throws {
    let test = DataTestSession()
    test.files["a.csv"] = "x,y\n1,2\n3,\n,6\n7,8\n"
    #expect(test.message("data \"a.csv\"")?.contains("line 3, column 2 (y) is missing") == true)
    #expect(test.session.data == nil)
    try test.run("data \"a.csv\" drop missing")
    #expect(try test.numbers("x") == [1, 7])
    #expect(test.lines.contains("2 rows left out, missing: x 1, y 1"))
  }

  @Test func `data that cannot take the place of what is needed changes nothing`() throws {
    let test = DataTestSession()
    try test.run(
      "data x = [1, 2, 3, 5], y = [3, 4, 4, 4]; cost (w*x - y)^2; step 2; split 0.5; scale x")
    let before = test.session.fingerprint
    for bad in [
      "data x = [1, 2]", "data x = [1, 2], y = [1, 2, 3]", "data x = [[1, 2]], y = [1]",
      "data \"none.csv\"", "data x = [5, 5], y = [1, 2]", "data x = [1], y = [2]",
      "data x = [1, inf], y = [1, 2]", "data w = [1, 2], x = [1, 2], y = [1, 2]",
    ] {
      #expect(test.message(bad) != nil, "\(bad)")
      #expect(test.session.fingerprint == before, "\(bad)")
    }
  }

  @Test func `reading stops when asked to, and nothing has changed`() throws {
    let test = DataTestSession()
    try test.run("data x = [1, 2]")
    test.files["big.csv"] = "x\n" + (1...200_000).map { "\($0)\n" }.joined()
    test.looksUntilStop = 3
    let before = test.session.fingerprint
    #expect(try test.run("data \"big.csv\"") == .interrupted)
    #expect(test.session.fingerprint == before)
  }

  @Test func `a value for each row is told by its first rows and what sums them up`() throws {
    let test = DataTestSession()
    try test.run("data rows = 1000, x = range(1000)\n2*x")
    #expect(test.column("row") == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(test.column("2*x") == [2, 4, 6, 8, 10, 12, 14, 16])
    #expect(test.lines.last == "1000 rows: min 2, mean 1001, max 2000")
  }
}
