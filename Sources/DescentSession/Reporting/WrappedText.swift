/// Prose in lines of a width: paragraphs with a line that is longer are broken anew, between words.
///
/// Lines that begin with a space are to be typed, and stay as they are.
struct WrappedText {
  let width: Int

  func callAsFunction(_ text: String) -> String {
    var result: [String] = []
    var paragraph: [Substring] = []
    func close() {
      result +=
        paragraph.contains { $0.count > width } ? broken(paragraph) : paragraph.map(String.init)
      paragraph = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.isEmpty || line.hasPrefix(" ") || line == "for example" || line.hasPrefix("'") {
        close()
        result.append(String(line))
      } else {
        paragraph.append(line)
      }
    }
    close()
    return result.joined(separator: "\n")
  }

  /// One entry of a list: what follows its first line is indented by four.
  func entry(_ text: String) -> String {
    guard text.count > width else { return text }
    let lines = broken([text[...]], indent: "    ")
    return "  " + lines.joined(separator: "\n")
  }

  private func broken(_ paragraph: [Substring], indent: String = "") -> [String] {
    var lines: [String] = []
    for word in paragraph.flatMap({ $0.split(separator: " ") }) {
      if let last = lines.last, last.count + 1 + word.count <= width - indent.count {
        lines[lines.count - 1] += " " + word
      } else {
        lines.append(lines.isEmpty ? String(word) : indent + word)
      }
    }
    return lines
  }
}
