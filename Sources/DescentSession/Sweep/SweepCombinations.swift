/// Some combinations of a sweep, by their numbers: those of one compiled descent, or a part of them.
struct SweepCombinations: Sendable {
  private enum Content {
    /// All that these dimensions make, the last one fastest, from a first one on.
    case made(first: Int, dimensions: [(count: Int, stride: Int)])
    case list([Int])
  }

  private let content: Content
  private let start: Int
  let count: Int

  init(first: Int, dimensions: [(count: Int, stride: Int)]) {
    content = .made(first: first, dimensions: dimensions)
    start = 0
    count = dimensions.reduce(1) { $0 * $1.count }
  }

  init(_ list: [Int]) {
    content = .list(list)
    start = 0
    count = list.count
  }

  private init(_ whole: SweepCombinations, from first: Int) {
    content = whole.content
    start = whole.start + first
    count = whole.count - first
  }

  func dropping(_ first: Int) -> SweepCombinations { SweepCombinations(self, from: first) }

  subscript(position: Int) -> Int {
    switch content {
    case .list(let list): return list[start + position]
    case .made(var number, let dimensions):
      var rest = start + position
      for dimension in dimensions.reversed() {
        let (next, choice) = rest.quotientAndRemainder(dividingBy: dimension.count)
        number += choice * dimension.stride
        rest = next
      }
      return number
    }
  }

  /// The position of a combination that is one of them, in all that there were at first.
  func position(of combination: Int) -> Int {
    switch content {
    case .list(let list): list.firstIndex(of: combination) ?? 0
    case .made(_, let dimensions):
      dimensions.reduce(0) { $0 * $1.count + combination / $1.stride % $1.count }
    }
  }

  /// Writes so many of them from a place on.
  func copy(from first: Int, _ count: Int, to target: UnsafeMutablePointer<Int>) {
    if case .made(let number, let dimensions) = content, dimensions.count == 1 {
      let stride = dimensions[0].stride
      for k in 0..<count { target[k] = number + (start + first + k) * stride }
    } else {
      for k in 0..<count { target[k] = self[first + k] }
    }
  }

  /// Whether a combination is one of those that dimensions make.
  func contains(_ combination: Int) -> Bool {
    switch content {
    case .list(let list): return list.contains(combination)
    case .made(let first, let dimensions):
      // What is left of its number when these dimensions are taken out of it.
      return dimensions.reduce(combination) { $0 - combination / $1.stride % $1.count * $1.stride }
        == first
    }
  }
}
