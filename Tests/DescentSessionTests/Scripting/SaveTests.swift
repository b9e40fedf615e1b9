import DescentSource
import Testing

@testable import DescentSession

struct `A saved session` {
  private static let beginnings = [
    "",
    "w = 0.1 + 0.2",
    "w = -0\nx = zeros(3)\ny[100] = normal(0, 1)\ncost sum(y^2) + w^2\nstep 3",
    "cost (w - 3)^2 + b^4\nrule momentum(0.9)\nrate 0.01*0.9^t\nstep 7",
    "cost (w - 3)^2 + b^4\nrule adam\nstep 7\nrate 0.05\nstep 2\nback",
    "x = [1, 2, 3]\ncost C(x) = sum((x - 2)^4) + normal(0, 1)*sum(x)\nrule momentum\nstep 5",
    "cost w^2*uniform(0.5, 1.5)\nrate 0.1 + uniform(0, 0.01)\nrule adam\nstep 5\nrate 0.2\nstep",
    "rule noisy(s = 0.1) { state v = 1; v = 0.5*v + g + s*normal(0, 1); w = w - rate*v }\ncost w^2\nstep 4\nset seed 9\nstep",
    "let a = normal(0, 1)\nlet b = a + normal(0, 1)\nlet a = 3\ncost (w - b)^2\nstep 3\nset precision 12",
    "let f(x, a = 3) = a*x^2\nw = 4\nlet p = f(w)\ncost p + w\nlet q = rate*norm(grad)\nwatch dist = q\nstep 3",
    "input title = \"a \\\"{1+1}\\\" \\\\ \\{w}\\n\"\ninput alpha = 0.3\nrate alpha\ncost w^2\nstep",
    "cost w^2\nfor k in 0.25, -3 { let z = 3k; let g(x) = x^k; rule momentum(k^2/100) }\nstep 2",
    "cost w^2\nrule mine(b) { w = w - b*g }\nrule mine(0.25)\nstep 3\nrule mine(b) { w = w - b*g/2 }",
    "cost w^2\nrule adam\nstep 3\nrule momentum",
    "let beta = 0.5\nrule momentum(beta)\nlet beta = 0.7\ncost w^2\nstep 3",
    "cost w^2 + b^4\nrule adam\nset plateau factor 0.5 patience 1\nrate 0.4\nstep 12",
    "cost w^2 + b^4\nset plateau factor 0.1 patience 0 threshold 0.9\nstep 3\nset plateau off\nstep",
    "cost w^2\nrule mine { state best = 1; state factor = 2; best = best/2; factor = best*g; w = w - rate*factor }\nset plateau factor 0.5 patience 0 threshold 0.5\nrate 0.01\nstep 5",
    "cost w^4 + b^4\nw = 9\nset clip norm 1/3\nrule momentum\nstep 6",
    "cost w^4 + b^4\nw = 9\nset clip value 0.7\nrate 0.001\nstep 2\nset clip off\nstep",
    "x = -1.2\ny = 1\ncost (1 - x)^2 + 100*(y - x^2)^2\nrule bfgs\nstep 7",
    "x = [-1.2, 1]\ncost (1 - x[1])^2 + 100*(x[2] - x[1]^2)^2\nrule lbfgs(3)\nstep 7",
    "x = -1.2\ny = 1\ncost (1 - x)^2 + 100*(y - x^2)^2\nrule newton\nrate 0.9\nstep 4",
    "x = -1.2\ny = 1\ncost (1 - x)^2 + 100*(y - x^2)^2\nrule levenberg\nstep 4",
    "x = -1.2\ny = 1\ncost (1 - x)^2 + 100*(y - x^2)^2\nrule linesearch\nstep 4\nrule adam\nstep",
    "set seed 18446744073709551615\ncost w^2 + normal(0, 1)*w\nstep 2\nset seed 9007199254740993\nstep",
    "cost w^2\nrule adam\nfor k in 1..5 { rate k/100; step }\nstep 2",
    "input alpha = 1/3\ninput beta = alpha^2\nlet beta2 = beta\ncost (w - beta2)^2\nrate alpha\nstep",
    "input alpha = normal(0, 1)\nlet alpha = 2\ninput n = 3\ncost w^2 + n*w\nstep",
    "cost w^2\nwatch d = abs(w)*rate\nwatch s = normal(0, 1)\nstep 2\nwatch off d",
    "cost C(w) = w^2\nlet two = 2*C(w)\nlet far = cost + two\nstep 2",
  ]

  /// What of a fingerprint tells of the present and of what follows, not of the steps before.
  private func present(_ session: Session) -> [String] {
    session.fingerprint.split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("at ") && !$0.hasPrefix("files ")
    }
  }

  @Test(arguments: beginnings) func `goes on as the one it was saved from`(_ text: String) throws {
    let original = TestSession()
    try original.run(text)
    let again = TestSession()
    try again.run(original.session.savedText)
    #expect(original.session.firstDifference(from: again.session) == nil)
    // Numbers in place of names are what an argument of a rule was.
    if !text.contains("rule momentum("), !text.contains("rule lbfgs(") {
      #expect(present(original.session) == present(again.session))
    }
    guard original.session.cost != nil else { return }
    for more in ["step", "let fresh = normal(0, 1)", "step 5", "rate 0.01", "step 3"] {
      try original.run(more)
      try again.run(more)
      #expect(original.session.firstDifference(from: again.session) == nil, "\(more)")
    }
    // And what was saved from it is the same text.
    #expect(original.session.savedText == again.session.savedText)
    try original.run("reset; step 4")
    try again.run("reset; step 4")
    #expect(original.session.firstDifference(from: again.session) == nil)
  }

  @Test func `knows no steps before it was saved`() throws {
    let again = TestSession()
    try again.run("cost w^2\nrestore step 12 { w = 3 }\nstep 2\nback 2")
    #expect(again.session.descent.step == 12)
    #expect(throws: Diagnostic.self) { try again.run("back") }
    try again.run("step 2\ntable")
    guard case .table(let table, _) = again.outputs.last else { throw Diagnostic("test.t", "none") }
    #expect(table.columns[0].values == .steps([12, 13, 14]))
  }

  @Test func `has its inputs as inputs`() throws {
    let session = TestSession()
    try session.run("input alpha = 1/3\ninput beta = 2\nlet beta = 3\nlet other = alpha")
    let lines = session.session.savedText.split(separator: "\n")
    #expect(lines.contains("input alpha = 1/3"))
    #expect(lines.contains("let beta = 3") && lines.contains("let other = alpha"))
  }

  @Test func `is written whole, with the table beside it`() throws {
    var files: [String: String] = [:]
    let environment = Environment(
      emit: { _ in },
      write: { path, bytes in
        files[path] = String(decoding: bytes, as: UTF8.self)
        return nil
      })
    var session = Session()
    let text =
      "cost w^2\nw = 1/3\nrate 0.5\nstep\nsave \"s.descent\"\ntable to \"t.csv\"\ntable to \"t.json\""
    _ = try session.run(
      Script(SourceText(name: "test", text: text), origin: .file), environment)
    #expect(files["s.descent"] == session.savedText)
    #expect(
      files["t.csv"]?.hasPrefix("step,w,cost,dcost/dw\n0,0.3333333333333333") == true)
    #expect(files["t.json"]?.hasPrefix("[{\"step\": 0, \"w\": 0.3333333333333333") == true)
  }
}
