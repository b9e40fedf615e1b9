import Foundation
import Testing

@testable import DescentSession

/// Optimization test functions: values and slopes at their published minima, and descents to them.
@Suite struct TestFunctionTests {
  struct Function: Decodable, CustomTestStringConvertible, Sendable {
    struct Minimum: Decodable, Sendable {
      var point: [String]
      var f: String
      var hessianEigenvalues: [String]?
      var maxStableGdRate: String?
    }
    var name: String
    var formula: String
    var variables: [String]
    var kind: String
    var starts: [[String]]
    var minima: [Minimum]
    var testDescription: String { name }
  }

  static let functions: [Function] =
    {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return
        (try? decoder.decode(
          [Function].self,
          from: Data(contentsOf: ReferenceTable.folder.appending(path: "functions.json")))) ?? []
    }()

  static func session(_ function: Function, at point: [String]) throws -> TestSession {
    let session = TestSession()
    for (name, value) in zip(function.variables, point) { try session.run("\(name) = \(value)") }
    try session.run("cost \(function.formula)")
    return session
  }

  @Test func `the reference is there`() { #expect(Self.functions.count > 30) }

  @Test(arguments: functions.filter { !$0.minima.isEmpty && !$0.kind.contains("kink") })
  func `a published minimum has the value and no slope`(_ function: Function) throws {
    for minimum in function.minima {
      let session = try Self.session(function, at: minimum.point)
      let f = try #require(Double(minimum.f))
      // Rounding the point to doubles moves the value by second order only; the terms cancel.
      #expect((try session.value("cost") - f).magnitude <= 1e-13 * max(1, f.magnitude) * 30)
      let steepest = minimum.hessianEigenvalues?.compactMap { Double($0) }.max() ?? 1
      #expect(try session.value("norm(grad)") <= 1e-13 * max(1, steepest) * 30)
    }
  }

  @Test(arguments: functions)
  func `the gradient agrees with finite differences at the starts`(_ function: Function) throws {
    for start in function.starts {
      let session = try Self.session(function, at: start)
      try session.run("check")
      guard case .line(let line)? = session.outputs.last else {
        Issue.record("no closing line")
        continue
      }
      #expect(line == "the gradient agrees with finite differences", "\(start)")
    }
  }

  /// Starts from which plain descent at 0.9 of the stable rate does not reach a listed minimum.
  private static let unreached: [String: Set<[String]>] = [
    // The slope at the start is so steep that the first step leaves the minimum's neighbourhood for
    // good: the stable rate is that of the minimum.
    "beale": [["-1.0", "-1.5"]], "dixon_price2": [["3.0", "2.0"]],
    "powell_singular": [["3.0", "-1.0", "0.0", "1.0"]],
    "double_well": [["2.6"], ["-2.6"], ["0.0"]],
    "zirilli": [["2.0", "2.0"], ["0.5", "1.0"]],
    // It reaches a minimum that is not listed.
    "rastrigin": [["-2.0", "3.5"]], "griewank": [["2.0", "3.0"]],
    "six_hump_camel": [["1.5", "0.6"]], "bohachevsky1": [["0.9", "-0.6"]],
    // A plateau: the slope is 1e-8 there.
    "easom": [["0.0", "0.0"]],
  ]

  @Test(
    arguments: functions.filter { function in
      function.minima.contains { Double($0.maxStableGdRate ?? "") != nil }
    })
  func `plain descent reaches a minimum`(_ function: Function) throws {
    for start in function.starts {
      let reached = try function.minima.contains { try reaches($0, of: function, from: start) }
      #expect(
        reached == !(Self.unreached[function.name]?.contains(start) ?? false), "from \(start)")
    }
  }

  private func reaches(
    _ minimum: Function.Minimum, of function: Function, from start: [String]
  ) throws -> Bool {
    guard let stable = Double(minimum.maxStableGdRate ?? ""), stable < 1e3 else { return false }
    let session = try Self.session(function, at: start)
    // A descent that diverges ends in an error; where it stands then is no minimum.
    try? session.run(
      "rate \(0.9 * stable)\nstep until norm(grad) < 1e-9 max 200000 every 200000")
    let here = try session.value("cost")
    let gap = function.minima.compactMap { Double($0.f) }.map { (here - $0).magnitude }.min()
    return (gap ?? .infinity) <= 1e-8 * max(1, here.magnitude)
  }
}
