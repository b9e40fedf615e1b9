internal import HashTreeCollections

/// What names stand for, and the order in which they were given their meanings.
///
/// Copies share what they have in common: one that is changed in a place costs no more than that
/// place, however many names there are.
struct OrderedNames<Meaning> {
  private var entries: TreeDictionary<String, (place: Int, meaning: Meaning)> = [:]
  private var nextPlace = 0

  /// A name that has a meaning keeps its place; a new one comes last.
  subscript(name: String) -> Meaning? {
    get { entries[name]?.meaning }
    set {
      guard let newValue else {
        entries.removeValue(forKey: name)
        return
      }
      let place = entries[name]?.place ?? nextPlace
      entries[name] = (place, newValue)
      if place == nextPlace { nextPlace += 1 }
    }
  }

  /// **Complexity** n log n for n names.
  var inOrder: [(name: String, meaning: Meaning)] {
    entries.sorted { $0.value.place < $1.value.place }.map { ($0.key, $0.value.meaning) }
  }

  /// Gives all names other places.
  mutating func reorder(_ names: [String]) {
    guard names.count == entries.count, Set(names) == Set(entries.keys) else { return }
    let old = self
    self = OrderedNames()
    for name in names { self[name] = old[name] }
  }
}
