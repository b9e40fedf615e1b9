/// Where in the language the cursor stands, from the text before it.
///
/// This knows no more than quotes, comments, brackets and what separates commands: the text is
/// unfinished, so that the parser would have to refuse it.
struct CompletionContext: Equatable {
  enum Place: Equatable {
    case command
    /// After these words of a command: letters and spaces only, so far.
    case argument(after: [String])
    case expression
    case file
    case comment
  }

  private(set) var place = Place.command
  /// Where the word at the cursor begins, as an offset into the text.
  private(set) var wordStart = 0

  init(_ text: [UInt8]) {
    /// What is open, outermost first; `"` is a string, `i` an expression filled into one.
    var open: [UInt8] = []
    var commandStart = 0
    var contentStart = 0
    var isComment = false
    var index = 0
    while index < text.count {
      let byte = text[index]
      index += 1
      if isComment {
        guard byte == UInt8(ascii: "\n") else { continue }
        isComment = false
      }
      let innermost = open.last
      if innermost == UInt8(ascii: "\"") {
        switch byte {
        case UInt8(ascii: "\\"): index = min(index + 1, text.count)
        case UInt8(ascii: "\""), UInt8(ascii: "\n"): open.removeLast()
        case UInt8(ascii: "{"): open.append(UInt8(ascii: "i"))
        default: break
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "#"): isComment = true
      case UInt8(ascii: "\""):
        open.append(byte)
        contentStart = index
      case UInt8(ascii: "("), UInt8(ascii: "["): open.append(byte)
      case UInt8(ascii: ")"), UInt8(ascii: "]"):
        if innermost == UInt8(ascii: "(") || innermost == UInt8(ascii: "[") { open.removeLast() }
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ";"), UInt8(ascii: "\n"):
        if byte == UInt8(ascii: "}"), innermost == UInt8(ascii: "i") {
          open.removeLast()
        } else if innermost == nil {
          commandStart = index
        }
      default: break
      }
    }

    wordStart = text.count - nameSuffixLength(of: text)
    if isComment {
      place = .comment
    } else if open.last == UInt8(ascii: "\"") {
      place = .file
      wordStart = contentStart
    } else if !open.isEmpty {
      place = .expression
    } else {
      place = Self.place(after: text[commandStart..<max(commandStart, wordStart)])
    }
  }

  private static func place(after text: ArraySlice<UInt8>) -> Place {
    let words = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      .map { String(decoding: $0, as: UTF8.self) }
    if words.isEmpty { return .command }
    return words.allSatisfy { isName($0[...]) } ? .argument(after: words) : .expression
  }
}

/// How many bytes at the end of the text belong to one name.
private func nameSuffixLength(of text: [UInt8]) -> Int {
  // A name cannot reach across a line end, and lines are short: decode the last one only.
  let line = text.suffix(from: text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
  let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
  var length = 0
  var lengthFromStart = 0
  for scalar in scalars.reversed() {
    guard isNamePart(scalar) else { break }
    length += UTF8.width(scalar)
    // `3w` is a number that touches a name: only from a scalar that can begin one.
    if isNameStart(scalar) { lengthFromStart = length }
  }
  return lengthFromStart
}
