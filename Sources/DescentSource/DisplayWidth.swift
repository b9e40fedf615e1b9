/// How many cells of a terminal a character takes: 0, 1 or 2.
///
/// **Source** Unicode Standard Annex 11, "East Asian Width" (wide and fullwidth characters), and
/// Unicode Technical Standard 51 for emoji. Ambiguous characters take one cell.
package func displayWidth(of character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  if character.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
  var width = displayWidth(of: first)
  // The emoji variation selector makes a sign of one cell, such as ❤, an emoji of two.
  if width == 1, character.unicodeScalars.contains("\u{FE0F}") { width = 2 }
  return width
}

/// How many cells of a terminal a text takes, without tabs and line breaks.
package func displayWidth(of text: String) -> Int {
  // Most texts are ASCII, where a byte is a character, and a control takes no cell.
  var width = 0
  for byte in text.utf8 {
    if byte >= 0x80 { return text.reduce(0) { $0 + displayWidth(of: $1) } }
    if byte >= 0x20, byte != 0x7F { width += 1 }
  }
  return width
}

private func displayWidth(of scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control, .surrogate, .lineSeparator,
    .paragraphSeparator:
    return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation { return 2 }
  return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
  0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
  0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF,
  0x1F200...0x1F2FF, 0x20000...0x3FFFD,
]
