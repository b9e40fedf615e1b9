import Testing

@testable import DescentSession

/// Random programs give the same bits whoever takes their steps: the interpreter, native code, or
/// one after the other.
///
/// `DESCENT_FUZZ_SEED` makes other programs.
@Suite(.enabled(if: EngineComparison.hasLibrary, EngineComparison.noLibrary))
struct RandomProgramTests {
  private static let generator = StepProgramGenerator()
  private static let programsOfTest = 100

  @Test(arguments: 0..<10)
  func `a thousand programs`(_ part: Int) throws {
    var (compared, number) = (0, 0)
    while compared < Self.programsOfTest {
      defer { number += 1 }
      try #require(number < 2 * Self.programsOfTest, "too few of the programs have a meaning")
      var random = SeededGenerator(seed: FuzzRun.seed, case: part * 100_000 + number)
      let program = Self.generator.program(&random)
      guard let comparison = try? EngineComparison(program.text, until: program.until) else {
        continue
      }
      compared += 1
      let ways: [EngineComparison.Way] = number.isMultiple(of: 4) ? [.switching] : [.native]
      var difference: String?
      do {
        difference = try comparison.difference(steps: 3, ways)
      } catch let failure as EngineComparison.NoNativeCode {
        difference = "no native code: \(failure.reason)"
      }
      #expect(
        difference == nil,
        "\(difference ?? "")\n\(program.text)\n\(program.until.map { "until \($0)" } ?? "")")
    }
  }
}
