import DescentGraph
import Testing

@testable import DescentSession

/// What is too long for a screen is written whole elsewhere, its shared parts once.
@Suite struct SharedPartsTests {
  @Test func `a tree of 2^40 parts is written in some forty lines that read back`() throws {
    let session = TestSession()
    var text = "w = 0.01\nlet a0 = sin(w) + 1\n"
    for k in 1...40 { text += "let a\(k) = a\(k - 1)*a\(k - 1)*0.1 + a\(k - 1)/2\n" }
    try session.run(text + "cost a40")
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

  @Test func `what is short is written as it is`() throws {
    let session = TestSession()
    try session.run("cost sin(w)*sin(w)")
    let cost = try #require(session.session.cost)
    let equations = session.session.equations([(left: "cost", node: cost.node)], .shared)
    #expect(equations.map(\.right) == ["sin(w)*sin(w)"])
  }
}
