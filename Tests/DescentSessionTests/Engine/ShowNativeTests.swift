import CNative
import DescentSource
import Testing

@testable import DescentSession

/// What `show native` and `show engine` say.
@Suite struct ShowNativeTests {
  /// Programs whose code has registers, memory, loops over elements and over rows, calls, and names
  /// that mean something in the code.
  static let programs = [
    "cost w^2 + 3*w",
    "a = 1; b = 1; cost sin(a) + exp(-b^2) + exp(a*b) + tanh(b)",
    "α = 1; β₁ = 2; cost sin(α)*β₁^2\nrule adam",
    "v1 = 1; memory = 2; taken = 3; loop = 4"
      + "\ncost v1^2 + memory^2 + taken^2 + loop^4\nrule momentum",
    "x[3] = [1, 2, 3]; M[2, 2] = 1; cost sum(x^2) + sum(M)^2",
    "u[40] = linspace(0, 1, 40); k = 2; cost sum(k*u^2) + exp(u[3])\nrule adam",
    "A = reshape(linspace(0, 1, 64), 8, 8); cost sum((A @ A)^2)\nrate 0.01*0.9^t",
    "data rows = 40, h = uniform(0, 1), q = 2*h + 1; cost (a*h + b - q)^2\nbatch 8",
  ]

  private func text(_ program: String) throws -> String {
    let session = TestSession()
    try session.run(program + "\nshow native")
    guard case .text(let text)? = session.outputs.last else { return "" }
    return text
  }

  @Test(arguments: programs)
  func `the code says whose steps these are`(_ program: String) throws {
    let lines = try text(program).split(separator: "\n")
    #expect(lines[0].hasPrefix("; Steps of "))
    #expect(lines.contains { $0.hasPrefix("define i64 @steps(") })
    #expect(lines.contains { $0.hasPrefix("; In %memory: ") })
  }

  @Test(
    .enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary), arguments: programs)
  func `the code is what LLVM reads`(_ program: String) throws {
    let text = try text(program)
    var message: UnsafeMutablePointer<CChar>?
    let code = text.withCString {
      descent_native_compile($0, text.utf8.count, nil, 0, "function(sroa)", &message)
    }
    if let code {
      descent_native_release(code)
    } else {
      Issue.record("\(message.map { String(cString: $0) } ?? "")\n\(text)")
      descent_native_free(message)
    }
  }

  @Test func `parameters have their own names`() throws {
    let text = try text("α = 1; w = 2; x = [1, 2]; cost (α - w)^2 + sum(x^2)\nrule momentum(0.5)")
    for name in ["%w = phi double", "%\"α\" = phi double", "%\"x[2]\" = phi", "%w.v = phi"] {
      #expect(text.contains(name), "\(name)")
    }
    #expect(text.contains("; In %memory: α at 0, w at 1, x at 2 to 3, α.v at 4"))
    // Constants are written by their bits, and as decimals beside them.
    #expect(text.contains("0x3FE0000000000000"))
    #expect(text.contains(" ; 0.5\n"))
  }

  @Test func `the engine is told with and without a cost`() throws {
    let session = TestSession()
    try session.run("show engine")
    guard case .equations(let before)? = session.outputs.last else { return }
    #expect(before.prefix(2).map(\.left) == ["engine", "library"])
    try session.run("cost w^2\nshow engine")
    guard case .equations(let after)? = session.outputs.last else { return }
    #expect(after.prefix(4).map(\.left) == ["engine", "steps", "a step", "library"])
    #expect(after[2].right.hasSuffix("all of them native code where there is any"))
    try session.run("step 5\nstep until w < 0.1\nrule newton\nshow engine")
    guard case .equations(let newton)? = session.outputs.last else { return }
    #expect(newton[1].right == "the rule newton has no program of steps")
    try session.run("show native", expecting: "native.none")
  }

  @Test func `a person's own names come first`() throws {
    let session = TestSession()
    try session.run("native = 3; let engine = 2*native; cost (native - engine)^2\nshow native")
    guard case .equations(let native)? = session.outputs.last else {
      Issue.record("no value")
      return
    }
    #expect(native.map(\.right) == ["3"])
    try session.run("show engine")
    guard case .equations(let engine)? = session.outputs.last else { return }
    #expect(engine.map(\.left) == ["engine"] && engine[0].right.hasSuffix("= 6"))
  }
}
