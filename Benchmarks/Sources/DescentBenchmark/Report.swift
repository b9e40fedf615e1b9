import Foundation

/// All that was measured, as a table and as JSON.
struct Report: Codable {
  var conditions: Conditions
  var measurements: [Measurement]

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// The table, in columns.
  func text() -> String {
    let header = ["", "what", "descent", "limit", "ratio", "spread", "limit is"]
    let rows = [header] + measurements.map(Self.cells)
    let widths = header.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let isNumber = [false, false, true, true, true, true, false]
    var text = conditions.lines.joined(separator: "\n") + "\n\n"
    for row in rows {
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return isNumber[column] ? padding + row[column] : row[column] + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }

  private static func cells(_ line: Measurement) -> [String] {
    [
      line.name, line.title, "\(digits(line.descent)) \(line.unit)",
      line.limit.map { "\(digits($0)) \(line.unit)" } ?? "",
      line.ratio.map { digits($0) } ?? "", line.spread.map { percent($0) } ?? "",
      line.limitName ?? "",
    ]
  }

  private static func percent(_ part: Double) -> String {
    String(format: "±%.0f %%", part * 100)
  }

  /// Three digits.
  private static func digits(_ value: Double) -> String {
    guard value.isFinite, value > 0 else { return "\(value)" }
    let decimals = max(0, 2 - Int(log10(value).rounded(.down)))
    return String(format: "%.\(decimals)f", value)
  }
}
