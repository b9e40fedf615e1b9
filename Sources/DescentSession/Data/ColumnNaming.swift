internal import DescentElaboration

/// The names that columns of files have in expressions.
enum ColumnNaming {
  /// The name with other characters replaced by `_`, and a `_` behind what means something else.
  ///
  /// - Parameter place: the column's, counted from 1: the name of one that has none.
  static func name(for text: String, place: Int, taken: Set<String>) -> String {
    var name = ""
    for scalar in text.trimmed.unicodeScalars {
      name.unicodeScalars.append(isPart(scalar) ? scalar : "_")
    }
    if name.isEmpty { name = "c\(place)" }
    if let first = name.unicodeScalars.first, !isStart(first) { name = "_" + name }
    while taken.contains(name) || isReserved(name) { name += "_" }
    return name
  }

  /// Whether a name means something that no data can change.
  static func isReserved(_ name: String) -> Bool {
    Scope.reservation(of: name) != nil || Vocabulary.words[name] != nil
      || Vocabulary.wordsNotYet.contains(name)
  }

  private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic && !isRaised(scalar)
  }

  private static func isPart(_ scalar: Unicode.Scalar) -> Bool {
    isStart(scalar) || ("0"..."9").contains(scalar) || ("₀"..."₉").contains(scalar)
      || [.nonspacingMark, .spacingMark].contains(scalar.properties.generalCategory)
  }

  /// Raised letters are powers and transposes to a reader, and no part of names.
  private static func isRaised(_ scalar: Unicode.Scalar) -> Bool {
    ["ⁿ", "ⁱ", "ᵀ"].contains(scalar)
  }
}

extension String {
  fileprivate var trimmed: Substring {
    let rest = drop { $0.isWhitespace }
    let end = rest.lastIndex { !$0.isWhitespace }.map(rest.index(after:)) ?? rest.startIndex
    return rest[..<end]
  }
}
