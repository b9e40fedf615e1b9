extension Table {
  /// The titles and the rows, each number so that it reads back to the same bits.
  ///
  /// **Source**: Y. Shafranovich, RFC 4180, *Common Format and MIME Type for Comma-Separated
  /// Values*, section 2.
  ///
  /// - Parameter lineEnd: the standard's own unless given; Unix tools prefer `"\n"`.
  package func csv(lineEnd: String = "\r\n") -> String {
    var text = columns.map { Self.field($0.title) }.joined(separator: ",") + lineEnd
    for row in 0..<rowCount {
      let fields = columns.map { Self.field($0.csv(row: row)) }
      // A lone empty field would read as no record.
      text += (fields == [""] ? "\"\"" : fields.joined(separator: ",")) + lineEnd
    }
    return columns.isEmpty ? "" : text
  }

  private static func field(_ text: String) -> String {
    let needsQuotes = text.utf8.contains {
      $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
        || $0 == UInt8(ascii: "\r")
    }
    // Readers are known to strip the blanks around a bare field.
    let hasOuterBlanks = text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ")
    guard needsQuotes || hasOuterBlanks else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension Table.Column {
  fileprivate func csv(row: Int) -> String {
    switch values {
    case .steps(let steps): String(steps[row])
    case .numbers(let numbers): NumberStyle.exact.text(of: numbers[row])
    case .text(let texts): texts[row]
    }
  }
}
