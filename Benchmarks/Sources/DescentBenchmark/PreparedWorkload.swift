import Foundation

/// A workload whose limit is built and whose files are written: for other programs that measure the
/// same work.
struct PreparedWorkload: Codable {
  var name: String
  var title: String
  /// The limit with its arguments; where the step count is to be, it has `STEPS`.
  var command: [String]
  var steps: Int
  /// A step count after which ends are compared.
  var shortRun: Int

  static func json(of list: [PreparedWorkload]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(list) + Data("\n".utf8)
  }
}
