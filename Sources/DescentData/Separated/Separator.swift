/// What stands between the cells of a text.
enum Separator {
  static let comma = UInt8(ascii: ",")
  static let tab = UInt8(ascii: "\t")
  private static let semicolon = UInt8(ascii: ";")
  private static let bar = UInt8(ascii: "|")

  private static let sampleRecords = 20
  private static let sampleSize = 1 << 16

  /// The separator of a text.
  ///
  /// A tab for `.tsv` and `.tab`. Else the first of tab, semicolon, bar and comma that each of the
  /// first records has equally often; the comma is last because numbers may have a decimal comma
  /// where something else separates them. If all fail, for a text whose records differ in length, it
  /// is the one that the first record has most of.
  static func sniffed(in bytes: UnsafeRawBufferPointer, from start: Int, name: String) -> UInt8 {
    if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { return tab }
    let sample = UnsafeRawBufferPointer(rebasing: bytes.prefix(start + sampleSize))
    let counts = [tab, semicolon, bar, comma].map {
      (separator: $0, cells: cellCounts(in: sample, from: start, separator: $0))
    }
    let even = counts.first { _, cells in
      cells.allSatisfy { $0 == cells.first } && cells.first ?? 1 > 1
    }
    if let even { return even.separator }
    let most = counts.reversed().reduce((separator: comma, count: 1)) { best, next in
      let count = next.cells.first ?? 1
      return count > best.count ? (next.separator, count) : best
    }
    return most.separator
  }

  /// How many cells each of the first records has; one that the sample cuts off does not count,
  /// unless it is the only one.
  private static func cellCounts(
    in sample: UnsafeRawBufferPointer, from start: Int, separator: UInt8
  ) -> [Int] {
    var scanner = CellScanner(bytes: sample, separator: separator, position: start)
    var counts: [Int] = []
    var count = 0
    scanner.skipBlankLines()
    while counts.count < sampleRecords, !scanner.isAtEnd {
      guard let cell = try? scanner.nextCell() else { break }
      count += 1
      guard cell.end == .record else { continue }
      if scanner.isAtEnd, sample.count >= sampleSize, !counts.isEmpty { break }
      counts.append(count)
      count = 0
      scanner.skipBlankLines()
    }
    return counts
  }
}
