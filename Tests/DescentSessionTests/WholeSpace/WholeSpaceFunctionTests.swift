import Testing

@testable import DescentSession

/// Descents by the rules for the whole space to the minima of the optimization test functions.
@Suite struct WholeSpaceFunctionTests {
  typealias Function = TestFunctionTests.Function

  @Test(
    arguments: TestFunctionTests.functions.filter {
      !$0.minima.isEmpty && !$0.kind.contains("kink")
    }, ["newton", "bfgs", "lbfgs"])
  func `a rule reaches a place without slope, and never goes up`(
    _ function: Function, _ rule: String
  ) throws {
    for start in function.starts {
      let session = try TestFunctionTests.session(function, at: start)
      let before = try session.value("cost")
      try session.run("rule \(rule)\nstep until norm(grad) < 1e-7 max 500 every 500")
      let after = try session.value("cost")
      #expect(after <= before, "from \(start)")
      let gap = function.minima.compactMap { Double($0.f) }.map { (after - $0).magnitude }.min()
      let isMinimum = (gap ?? .infinity) <= 1e-8 * max(1, after.magnitude)
      #expect(try isMinimum || session.value("norm(grad)") < 1e-6, "from \(start): \(after)")
    }
  }
}
