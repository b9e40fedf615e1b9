import Testing

@testable import DescentSession

@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct CompilationTests {
  @Test(
    arguments: [
      "cost sin(w) + w^2",
      "u[40] = linspace(0, 1, 40); cost sum(u^2) + exp(u[3])\nrule adam",
      "data rows = 40, h = uniform(0, 1), q = 2*h + 1; cost (a*h + b - q)^2\nbatch 8",
    ])
  func `steps go on where the making of native code was interrupted`(_ text: String) throws {
    try EngineComparison.expectSameBits(text, steps: 50, [.interrupted])
  }
}
