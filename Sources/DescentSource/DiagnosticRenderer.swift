/// Writes diagnostics as a person reads them: the line with the place underlined.
///
/// It alone knows columns, tabs, wide characters and colour.
///
/// ```
/// error[name.unknown]: nothing is called 'sinn'
///  --> lesson.descent:3:6
///   |
/// 3 | cost sinn(w)
///   |      ^^^^ not known
///   = help: did you mean 'sin'?
/// ```
public struct DiagnosticRenderer: Sendable {
  /// Whether escape sequences colour the text.
  public enum Color: Sendable { case never, always }

  public init() {}

  /// The diagnostic as lines, each ended by a line break.
  public func render(_ diagnostic: Diagnostic, color: Color = .never) -> String {
    let paint = Paint(color: color)
    var lines = [
      paint(.error, "error[\(diagnostic.code)]")
        + paint(.strong, ": \(printable(diagnostic.message))")
    ]
    let groups = groups(of: diagnostic)
    let gutter = groups.flatMap { $0.marks.map { String($0.line).count } }.max() ?? 0
    let space = String(repeating: " ", count: gutter)
    for (index, group) in groups.enumerated() {
      append(group, isFirst: index == 0, gutter: gutter, paint, to: &lines)
    }
    for help in diagnostic.help {
      lines.append("\(space) \(paint(.gutter, "=")) help: \(printable(help))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // MARK: Layout

  /// A label, and the line it stands in.
  private struct Mark {
    var label: Diagnostic.Label
    var isPrimary: Bool
    var line: Int
    var lineRange: SourceRange
  }

  /// The labels in one text, in the order of their lines.
  private struct Group {
    var source: SourceText
    var marks: [Mark]
  }

  private func groups(of diagnostic: Diagnostic) -> [Group] {
    var labels = diagnostic.secondary.map { ($0, false) }
    if let primary = diagnostic.primary { labels.insert((primary, true), at: 0) }
    var groups: [Group] = []
    for (label, isPrimary) in labels {
      let mark = Mark(
        label: label, isPrimary: isPrimary,
        line: label.source.lineNumber(at: label.range.lower),
        lineRange: label.source.lineRange(at: label.range.lower))
      let known = groups.firstIndex {
        $0.source.name == label.source.name && $0.source.bytes == label.source.bytes
      }
      if let known {
        groups[known].marks.append(mark)
      } else {
        groups.append(Group(source: label.source, marks: [mark]))
      }
    }
    return groups
  }

  private func append(
    _ group: Group, isFirst: Bool, gutter: Int, _ paint: Paint, to lines: inout [String]
  ) {
    let space = String(repeating: " ", count: gutter)
    let bar = paint(.gutter, "|")
    guard let first = group.marks.first else { return }
    let place = "\(group.source.name):\(first.line):\(column(of: first))"
    lines.append("\(space)\(paint(.gutter, isFirst ? "-->" : ":::")) \(printable(place))")
    lines.append("\(space) \(bar)")
    // Labels of one line share it; the primary one is underlined first.
    var previousLine: Int?
    for line in Set(group.marks.map(\.line)).sorted() {
      if let previousLine, line > previousLine + 1 { lines.append(paint(.gutter, "...")) }
      previousLine = line
      let number = String(line)
      let head = paint(
        .gutter, String(repeating: " ", count: gutter - number.count) + number + " |")
      var shown: String?
      for mark in group.marks where mark.line == line {
        let excerpt = Excerpt(mark.label, line: mark.lineRange)
        if shown != excerpt.text {
          lines.append("\(head) \(excerpt.text)")
          shown = excerpt.text
        }
        let sign = mark.isPrimary ? "^" : "-"
        let text = mark.label.text.isEmpty ? "" : " " + printable(mark.label.text)
        let underline = String(repeating: sign, count: excerpt.width) + text
        lines.append(
          "\(space) \(bar) " + String(repeating: " ", count: excerpt.indent)
            + paint(mark.isPrimary ? .error : .gutter, underline))
      }
    }
  }

  /// The column in characters, counted from 1.
  private func column(of mark: Mark) -> Int {
    let bytes = mark.label.source.bytes
    let upper = min(max(mark.label.range.lower, mark.lineRange.lower), bytes.count)
    let before = bytes[mark.lineRange.lower..<upper]
    // In ASCII each byte is a character: a line may be megabytes long.
    if before.allSatisfy({ $0 < 0x80 }) { return before.count + 1 }
    return String(decoding: before, as: UTF8.self).count + 1
  }

  /// A text without what would disturb a terminal.
  private func printable(_ text: String) -> String {
    // What was typed may be megabytes long: its beginning tells which it is.
    let isLong = text.utf8.count > Self.longestText
    let shown = isLong ? text.prefix(Self.longestText) : text[...]
    return String(shown.map { Excerpt.visible($0) }) + (isLong ? "…" : "")
  }

  private static let longestText = 2000

  // MARK: Colour

  private enum Style: String {
    case error = "1;31"
    case strong = "1"
    case gutter = "1;34"
  }

  private struct Paint {
    var color: Color

    func callAsFunction(_ style: Style, _ text: String) -> String {
      color == .always ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
  }
}

/// The part of a line that is shown, and where its underline stands, in cells.
private struct Excerpt {
  private(set) var text = ""
  private(set) var indent = 0
  private(set) var width = 0

  /// A line of more bytes is cut to a window round the place.
  private static let longest = 160
  private static let before = 50
  private static let after = 60
  private static let tabStop = 8

  init(_ label: Diagnostic.Label, line: SourceRange) {
    let bytes = label.source.bytes
    let place = SourceRange(
      min(max(label.range.lower, line.lower), line.upper),
      // What goes on in other lines is underlined to the end of its first.
      min(max(label.range.upper, line.lower), line.upper))
    var window = line
    if line.upper - line.lower > Self.longest {
      window.lower = max(line.lower, place.lower - Self.before)
      window.upper = min(
        line.upper, max(place.lower, min(place.upper, place.lower + 40)) + Self.after)
      window.lower = Self.boundary(bytes, window.lower, line)
      window.upper = Self.boundary(bytes, window.upper, line)
    }
    if window.lower > line.lower { text = "…" }
    var cells = displayWidth(of: text)
    var offset = window.lower
    var start: Int?
    var end: Int?
    for character in String(decoding: bytes[window.lower..<window.upper], as: UTF8.self) {
      let next = offset + character.utf8.count
      // A place inside a character underlines all of it.
      if start == nil, next > place.lower { start = cells }
      if end == nil, offset >= place.upper { end = cells }
      if character == "\t" {
        let stop = (cells / Self.tabStop + 1) * Self.tabStop
        text += String(repeating: " ", count: stop - cells)
        cells = stop
      } else {
        let shown = Self.visible(character)
        text.append(shown)
        cells += displayWidth(of: shown)
      }
      offset = next
    }
    if window.upper < line.upper { text += "…" }
    indent = start ?? cells
    // An empty place, such as the end of a line, is pointed at all the same.
    width = max(1, (end ?? cells) - indent)
  }

  /// The nearest place before the offset where a character begins.
  private static func boundary(_ bytes: [UInt8], _ offset: Int, _ line: SourceRange) -> Int {
    var offset = offset
    while offset > line.lower, offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset -= 1 }
    return offset
  }

  /// The character itself, or a picture of a control character.
  static func visible(_ character: Character) -> Character {
    guard let scalar = character.unicodeScalars.first else { return character }
    switch scalar.value {
    case ..<0x20: return Unicode.Scalar(0x2400 + scalar.value).map(Character.init) ?? "\u{FFFD}"
    case 0x7F: return "\u{2421}"
    case 0x80..<0xA0, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: return "\u{FFFD}"
    default: return character
    }
  }
}
