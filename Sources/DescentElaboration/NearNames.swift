/// Finds names that are one edit apart, however many there are.
///
/// Two words that are one edit apart have a spelling in common when each drops at most one letter,
/// so looking one up takes as many steps as it has letters.
///
/// **Source** Garbe, the SymSpell algorithm, 2012.
struct NearNames {
  private static let fewestLetters = 4
  private var spellings: [String: [String]] = [:]
  /// The names without their digits: x1 and x2 are one word.
  private var words: Set<String> = []

  /// - Parameter names: those that are known so far.
  init(_ names: [String]) { for name in names { add(name) } }

  mutating func add(_ name: String) {
    let letters = Self.letters(of: name)
    guard letters.count >= Self.fewestLetters, words.insert(letters).inserted else { return }
    for spelling in Self.shortened(letters) { spellings[spelling, default: []].append(name) }
  }

  /// A name of four letters or more that is one edit away; digits do not count as letters.
  func nearest(to name: String) -> String? {
    let letters = Self.letters(of: name)
    guard letters.count >= Self.fewestLetters - 1 else { return nil }
    for spelling in Self.shortened(letters) {
      for other in spellings[spelling] ?? [] {
        let others = Self.letters(of: other)
        if others != letters, Self.isOneEdit(Array(letters), Array(others)) { return other }
      }
    }
    return nil
  }

  private static func letters(of name: String) -> String {
    // What Unicode knows of a character takes long to look up.
    guard name.utf8.allSatisfy({ $0 < 0x80 }) else { return name.filter { !$0.isNumber } }
    return String(decoding: name.utf8.filter { !(0x30...0x39 ~= $0) }, as: UTF8.self)
  }

  /// The word itself, and the word without each of its letters.
  private static func shortened(_ word: String) -> [String] {
    let letters = Array(word)
    return [word]
      + letters.indices.map { dropped in
        String(letters[..<dropped] + letters[(dropped + 1)...])
      }
  }

  /// Whether one letter added, dropped, changed or two neighbours swapped make one the other.
  private static func isOneEdit(_ a: [Character], _ b: [Character]) -> Bool {
    guard abs(a.count - b.count) <= 1, a != b else { return false }
    var start = 0
    while start < min(a.count, b.count), a[start] == b[start] { start += 1 }
    var end = 0
    while end < min(a.count, b.count) - start, a[a.count - 1 - end] == b[b.count - 1 - end] {
      end += 1
    }
    let (left, right) = (a.count - start - end, b.count - start - end)
    if left <= 1, right <= 1 { return true }
    return left == 2 && right == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]
  }
}
