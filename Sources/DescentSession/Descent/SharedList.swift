/// A list whose copies share one storage as long as they only grow.
///
/// Each copy sees its own first elements. The copy that is as long as the storage appends in place,
/// though others share it: none of them looks beyond its own length. So a session that is kept to
/// go back to costs no copy of what its descent kept.
struct SharedList<Element>: RandomAccessCollection {
  private final class Storage {
    var elements: [Element] = []
  }

  private var storage = Storage()
  private(set) var count = 0

  init() {}

  init(_ elements: some Sequence<Element>) {
    storage.elements = Array(elements)
    count = storage.elements.count
  }

  var startIndex: Int { 0 }
  var endIndex: Int { count }

  subscript(position: Int) -> Element {
    precondition(position < count, "an element of this copy")
    return storage.elements[position]
  }

  /// **Complexity** constant, amortized; linear where another copy has gone on from here.
  mutating func append(_ element: Element) {
    if storage.elements.count != count {
      let own = Storage()
      own.elements = Array(storage.elements[..<count])
      storage = own
    }
    storage.elements.append(element)
    count += 1
  }

  mutating func removeLast() { count -= 1 }

  /// Keeps the first elements, up to the first that does not fit.
  mutating func keep(while fits: (Element) -> Bool) { count = firstIndex { !fits($0) } }

  /// The first element that does not fit, of those that are ordered by whether they do.
  private func firstIndex(_ isPast: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isPast(storage.elements[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The last element that fits, where those that fit come first.
  func last(fitting fits: (Element) -> Bool) -> Element? {
    let end = firstIndex { !fits($0) }
    return end > 0 ? storage.elements[end - 1] : nil
  }
}
