internal import DescentGraph

extension Session {
  var style: NumberStyle { NumberStyle(significantDigits: settings.precision) }

  /// A number as it is shown.
  func text(_ value: Double) -> String { style.text(of: value) }

  /// A value as it is shown within a line: a number, or the elements of a vector or a matrix, folded
  /// in the middle.
  func text(_ values: [Double], shape: Shape, digits: Int? = nil) -> String {
    let style = digits.map { NumberStyle(significantDigits: $0) } ?? style
    if shape.isScalar, values.count == 1 { return style.text(of: values[0]) }
    let texts = values.map { style.text(of: $0) }
    guard case .matrix(let m, let n) = shape.extents else { return Self.line(texts, isWhole) }
    if isWhole || m * n <= Self.mostInLine {
      return "["
        + (0..<m).map { Self.line(texts[($0 * n)..<($0 * n + n)], true) }
        .joined(separator: ", ") + "]"
    }
    return "[\(Self.line(texts[0..<n], false)), … \(m - 1) more rows …]"
  }

  /// A value as it is shown by itself: the rows of a matrix on lines, its columns below each other.
  func block(_ values: [Double], shape: Shape) -> String {
    guard case .matrix(let m, let n) = shape.extents else { return text(values, shape: shape) }
    let rows = isWhole || m <= Self.mostInBlock ? m : Self.shownInBlock
    let columns = isWhole || n <= Self.mostInBlock ? n : Self.shownInBlock
    let texts = (0..<rows).map { i in (0..<columns).map { style.text(of: values[i * n + $0]) } }
    let widths = (0..<columns).map { j in texts.reduce(0) { max($0, $1[j].count) } }
    var lines = texts.map { row in
      let padded = zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
      return "[" + padded.joined(separator: ", ") + (columns < n ? ", …]" : "]")
    }
    if rows < m { lines.append("…") }
    let note = rows < m || columns < n ? "  (\(shape))" : ""
    return "[" + lines.joined(separator: ",\n ") + "]" + note
  }

  /// Whether nothing is folded: numbers are shown so that they can be read back.
  private var isWhole: Bool { settings.precision == 17 }

  private static let mostInLine = 20
  private static let mostInBlock = 8
  private static let shownInBlock = 6

  private static func line(_ texts: some Collection<String>, _ isWhole: Bool) -> String {
    if isWhole || texts.count <= mostInLine { return "[" + texts.joined(separator: ", ") + "]" }
    let head = texts.prefix(6).joined(separator: ", ")
    let tail = texts.suffix(3).joined(separator: ", ")
    return "[\(head), … \(texts.count - 9) more …, \(tail)]"
  }

  /// The name of one number of a parameter, by its place among them: `w`, `w[3]`, `W[1, 2]`.
  func elementName(_ name: String, _ place: Int, of shape: Shape) -> String {
    switch shape.extents {
    case .scalar: name
    case .vector: "\(name)[\(place + 1)]"
    case .matrix(_, let n): "\(name)[\(place / n + 1), \(place % n + 1)]"
    }
  }

  /// An expression as it is shown: folded when it is longer than a screen holds.
  func text(of node: NodeID) -> String { typesetter(for: [node]).text(node) }
}
