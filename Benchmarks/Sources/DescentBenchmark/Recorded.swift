import Foundation

/// The ratios that are held: a measurement that is half as much again too large is a failure.
struct Recorded: Codable {
  var ratios: [String: Double]

  private static let tolerance = 1.5

  /// - Parameter path: a record; what was not measured now stays as it is there.
  init(_ measurements: [Measurement], over path: String) throws {
    ratios = [:]
    if FileManager.default.fileExists(atPath: path) { ratios = try Recorded(path: path).ratios }
    for line in measurements {
      if let ratio = line.ratio { ratios[line.name] = (ratio * 1000).rounded() / 1000 }
    }
  }

  init(path: String) throws {
    self = try JSONDecoder().decode(
      Recorded.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// What is too slow, one line each.
  func failures(of measurements: [Measurement]) -> [String] {
    measurements.compactMap { line in
      guard let ratio = line.ratio, let held = ratios[line.name],
        !(ratio <= Self.tolerance * held)
      else { return nil }
      return String(
        format: "%@: the ratio is %.3g, over %.1f times the recorded %.3g", line.name, ratio,
        Self.tolerance, held)
    }
  }
}
