extension Table {
  /// The rows on one line: `[{"step": 0, "w": 10}, …]`, each number so that it reads back to the
  /// same bits. JSON has no numbers for `inf`, `-inf` and `nan`: those are strings.
  package var json: String {
    let keys = columns.map { JSONText.string($0.title) + ": " }
    let rows = (0..<rowCount).map { row in
      let members = zip(keys, columns).map { $0 + $1.json(row: row) }
      return "{" + members.joined(separator: ", ") + "}"
    }
    return "[" + rows.joined(separator: ", ") + "]"
  }
}

extension Table.Column {
  fileprivate func json(row: Int) -> String {
    switch values {
    case .steps(let steps): String(steps[row])
    case .numbers(let numbers): JSONText.number(numbers[row])
    case .text(let texts): JSONText.string(texts[row])
    }
  }
}

/// The spelling of single JSON values.
package enum JSONText {
  /// Reads back to the same bits; a string where the number is not finite.
  package static func number(_ value: Double) -> String {
    let text = NumberStyle.exact.text(of: value)
    return value.isFinite ? text : "\"\(text)\""
  }

  package static func string(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\0"..<" ", "\u{7f}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
