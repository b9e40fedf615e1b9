import DescentGraph
import Foundation
import Testing

@testable import DescentSession

/// The regression problems of the Statistical Reference Datasets of the National Institute of
/// Standards and Technology, where a folder `shared` beside the project or one of its parents has
/// them: data, models, starts and certified values.
@Suite struct StatisticalReferenceTests {
  struct Problem: Decodable, Sendable {
    var name: String
    var file: String
    var model: String
    var response: String?
    var predictors: [String]?
    var parameters: [String]?
    var start1: [String]?
    var start2: [String]?
    var certified: [String]
    var certifiedSd: [String]
    var certifiedResidualSd: String
    var nObs: Int?
    var nobs: Int?

    var count: Int { nobs ?? nObs ?? 0 }
    /// The parameters of a linear model are counted from 0, if it has a constant.
    var names: [String] {
      if let parameters { return parameters }
      let first = model.contains("b0") ? 0 : 1
      return certified.indices.map { "b\(first + $0)" }
    }
    var columns: [String] {
      predictors ?? (model.contains("x1") ? (1...(certified.count - 1)).map { "x\($0)" } : ["x"])
    }
  }

  static let folder: URL? = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    while folder.path.count > 1 {
      folder = folder.deletingLastPathComponent()
      let nist = folder.appending(path: "shared/verify/nist")
      if FileManager.default.fileExists(atPath: nist.path) { return nist }
    }
    return nil
  }()

  private static func problems(_ file: String) throws -> [Problem] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      [Problem].self, from: Data(contentsOf: #require(folder).appending(path: file)))
  }

  /// A session with a problem's data, and its cost.
  private static func session(_ problem: Problem, from start: [String]) throws -> TestSession {
    let file = try #require(folder).appending(path: problem.file)
    let text = try String(contentsOf: file, encoding: .utf8)
    // The last lines are the data: the response, then the predictors.
    var rows: [[Double]] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split(separator: " ")
      let numbers = fields.compactMap { Double($0) }
      if numbers.count == fields.count, numbers.count == problem.columns.count + 1 {
        rows.append(numbers)
      }
    }
    rows = rows.suffix(problem.count)
    #expect(rows.count == problem.count)
    var columns: [String] = []
    for (place, name) in (["y"] + problem.columns).enumerated() {
      let numbers = rows.map { "\($0[place])" }
      columns.append("\(name) = [\(numbers.joined(separator: ", "))]")
    }
    let session = TestSession()
    try session.run("data \(columns.joined(separator: ", "))")
    for (name, value) in zip(problem.names, start) { try session.run("\(name) = \(value)") }
    try session.run("cost mean((\(problem.response ?? "y") - (\(problem.model)))^2)")
    return session
  }

  /// The digits that a number has in common with a certified one, which has 11 or 15.
  private static func digits(_ value: Double, _ certified: String) -> Double {
    let certified = Double(certified) ?? .nan
    if value == certified { return 15 }
    let error = (value - certified).magnitude / (certified == 0 ? 1 : certified.magnitude)
    return min(15, -log10(error))
  }

  private static func estimateDigits(_ problem: Problem, _ session: TestSession) throws -> Double {
    try zip(problem.names, problem.certified).map { name, certified in
      try digits(session.value(name), certified)
    }.min() ?? 0
  }

  /// The digits of the standard errors and of the residual standard deviation.
  private static func errorDigits(_ problem: Problem, _ session: TestSession) throws -> Double {
    let fit = try LeastSquaresFit(session.session, #require(session.session.cost))
    #expect(fit.distance == nil, "\(problem.name)")
    #expect(fit.freedom == problem.count - problem.names.count)
    let errors = zip(fit.errors, problem.certifiedSd).map { Self.digits($0, $1) }
    return min(errors.min() ?? 0, Self.digits(fit.deviation, problem.certifiedResidualSd))
  }

  private static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func text(_ digits: Double) -> String {
    NumberStyle(significantDigits: 3).text(of: (digits * 10).rounded() / 10)
  }

  @Test(.enabled(if: folder != nil, "there is no folder 'shared' with the problems"))
  func `nonlinear models are fitted to the certified values`() throws {
    let problems = try Self.problems("problems.json")
    #expect(problems.count == 27)
    var fitted = [0, 0]
    print(Self.column("", 12), "digits, steps, digits of the errors; from either start")
    for problem in problems {
      var line = Self.column(problem.name, 12)
      for (place, start) in [problem.start1 ?? [], problem.start2 ?? []].enumerated() {
        let session = try Self.session(problem, from: start)
        try session.run("rule levenberg\nstep 2000 every 2000")
        let digits = try Self.estimateDigits(problem, session)
        line += Self.column(Self.text(digits), 6)
        line += Self.column("\(session.session.descent.step)", 6)
        if digits >= 6 {
          fitted[place] += 1
          // The residuals of Lanczos1 are rounded away: its certified values have more digits than
          // the data.
          let errors = try Self.errorDigits(problem, session)
          line += Self.column(Self.text(errors), 6)
          if problem.name != "Lanczos1" { #expect(errors >= 5, "\(problem.name)") }
        } else {
          line += Self.column("-", 6)
          #expect(place == 0, "\(problem.name)")
        }
      }
      print(line)
    }
    print("fitted from the first start: \(fitted[0]), from the second: \(fitted[1])")
    #expect(fitted[0] >= 26)
    #expect(fitted[1] == 27)
  }

  @Test(.enabled(if: folder != nil, "there is no folder 'shared' with the problems"))
  func `linear models are fitted to the certified values`() throws {
    let problems = try Self.problems("linear_problems.json")
    #expect(problems.count == 11)
    for problem in problems {
      let session = try Self.session(problem, from: problem.names.map { _ in "0" })
      try session.run("rule levenberg\nstep 2000 every 2000")
      let digits = try Self.estimateDigits(problem, session)
      let errors = try Self.errorDigits(problem, session)
      print(
        Self.column(problem.name, 12), Self.column(Self.text(digits), 6),
        Self.column("\(session.session.descent.step)", 6), Self.text(errors))
      // Filip's columns differ by 1e-9 from combinations of the others.
      #expect(digits >= 5 && errors >= 7, "\(problem.name)")
    }
  }
}
