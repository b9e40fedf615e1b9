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
    if columns.isEmpty { return "" }
    let blank = UInt8(ascii: " ")
    var bytes: [UInt8] = []
    bytes.reserveCapacity((rowCount + 1) * (4 + columns.reduce(0) { $0 + $1.width + 2 }))
    for row in 0...rowCount {
      // Blanks are written when something follows: no line ends with any.
      var blanks = Self.indent.utf8.count
      for (position, column) in columns.enumerated() {
        if position > 0 { blanks += Self.gap.utf8.count }
        let cell = column.cells[row]
        for _ in 0..<(blanks + cell.before) { bytes.append(blank) }
        bytes.append(contentsOf: cell.text.utf8)
        blanks = column.width - cell.before - cell.width
      }
      while bytes.last == blank { bytes.removeLast() }
      bytes.append(UInt8(ascii: "\n"))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// How wide the text is, its indent included.
  package func width(style: NumberStyle, displayWidth: (String) -> Int = { $0.count }) -> Int {
    let widths = columns.map { $0.layout(style: style, displayWidth: displayWidth).width }
    return Self.indent.count + widths.reduce(0, +) + Self.gap.count * max(widths.count - 1, 0)
  }
}

extension Table.Column {
  /// Where texts stand in the column.
  fileprivate struct Layout {
    struct Cell {
      /// The blanks before the text.
      var before: Int
      var text: String
      /// How many columns of the terminal it takes.
      var width: Int
    }

    var width: Int
    /// The title and the cells below it.
    var cells: [Cell]
  }

  fileprivate func layout(style: NumberStyle, displayWidth: (String) -> Int) -> Layout {
    switch values {
    case .steps(let steps):
      let cells = steps.map(String.init)
      return aligned(cells, cells.map(\.utf8.count), displayWidth)
    case .numbers(let numbers):
      let cells = style.texts(of: numbers)
      return aligned(cells, cells.map(Self.placeOfPoint), displayWidth)
    case .text(let texts):
      let cells = ([title] + texts).map {
        Layout.Cell(before: 0, text: $0, width: displayWidth($0))
      }
      return Layout(width: cells.lazy.map(\.width).max() ?? 0, cells: cells)
    }
  }

  /// The number of characters before the point, or before where it would stand.
  private static func placeOfPoint(_ cell: String) -> Int {
    var digits = 0
    for byte in cell.utf8 {
      guard byte == UInt8(ascii: "-") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else {
        break
      }
      digits += 1
    }
    // `inf` and `nan` have none: they end where whole numbers end.
    return digits == 0 || cell.utf8.last == UInt8(ascii: "f") ? cell.utf8.count : digits
  }

  /// Cells with these places below each other, and the title above their end.
  private func aligned(
    _ cells: [String], _ places: [Int], _ displayWidth: (String) -> Int
  ) -> Layout {
    let left = places.max() ?? 0
    var right = 0
    for (cell, place) in zip(cells, places) { right = max(right, cell.utf8.count - place) }
    let titleWidth = displayWidth(title)
    let width = max(titleWidth, left + right)
    let margin = width - left - right
    var layout = Layout(
      width: width,
      cells: [Layout.Cell(before: width - titleWidth, text: title, width: titleWidth)])
    layout.cells.reserveCapacity(cells.count + 1)
    for (cell, place) in zip(cells, places) {
      layout.cells.append(
        Layout.Cell(before: margin + left - place, text: cell, width: cell.utf8.count))
    }
    return layout
  }
}
