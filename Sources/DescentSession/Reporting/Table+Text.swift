extension Table {
  private static let indent = "  "
  private static let gap = "  "

  /// The table for reading: numbers stand point below point, titles end where their column ends.
  ///
  /// A column's numbers have the style's significant digits each, so that none becomes 0 beside a
  /// large one, and a few more where neighbours would look the same though they differ.
  ///
  /// - Parameter displayWidth: how many columns of the terminal a text takes.
  package func text(
    style: NumberStyle, displayWidth: (String) -> Int = { $0.count }
  ) -> String {
    let columns = columns.map { $0.layout(style: style, displayWidth: displayWidth) }
    var text = ""
    for row in 0...rowCount {
      var line = Self.indent
      for (position, column) in columns.enumerated() {
        if position > 0 { line += Self.gap }
        line += column.lines[row]
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return columns.isEmpty ? "" : text
  }

  /// How wide the text is, its indent included.
  package func width(style: NumberStyle, displayWidth: (String) -> Int = { $0.count }) -> Int {
    let widths = columns.map { $0.layout(style: style, displayWidth: displayWidth).width }
    return Self.indent.count + widths.reduce(0, +) + Self.gap.count * max(widths.count - 1, 0)
  }
}

extension Table.Column {
  /// The title and the cells below it, all as wide as the column.
  fileprivate struct Layout {
    var width: Int
    var lines: [String]
  }

  fileprivate func layout(style: NumberStyle, displayWidth: (String) -> Int) -> Layout {
    switch values {
    case .steps(let steps):
      let cells = steps.map(String.init)
      let width = cells.lazy.map(\.utf8.count).max() ?? 0
      return below(cells.map { blanks(width - $0.utf8.count) + $0 }, width, displayWidth)
    case .numbers(let numbers):
      return aligned(style.texts(of: numbers), displayWidth)
    case .text(let texts):
      let width = max(texts.lazy.map(displayWidth).max() ?? 0, displayWidth(title))
      return Layout(
        width: width, lines: ([title] + texts).map { $0 + blanks(width - displayWidth($0)) })
    }
  }

  private func aligned(_ cells: [String], _ displayWidth: (String) -> Int) -> Layout {
    let pointPlaces = cells.map(Self.placeOfPoint)
    let left = pointPlaces.max() ?? 0
    let right = zip(cells, pointPlaces).lazy.map { $0.utf8.count - $1 }.max() ?? 0
    let lines = zip(cells, pointPlaces).map { cell, place in
      blanks(left - place) + cell + blanks(right - cell.utf8.count + place)
    }
    return below(lines, left + right, displayWidth)
  }

  /// The number of characters before the point, or before where it would stand.
  private static func placeOfPoint(_ cell: String) -> Int {
    let digits = cell.utf8.prefix {
      $0 == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
    }.count
    // `inf` and `nan` have none: they end where whole numbers end.
    return digits == 0 || cell.utf8.last == UInt8(ascii: "f") ? cell.utf8.count : digits
  }

  private func below(
    _ cells: [String], _ cellWidth: Int, _ displayWidth: (String) -> Int
  ) -> Layout {
    let titleWidth = displayWidth(title)
    let width = max(titleWidth, cellWidth)
    let margin = blanks(width - cellWidth)
    return Layout(
      width: width, lines: [blanks(width - titleWidth) + title] + cells.map { margin + $0 })
  }

  private func blanks(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }
}
