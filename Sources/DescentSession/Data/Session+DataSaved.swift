internal import DescentEngine
internal import DescentGraph

extension Session {
  /// The data, as text: equal for equal rows.
  var dataFingerprint: [String] {
    guard let data else { return ["no data"] }
    let parts = data.parts.map { "\($0.training.hashedBits) \($0.validation.hashedBits)" }
    return ["\(data.rowCount) rows, parts \(parts ?? "none")"]
      + data.columns.map { column in
        let scaling = column.scaling.map { ($0.mean + $0.deviation).map(\.bitPattern).hashedBits }
        return "column \(column.name)[\(column.original.width)] \(column.contents)"
          + " classes \(column.classes ?? []) scaled \(scaling.map { "\($0)" } ?? "no")"
      }
  }

  /// What is not the same in the data of a session that was made from the saved text.
  func firstDataDifference(from other: Session) -> String? {
    if dataFingerprint != other.dataFingerprint {
      let names = (data?.source.parts ?? []).compactMap {
        if case .file(let path) = $0 { "'\(path)'" } else { nil }
      }
      return names.isEmpty
        ? "the data would differ"
        : "the rows would differ; is \(names.joined(separator: " or ")) not what it was?"
    }
    if batchSize != other.batchSize { return "batches would differ" }
    if settings.isShuffled != other.settings.isShuffled { return "shuffling would differ" }
    if split != other.split { return "the split would differ" }
    if Set(scaledNames) != Set(other.scaledNames) { return "scaled columns would differ" }
    return nil
  }

  /// The commands that make the data again.
  ///
  /// - Parameter folder: where the script will be, which finds its files from there.
  func savedData(in folder: SavedPlace) -> [String] {
    guard let data else { return [] }
    var lines: [String] = []
    var seed = settings.seed
    func use(_ other: UInt64) {
      if seed != other { lines.append("set seed \(other)") }
      seed = other
    }
    use(data.source.seed)
    if let draw = data.source.firstDraw { lines.append("restore draw \(draw)") }
    let parts = data.source.parts.map { part -> String in
      switch part {
      case .text(let text): text
      case .file(let path): Self.quoted(folder.path(to: path))
      case .numbers(let name): "\(name) = \(numbers(of: name, in: data))"
      }
    }
    lines.append("data \(parts.joined())")
    if let split {
      use(split.seed)
      lines.append("split \(NumberStyle.exact.text(of: split.part))")
    }
    if !scaledNames.isEmpty { lines.append("scale \(scaledNames.joined(separator: ", "))") }
    if let batchSize {
      // A batch may be larger than the rows that came after it.
      lines.append("batch \(min(batchSize, data.trainingCount))")
    }
    use(settings.seed)
    return lines
  }

  private func numbers(of name: String, in data: DataSet) -> String {
    guard let column = data.column(name)?.original else { return "[]" }
    let rows = (0..<column.rows).map { row in
      let texts = column.row(row).map { NumberStyle.exact.text(of: $0) }
      return column.width == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }
    return "[\(rows.joined(separator: ", "))]"
  }
}

/// Where a saved script will be, to find files from there.
struct SavedPlace {
  /// The script's path, as seen from where the program runs.
  var script: String
  /// Where the program runs.
  var folder: String?

  /// A path as the script names it.
  func path(to file: String) -> String {
    guard !file.hasPrefix("/") else { return file }
    if script.hasPrefix("/") { return folder.map { "\($0)/\(file)" } ?? file }
    var from = Self.parts(script).dropLast()
    var to = Self.parts(file)[...]
    while let first = from.first, first == to.first, to.count > 1 {
      from = from.dropFirst()
      to = to.dropFirst()
    }
    // The way back from a folder above is not to be known from its path.
    if from.contains("..") { return folder.map { "\($0)/\(file)" } ?? file }
    return (from.map { _ in ".." } + to).joined(separator: "/")
  }

  private static func parts(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init).filter { $0 != "." }
  }
}

extension Collection where Element: FixedWidthInteger {
  /// **Source** Fowler, Noll and Vo, the FNV-1a hash.
  fileprivate var hashedBits: UInt64 {
    reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64(truncatingIfNeeded: $1)) &* 0x100_0000_01B3
    }
  }
}

extension DataSet.Column {
  /// A number that tells its contents from others.
  fileprivate var contents: UInt64 {
    let count = original.rows * original.width
    return (0..<count).lazy.map { original.values[$0].bitPattern }.map { $0 }.hashedBits
  }
}
