import DescentSource
import Testing

@testable import DescentSession

/// Functions that could leave their domain unnoticed, of values for each row.
struct `Domains on rows` {
  /// The cost is log(2) where nothing is known; a step of 0.1 on paper:
  /// W = 0.1*mean((onehot(c, 2) - 1/2)*x).
  @Test(arguments: ["batch all", "batch 2", "batch 1"])
  func `a cost with classes descends`(batch: String) throws {
    let session = TestSession()
    try session.run(
      """
      data x = [[1, 2], [3, 4]], c = [1, 2]
      W[2, 2] = 0
      cost crossentropy(W @ x, c)
      rate 0.1
      \(batch)
      set shuffle off
      step
      """)
    let expected = batch == "batch 1" ? 0.05 : -0.05
    #expect(abs(try session.value("W[1, 1]") - expected) < 1e-15)
  }

  /// From 1 to 5 and back. The slope of log is finite at -1 as well, and the step between is not
  /// shown: the guard is the only one who sees it.
  @Test(arguments: [1, 2, 3])
  func `a step stops where any row leaves`(row: Int) throws {
    let session = TestSession()
    let signs = (1...3).map { $0 == row ? "-1" : "1" }.joined(separator: ", ")
    try session.run("data s = [\(signs)]\nw = 1\ncost (w - 3)^2 - 1e-9*log(4 + w*s)\nrate 1")
    let error = #expect(throws: Diagnostic.self) { try session.run("step 2 every 2") }
    #expect(error?.code == "descent.notFinite")
    #expect(
      error?.message.hasSuffix(
        "log(4 + w*s) is nan in row \(row) at 4 + w*s = -1.00000, w = 5.00000, s = -1; it needs a positive number"
      )
        == true, "\(error?.message ?? "")")
  }

  @Test func `a class that is none is told with its row`() throws {
    let session = TestSession()
    try session.run("data x = [[1, 2], [3, 4], [5, 6]], c = [1, 2, 3]\nW[2, 2] = 0")
    try session.run("cost crossentropy(W @ x, c)")
    let error = #expect(throws: Diagnostic.self) { try session.run("step") }
    #expect(error?.message.contains("is nan in row 3 at c = 3;") == true, "\(error?.message ?? "")")
  }
}
