import Foundation
import Testing

@testable import DescentSession

/// The problems of Moré, Garbow and Hillstrom, Testing unconstrained optimization software, 1981,
/// from their standard starts, where a folder `shared` beside the project or one of its parents has
/// them.
@Suite struct MoreGarbowHillstromTests {
  struct Problem: Decodable, Sendable {
    var number: Int
    var name: String
    var residuals: [String]
    var variables: [String]
    var start: [String]
    var fminFromStandardStart: String
    /// The minima that the paper lists beside the one above, by the number of the problem.
    static let otherMinima: [Int: [Double]] = [
      2: [0, 48.9842], 18: [0, 5.65565e-3], 26: [0], 27: [0, 1],
    ]

    var minima: [Double] {
      [Double(fminFromStandardStart) ?? .nan] + (Self.otherMinima[number] ?? [])
    }
  }

  static let file: URL? = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path.count > 1 {
      folder = folder.deletingLastPathComponent()
      let file = folder.appending(path: "shared/verify/mgh/mgh_problems.json")
      if FileManager.default.fileExists(atPath: file.path) { return file }
    }
    return nil
  }()

  static let rules = ["newton", "bfgs", "lbfgs", "levenberg", "linesearch"]

  /// The steps a rule took to a minimum, or nil where it reached none.
  private static func steps(_ problem: Problem, _ rule: String) throws -> (Int?, Double) {
    let session = TestSession()
    for (name, start) in zip(problem.variables, problem.start) {
      try session.run("\(name) = \(start)")
    }
    let squares = problem.residuals.map { "(\($0))^2" }.joined(separator: " + ")
    try session.run("cost \(squares)\nrule \(rule)")
    let most = rule == "linesearch" ? 200 : 1000
    try session.run("step until norm(grad) < 1e-12 max \(most) every \(most)")
    let cost = try session.value("cost")
    let isReached = problem.minima.contains { cost - $0 <= 1e-6 * $0 + 1e-10 && cost >= $0 * 0.999 }
    return (isReached ? session.session.descent.step : nil, cost)
  }

  @Test(.enabled(if: file != nil, "there is no folder 'shared' with the problems"))
  func `the published minima are reached from the standard starts`() throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let problems = try decoder.decode([Problem].self, from: Data(contentsOf: #require(Self.file)))
    #expect(problems.count == 40)
    var reached: [String: Int] = [:]
    var text = ""
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(1, width - text.count))
    }
    for problem in problems {
      var line = column("\(problem.number) \(problem.name)", 42)
      var isReached = false
      for rule in Self.rules {
        let (steps, cost) = try Self.steps(problem, rule)
        line += column(steps.map(String.init) ?? "(\(NumberStyle.standard.text(of: cost)))", 16)
        if steps != nil {
          reached[rule, default: 0] += 1
          isReached = true
        }
      }
      if isReached { reached["any", default: 0] += 1 }
      text += line + "\n"
      print(line)
    }
    print(column("steps to the minimum, or (cost)", 42), Self.rules.map { column($0, 16) }.joined())
    print(reached)
    #expect(reached["any", default: 0] >= 36)
    for rule in Self.rules.dropLast() { #expect(reached[rule, default: 0] >= 34, "\(rule)") }
  }
}
