internal import DescentSession
internal import DescentSource

/// Writes what commands say: as text for people, as JSON a line each, or tables as CSV.
struct OutputRenderer {
  let format: Arguments.Format
  let isQuiet: Bool

  /// The text of one output, or nothing where the format or `--quiet` leaves it out.
  func text(of output: Output) -> String? {
    if isQuiet {
      guard case .printed = output else { return nil }
    }
    return switch format {
    case .text: plainText(of: output)
    case .json: json(of: output) + "\n"
    case .csv: csv(of: output)
    }
  }

  private func plainText(of output: Output) -> String {
    switch output {
    case .printed(let text): text + "\n"
    case .equations(let equations): Self.aligned(equations)
    case .value(let text, _, _): "  " + Self.indented(text, by: 2) + "\n"
    case .table(let table, let style):
      table.text(style: style, displayWidth: { displayWidth(of: $0) })
    case .line(let text): "  " + text + "\n"
    case .text(let text): text
    }
  }

  /// Equations with their `=` below each other.
  private static func aligned(_ equations: [Equation]) -> String {
    let widths = equations.map { displayWidth(of: $0.left) }
    let widest = widths.max() ?? 0
    var text = ""
    for (equation, width) in zip(equations, widths) {
      let space = String(repeating: " ", count: widest - width)
      let right = indented(equation.right, by: widest + 5)
      text += "  \(equation.left)\(space) = \(right)\n"
    }
    return text
  }

  /// A text with its lines below the beginning of the first.
  private static func indented(_ text: String, by width: Int) -> String {
    text.replacing("\n", with: "\n" + String(repeating: " ", count: width))
  }

  private func json(of output: Output) -> String {
    func object(_ kind: String, _ members: [(String, String)]) -> String {
      let all = [("kind", JSONText.string(kind))] + members
      return "{" + all.map { "\(JSONText.string($0.0)): \($0.1)" }.joined(separator: ", ") + "}"
    }
    switch output {
    case .printed(let text): return object("print", [("text", JSONText.string(text))])
    case .line(let text): return object("line", [("text", JSONText.string(text))])
    case .text(let text): return object("text", [("text", JSONText.string(text))])
    case .equations(let equations):
      let members = equations.map { (JSONText.string($0.left), JSONText.string($0.right)) }
      return object(
        "equations",
        [("equations", "{" + members.map { "\($0.0): \($0.1)" }.joined(separator: ", ") + "}")])
    case .value(_, let expression, let numbers):
      return object(
        "value", [("expression", JSONText.string(expression)), ("value", Self.json(of: numbers))])
    case .table(let table, _): return object("table", [("rows", table.json)])
    }
  }

  /// A number, or a list for each axis.
  private static func json(of numbers: Numbers) -> String {
    var parts = numbers.values.map { JSONText.number($0) }
    for length in numbers.lengths.reversed() {
      parts = stride(from: 0, to: parts.count, by: length).map {
        "[" + parts[$0..<($0 + length)].joined(separator: ", ") + "]"
      }
    }
    return parts[0]
  }

  /// CSV has room for tables; what scripts print stands between them as it is.
  private func csv(of output: Output) -> String? {
    switch output {
    case .table(let table, _): table.csv(lineEnd: "\n")
    case .printed(let text): text + "\n"
    case .value(_, _, let numbers):
      Self.csv(of: numbers)
    default: nil
    }
  }

  /// A line for each row.
  private static func csv(of numbers: Numbers) -> String {
    let texts = numbers.values.map { NumberStyle.exact.text(of: $0) }
    let width = numbers.lengths.last ?? 1
    return stride(from: 0, to: texts.count, by: width).map {
      texts[$0..<($0 + width)].joined(separator: ",") + "\n"
    }.joined()
  }
}
