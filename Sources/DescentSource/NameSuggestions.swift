/// The known name that a person most likely meant by an unknown one.
///
/// Near are names that differ in case only; within one edit (an insertion, a deletion, another
/// character, two neighbours swapped), two from five characters on; one that is a part of the other
/// between underscores (`learning_rate` and `rate`); one that begins with the other, from three
/// characters on. The nearest wins; among equals the one that begins alike the longest (`sin` for
/// `sinn`, not `sign`), then the first in alphabetical order, so that the answer never depends on
/// the order of the candidates.
package func suggestion(for name: String, among candidates: some Sequence<String>) -> String? {
  var best: (rank: Int, different: Int, name: String)?
  let wanted = Array(name.lowercased())
  // Long names are data, not slips, and the distance takes the product of the lengths.
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  for candidate in candidates where candidate != name {
    let characters = Array(candidate.lowercased())
    guard let rank = rank(of: characters, for: wanted) else { continue }
    let different = -zip(characters, wanted).prefix { $0 == $1 }.count
    if let best, (best.rank, best.different, best.name) <= (rank, different, candidate) {
      continue
    }
    best = (rank, different, candidate)
  }
  return best?.name
}

/// How near a candidate is, nearest 0; `nil` for one that is not near.
private func rank(of candidate: [Character], for wanted: [Character]) -> Int? {
  if candidate == wanted { return 0 }
  let shorter = min(candidate.count, wanted.count)
  let allowed = wanted.count <= 4 ? 1 : 2
  if abs(candidate.count - wanted.count) <= allowed, candidate.count <= 64 {
    let distance = editDistance(candidate, wanted)
    // Something must be left in common: x is no slip for y.
    if distance <= allowed, distance < max(candidate.count, wanted.count), distance <= shorter {
      return distance
    }
  }
  if isPart(candidate, of: wanted) || isPart(wanted, of: candidate) { return 3 }
  if shorter >= 3, candidate.starts(with: wanted) || wanted.starts(with: candidate) {
    return 4 + abs(candidate.count - wanted.count)
  }
  return nil
}

private func isPart(_ part: [Character], of name: [Character]) -> Bool {
  name.contains("_") && name.split(separator: "_").contains { $0.elementsEqual(part) }
}

/// The Damerau–Levenshtein distance in which no place is edited twice.
///
/// **Source** L. Boytsov, "Indexing methods for approximate dictionary searching", 2011 (optimal
/// string alignment).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforePrevious = [Int](repeating: 0, count: second.count + 1)
  var previous = Array(0...second.count)
  for row in first.indices {
    var current = [row + 1] + [Int](repeating: 0, count: second.count)
    for column in second.indices {
      let substitution = previous[column] + (first[row] == second[column] ? 0 : 1)
      var distance = min(previous[column + 1] + 1, current[column] + 1, substitution)
      if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
        distance = min(distance, beforePrevious[column - 1] + 1)
      }
      current[column + 1] = distance
    }
    (beforePrevious, previous) = (previous, current)
  }
  return previous[second.count]
}
