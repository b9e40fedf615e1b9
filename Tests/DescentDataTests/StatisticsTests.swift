import Foundation
import Testing

@testable import DescentData

@Suite struct StatisticsTests {
  /// A case of the NIST Statistical Reference Datasets, "Univariate Summary Statistics".
  struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var file: String
    var nObs: Int
    var exactMean: String
    var exactSd: String
    var exactLag1: String

    var testDescription: String { name }
  }

  static let references: [Reference] = {
    guard let file = TestFiles.shared("verify/nist/univariate.json") else { return [] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = FileManager.default.contents(atPath: file) ?? Data()
    return (try? decoder.decode([Reference].self, from: data)) ?? []
  }()

  /// The figures of the same data once they are doubles, and how many digits of NIST's that leaves
  /// where it is not 14: those of NumAcc4 differ by 0.1 and are 10⁷.
  ///
  /// **Source** computed from the doubles in rational arithmetic, the root to 50 digits.
  private static let ofDoubles:
    [String: (mean: Double, deviation: Double, lag1: Double, digits: Double)] = [
      "Lew": (-177.435, 277.3321680443161357649, -0.3073048006056794548624, 14),
      "Lottery": (518.9587155963302752294, 291.6997274709690842392, -0.1209486229673928676524, 14),
      "Mavro": (
        2.001855999999999973227, 4.291234540030854092852e-4, 0.9379891834382588993277, 13.1
      ),
      "Michelso": (
        299.8524000000000000909, 0.07901054781905066715149, 0.5351996686212635862455, 13.4
      ),
      "NumAcc1": (10_000_002, 1, -0.5, 14),
      "NumAcc2": (
        1.200000000000000066502, 0.09999999999999997779554, -0.9989999999999999988909, 14
      ),
      "NumAcc3": (
        1000000.200000000011583, 0.1000000000349245965481, -0.9989999999994185048858, 9.4
      ),
      "NumAcc4": (
        10000000.20000000018533, 0.1000000005587935447736, -0.9989999999906960781411, 8.2
      ),
    ]

  /// The log relative error, as NIST counts digits.
  private func digits(_ value: Double, _ exact: String) throws -> Double {
    let exact = try #require(Double(exact))
    return value == exact ? 15 : -log10(abs((value - exact) / exact))
  }

  @Test(
    .enabled(if: !references.isEmpty, "there is no folder 'shared' with the NIST cases"),
    arguments: references)
  func `the figures of NIST are met`(_ reference: Reference) throws {
    let file = try #require(TestFiles.shared("verify/nist/\(reference.file)"))
    let text = String(
      decoding: try #require(FileManager.default.contents(atPath: file)), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline)
    let start = try #require(lines.lastIndex { $0.hasPrefix("---") })
    let values = try lines[(start + 1)...].map {
      try #require(Double($0.trimmingCharacters(in: .whitespaces)))
    }
    #expect(values.count == reference.nObs)
    let statistics = try #require(Statistics(of: values))
    let deviation = statistics.standardDeviation(dividingBy: .countLessOne)
    let ofDoubles = try #require(Self.ofDoubles[reference.name])
    #expect(statistics.mean == ofDoubles.mean)
    #expect(abs(deviation - ofDoubles.deviation) <= ofDoubles.deviation.ulp)
    #expect(abs(statistics.lag1Autocorrelation - ofDoubles.lag1) <= ofDoubles.lag1.ulp)
    #expect(try digits(statistics.mean, reference.exactMean) >= 14)
    #expect(try digits(deviation, reference.exactSd) >= ofDoubles.digits)
    #expect(try digits(statistics.lag1Autocorrelation, reference.exactLag1) >= ofDoubles.digits)
  }

  @Test func `a standard deviation divides by the count or by one less`() throws {
    let statistics = try #require(Statistics(of: [2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(statistics.mean == 5)
    #expect(statistics.minimum == 2)
    #expect(statistics.maximum == 9)
    #expect(statistics.standardDeviation(dividingBy: .count) == 2)
    #expect(statistics.standardDeviation(dividingBy: .countLessOne) == (32.0 / 7).squareRoot())
  }

  @Test func `nothing cancels`() throws {
    let statistics = try #require(Statistics(of: [1e16 + 2, 1e16, 1e16 + 4, 1e16 + 2]))
    #expect(statistics.mean == 1e16 + 2)
    #expect(statistics.standardDeviation(dividingBy: .count) == 2.0.squareRoot())
    let sum = try #require(Statistics(of: [1e16, 1, -1e16, 3]))
    #expect(sum.mean == 1)
  }

  @Test(arguments: [1e308, 1e-308, Double.leastNonzeroMagnitude, 0x1p1023])
  func `sizes at the ends of the doubles do no harm`(_ size: Double) throws {
    let statistics = try #require(Statistics(of: [size, -size, size, -size]))
    #expect(statistics.mean == 0)
    #expect(statistics.standardDeviation(dividingBy: .count) == size)
    #expect(abs(statistics.lag1Autocorrelation + 0.75) <= 0.75.ulp)
    #expect(try #require(Statistics(of: [size, size])).mean == size)
  }

  @Test func `no values, one value, equal values and infinities`() throws {
    #expect(Statistics(of: []) == nil)
    let one = try #require(Statistics(of: [3]))
    #expect(one.standardDeviation(dividingBy: .count) == 0)
    #expect(one.standardDeviation(dividingBy: .countLessOne).isNaN)
    let equal = try #require(Statistics(of: [0.1, 0.1, 0.1]))
    #expect(equal.mean == 0.1)
    #expect(equal.standardDeviation(dividingBy: .countLessOne) == 0)
    #expect(equal.lag1Autocorrelation.isNaN)
    let infinite = try #require(Statistics(of: [1, .infinity]))
    #expect(infinite.mean == .infinity)
    #expect(infinite.minimum == 1)
    #expect(infinite.standardDeviation(dividingBy: .count).isNaN)
    #expect(try #require(Statistics(of: [.infinity, -.infinity])).mean.isNaN)
    let partly = try #require(Statistics(of: [.nan, 2, 1]))
    #expect(partly.minimum == 1)
    #expect(partly.maximum == 2)
    #expect(partly.mean.isNaN)
  }
}
