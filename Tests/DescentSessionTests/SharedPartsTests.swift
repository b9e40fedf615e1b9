import DescentGraph
import Testing

@testable import DescentSession

/// What is too long for a screen is written whole elsewhere, its shared parts once.
@Suite struct SharedPartsTests {
  @Test func `a tree of 2^40 parts is written in some forty lines that read back`() throws {
    let session = TestSession()
    let nested =
      String(repeating: "f(", count: 40) + "sin(w) + 1" + String(repeating: ")", count: 40)
    try session.run("w = 0.01\nlet f(a) = a*a*0.1 + a/2\ncost \(nested)")
    let cost = try #require(session.session.cost)
    let parts = [(left: "cost", node: cost.node), (left: "slope", node: cost.gradient[0])]

    let folded = session.session.equations(parts, .folded)
    #expect(folded.count == 2 && folded.allSatisfy { $0.right.hasSuffix("…") })

    let shared = session.session.equations(parts, .shared)
    #expect(shared.count < 400)
    let again = TestSession()
    try again.run("w = 0.01")
    for equation in shared.dropLast(2) {
      try again.run("\(equation.left) = \(equation.right)")
    }
    for (equation, part) in zip(shared.suffix(2), parts) {
      let read = again.session.evaluate([try again.node(equation.right)])[0]
      #expect(read == session.session.evaluate([part.node])[0])
    }
  }

  @Test func `what is longer than a line is told by the names of its parts`() throws {
    let session = TestSession()
    try session.run(
      """
      data x = [[1, 2], [3, 4]], y = [0, 1]
      W[3, 2] = 0.1
      b[3] = 0
      v[3] = 0.2
      c = 0
      let hidden = tanh(W @ x + b)
      let z = dot(v, hidden) + c
      let loss = softplus(z) - y*z
      cost loss
      """)
    let cost = try #require(session.session.cost)
    let parts = ([cost.node] + cost.gradient).map { (left: "", node: $0) }
    let equations = session.session.equations(parts, .shared)
    #expect(
      equations.map(\.right) == [
        "mean(loss)",
        "mean(outer(v*(sigmoid(z) - y)/cosh(W @ x + b)^2, x), rows)",
        "mean(v*(sigmoid(z) - y)/cosh(W @ x + b)^2, rows)",
        "mean(hidden*(sigmoid(z) - y), rows)",
        "mean(sigmoid(z) - y)",
      ])
    for (equation, part) in zip(equations, parts) {
      #expect(try session.node(equation.right) == part.node)
    }
    // Not by its own name, and where it is short by none.
    let z = try session.node("z")
    #expect(session.session.text(of: z) == "dot(v, tanh(W @ x + b)) + c")
    #expect(session.session.text(of: try session.node("loss^2")).hasPrefix("(softplus(dot(v, tanh"))
  }

  @Test func `what is short is written as it is`() throws {
    let session = TestSession()
    try session.run("cost sin(w)*sin(w)")
    let cost = try #require(session.session.cost)
    let equations = session.session.equations([(left: "cost", node: cost.node)], .shared)
    #expect(equations.map(\.right) == ["sin(w)*sin(w)"])
  }
}
