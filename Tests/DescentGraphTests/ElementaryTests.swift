import Foundation
import Testing

@testable import DescentGraph

/// Functions against mpmath's values, and at the edges of their domains.
@Suite struct ElementaryTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let name: String
    /// In ulps of the nearest double; what its comment promises.
    let bound: Double
    let value: @Sendable (Double) -> Double
    var testDescription: String { name }

    init(_ name: String, _ bound: Double, _ value: @escaping @Sendable (Double) -> Double) {
      (self.name, self.bound, self.value) = (name, bound, value)
    }
  }

  static let functions: [Function] = [
    Function("exp", 0.8) { Elementary.exp($0) },
    Function("expm1", 1.3) { Elementary.expm1($0) },
    Function("log", 1) { Elementary.log($0) },
    Function("log1p", 1) { Elementary.log1p($0) },
    Function("log2", 1) { Elementary.log2($0) },
    Function("log10", 1) { Elementary.log10($0) },
    Function("sin", 0.9) { Elementary.sin($0) },
    Function("cos", 0.9) { Elementary.cos($0) },
    Function("tan", 2.4) { Elementary.tan($0) },
    Function("asin", 1.5) { Elementary.asin($0) },
    Function("acos", 1.5) { Elementary.acos($0) },
    Function("atan", 2) { Elementary.atan($0) },
    Function("sinh", 1.8) { Elementary.sinh($0) },
    Function("cosh", 1.5) { Elementary.cosh($0) },
    Function("tanh", 1.5) { Elementary.tanh($0) },
    Function("asinh", 2) { Elementary.asinh($0) },
    Function("acosh", 2.5) { Elementary.acosh($0) },
    Function("atanh", 2) { Elementary.atanh($0) },
    Function("sigmoid", 2.8) { Elementary.sigmoid($0) },
    Function("softplus", 2) { Elementary.softplus($0) },
    Function("logcosh", 2.5) { Elementary.logcosh($0) },
    Function("squaredSech", 3.5) { Elementary.squaredSech($0) },
  ]

  /// x, the double nearest to the value, and how many of its ulps are to be added.
  static let values: [String: [(x: Double, nearest: Double, ulps: Double)]] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Reference/elementary_functions.csv")
    var values: [String: [(x: Double, nearest: Double, ulps: Double)]] = [:]
    for line in ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n") {
      let fields = line.split(separator: ",")
      guard fields.count == 4, let x = Double(fields[1]), let nearest = Double(fields[2]),
        let ulps = Double(fields[3])
      else { continue }
      values[String(fields[0]), default: []].append((x, nearest, ulps))
    }
    return values
  }()

  @Test(arguments: functions)
  func `errors are below what is promised`(_ function: Function) throws {
    let values = try #require(Self.values[function.name])
    #expect(values.count >= 180)
    for value in values {
      let error = (function.value(value.x) - value.nearest) / value.nearest.ulp - value.ulps
      #expect(
        error.magnitude <= function.bound, "\(function.name)(\(value.x)) is off by \(error) ulp")
    }
  }

  /// Each line: a function, then pairs of x and its value.
  @Test func `values are exact where they must be`() {
    let (inf, tiny, pi) = (Double.infinity, Double.leastNonzeroMagnitude, Double.pi)
    let exact: [(String, [(Double, Double)])] = [
      (
        "exp",
        [(0, 1), (-0.0, 1), (inf, inf), (-inf, 0), (709.79, inf), (-745.2, 0), (-745.1, tiny)]
      ),
      ("expm1", [(inf, inf), (-inf, -1), (-50, -1), (709.79, inf)]),
      ("log", [(1, 0), (0, -inf), (-0.0, -inf), (inf, inf), (-1, .nan), (-inf, .nan)]),
      ("log1p", [(-1, -inf), (inf, inf), (-1.5, .nan), (-inf, .nan)]),
      ("log2", [(1, 0), (8, 3), (0x1p-1074, -1074), (0, -inf), (inf, inf), (-1, .nan)]),
      ("log10", [(1, 0), (1000, 3), (1e22, 22), (0, -inf), (inf, inf), (-1, .nan)]),
      ("sin", [(inf, .nan)]), ("tan", [(inf, .nan)]),
      ("cos", [(0, 1), (-0.0, 1), (tiny, 1), (inf, .nan), (-inf, .nan)]),
      ("asin", [(1, pi / 2), (1.1, .nan), (inf, .nan)]),
      ("acos", [(1, 0), (-1, pi), (0, pi / 2), (1.1, .nan), (-1.1, .nan), (-inf, .nan)]),
      ("atan", [(1, pi / 4), (inf, pi / 2), (1e300, pi / 2)]),
      ("sinh", [(inf, inf), (711, inf)]), ("cosh", [(0, 1), (inf, inf), (-711, inf)]),
      ("tanh", [(inf, 1), (20, 1), (1e300, 1)]), ("asinh", [(inf, inf)]),
      ("acosh", [(1, 0), (inf, inf), (0.9, .nan), (-5, .nan), (-inf, .nan)]),
      ("atanh", [(1, inf), (1.1, .nan), (1e22, .nan), (inf, .nan)]),
      ("sigmoid", [(0, 0.5), (inf, 1), (40, 1), (-inf, 0), (-745.1, tiny), (-746, 0)]),
      ("softplus", [(inf, inf), (1e300, 1e300), (-inf, 0), (-745.1, tiny)]),
      ("logcosh", [(0, 0), (inf, inf), (-inf, inf), (1e300, 1e300)]),
      ("squaredSech", [(0, 1), (-0.0, 1), (inf, 0), (-inf, 0), (400, 0), (1e300, 0)]),
    ]
    for function in Self.functions {
      #expect(function.value(.nan).isNaN, "\(function.name)")
      for (x, y) in exact.first(where: { $0.0 == function.name })?.1 ?? [] {
        #expect(NativeKernelTests.isSame(function.value(x), y), "\(function.name)(\(x))")
      }
    }
    #expect(Set(exact.map(\.0)) == Set(Self.functions.map(\.name)))
  }

  @Test(arguments: [
    "expm1", "log1p", "sin", "tan", "asin", "atan", "sinh", "tanh", "asinh", "atanh",
  ])
  func `near zero these functions are their argument, with its sign`(_ name: String) throws {
    let function = try #require(Self.functions.first { $0.name == name })
    for x in [0, .leastNonzeroMagnitude, 0x1p-1030, 0x1p-1022, 1e-300, 1e-30] {
      for x in [x, -x] {
        #expect(function.value(x).bitPattern == x.bitPattern, "\(name)(\(x))")
      }
    }
  }
}
