/// What came of a sweep: a row for each combination.
///
/// Combinations are numbered as they are listed: the last dimension's value changes fastest.
struct SweepResult {
  struct Dimension {
    enum Values {
      case texts([String])
      /// The numbers of all values one after the other: of each one number, or a vector.
      case numbers([Double], width: Int)
    }

    var name: String
    var values: Values
    var count: Int
    /// A value as it is shown, by its place.
    var text: (Int) -> String
  }

  /// Which verdicts are wanted: all, or those of the rows that are shown.
  enum Verdicts { case all, shown }

  let dimensions: [Dimension]
  /// How many combinations there are.
  let count: Int
  var costs: [Double]
  /// The steps taken; negative where a combination was not run.
  var steps: [Int]
  /// By their places among the texts.
  var verdicts: [UInt8]
  private var texts = [unknown, notFinite, reached, noStep]
  /// Whether every combination was run.
  var isWhole = true
  /// The combinations that are shown: all, or those with the lowest costs.
  private(set) var shown: [Int] = []
  private var lowest: Int?
  private var runCount = 0

  /// More rows than this are not all shown: the best are.
  private static let mostShown = 60
  private static let bestShown = 20

  /// Where a sweep was stopped before anyone looked.
  private static let unknown = "not looked at"
  static let notFinite = "not finite"
  static let reached = "reached"
  static let noStep = "no step"

  /// The places of verdicts that go by how a descent ended.
  enum Ending: UInt8 { case unknown, notFinite, reached }

  init(dimensions: [Dimension]) {
    self.dimensions = dimensions
    count = dimensions.reduce(1) { $0 * $1.count }
    costs = Array(repeating: 0, count: count)
    steps = Array(repeating: -1, count: count)
    verdicts = Array(repeating: Ending.unknown.rawValue, count: count)
  }

  func isJudged(_ combination: Int) -> Bool {
    verdicts[combination] != Ending.unknown.rawValue
  }

  mutating func judge(_ combination: Int, _ verdict: String) {
    let place = texts.firstIndex(of: verdict) ?? texts.count
    if place == texts.count { texts.append(verdict) }
    verdicts[combination] = UInt8(truncatingIfNeeded: place)
  }

  /// Whether all rows are shown.
  var isShownWhole: Bool { count <= Self.mostShown }

  /// From one value of a dimension to the next among the combinations.
  func stride(of dimension: Int) -> Int {
    dimensions[(dimension + 1)...].reduce(1) { $0 * $1.count }
  }

  private func choice(of dimension: Int, in combination: Int) -> Int {
    combination / stride(of: dimension) % dimensions[dimension].count
  }

  // MARK: What is shown

  /// Finds the rows that are shown, when all were run.
  mutating func chooseShown() {
    let best = lowest(Self.bestShown)
    lowest = best.first
    runCount = isWhole ? count : steps.count { $0 >= 0 }
    shown = runCount <= Self.mostShown ? steps.indices.filter { steps[$0] >= 0 } : best
  }

  /// A cost that may be shown as one of the lowest, or infinity.
  private func comparedCost(_ combination: Int) -> Double {
    let cost = costs[combination]
    return cost > -.infinity && steps[combination] >= 0
      && verdicts[combination] != Ending.notFinite.rawValue ? cost : .infinity
  }

  /// The combinations of the lowest costs, the lowest first.
  private func lowest(_ wanted: Int) -> [Int] {
    // The lowest costs of some blocks: as many costs as are wanted are not above the highest of as
    // many of these.
    let block = max(8, count / 1024)
    var leasts: [Double] = []
    leasts.reserveCapacity(count / block + 1)
    for start in Swift.stride(from: 0, to: count, by: block) {
      var least = Double.infinity
      for combination in start..<min(start + block, count) {
        least = Swift.min(comparedCost(combination), least)
      }
      leasts.append(least)
    }
    let bound = leasts.count > wanted ? Self.element(wanted - 1, of: &leasts) : .infinity
    var candidates = combinations(upTo: bound, wanted)
    if candidates.count > wanted {
      var candidateCosts = candidates.map { costs[$0] }
      let bound = Self.element(wanted - 1, of: &candidateCosts)
      candidates.removeAll { costs[$0] > bound }
    }
    return Array(
      candidates.sorted {
        costs[$0] < costs[$1] || (costs[$0] == costs[$1] && $0 < $1)
      }.prefix(wanted))
  }

  /// Those with costs below a bound, and the first so many of those at it.
  private func combinations(upTo bound: Double, _ most: Int) -> [Int] {
    var found: [Int] = []
    var equals = 0
    for combination in costs.indices where costs[combination] <= bound {
      let cost = comparedCost(combination)
      guard cost <= bound, cost < .infinity else { continue }
      if cost == bound {
        if equals == most { continue }
        equals += 1
      }
      found.append(combination)
    }
    return found
  }

  /// The element that would stand at a place if the numbers were sorted; they are in another order
  /// afterwards.
  ///
  /// **Source** C. A. R. Hoare, "Algorithm 65: find", 1961, with a partition that takes no branches.
  private static func element(_ place: Int, of numbers: inout [Double]) -> Double {
    numbers.withUnsafeMutableBufferPointer { numbers in
      var (low, high) = (0, numbers.count)
      while high - low > 1 {
        // The median of three: sorted costs are usual.
        let (a, b, c) = (numbers[low], numbers[(low + high) / 2], numbers[high - 1])
        let pivot = max(min(a, b), min(max(a, b), c))
        var less = low
        for k in low..<high {
          let number = numbers[k]
          numbers[k] = numbers[less]
          numbers[less] = number
          less += number < pivot ? 1 : 0
        }
        if place < less {
          high = less
          continue
        }
        // Those that equal the pivot are behind the lesser ones, among others.
        var equal = less
        for k in less..<high {
          let number = numbers[k]
          numbers[k] = numbers[equal]
          numbers[equal] = number
          equal += number == pivot ? 1 : 0
        }
        if place < equal { return pivot }
        low = equal
      }
      return numbers[low]
    }
  }

  // MARK: Tables

  /// For reading: the rows that are shown, a column for each dimension.
  var table: Table {
    table(of: shown) { dimension, choices in
      guard case .numbers(let numbers, width: 1) = dimension.values else {
        return [Table.Column(dimension.name, .text(choices.map(dimension.text)))]
      }
      return [Table.Column(dimension.name, .numbers(choices.map { numbers[$0] }))]
    }
  }

  /// For a file: every row, a column for each number.
  var wholeTable: Table {
    let rows = isWhole ? Array(0..<count) : steps.indices.filter { steps[$0] >= 0 }
    return table(of: rows) { dimension, choices in
      guard case .numbers(let numbers, let width) = dimension.values else {
        return [Table.Column(dimension.name, .text(choices.map(dimension.text)))]
      }
      return (0..<width).map { place in
        let title = width == 1 ? dimension.name : "\(dimension.name)[\(place + 1)]"
        return Table.Column(title, .numbers(choices.map { numbers[$0 * width + place] }))
      }
    }
  }

  private func table(
    of rows: [Int], columns make: (Dimension, _ choices: [Int]) -> [Table.Column]
  ) -> Table {
    var columns = dimensions.enumerated().flatMap { place, dimension in
      let (stride, count) = (stride(of: place), dimension.count)
      return make(dimension, rows.map { $0 / stride % count })
    }
    columns.append(Table.Column("cost", .numbers(rows.map { costs[$0] })))
    columns.append(Table.Column("steps", .steps(rows.map { steps[$0] })))
    columns.append(Table.Column("verdict", .text(rows.map { texts[Int(verdicts[$0])] })))
    return Table(columns: columns)
  }

  /// What is said of the table where it has not all the rows.
  var selection: String? {
    runCount > Self.mostShown
      ? "the \(shown.count) lowest costs of \(runCount) combinations" : nil
  }

  func lines(style: NumberStyle) -> [String] {
    var lines: [String] = []
    if let lowest, runCount > 1 {
      let values = dimensions.enumerated().map { place, dimension in
        "\(dimension.name) = \(dimension.text(choice(of: place, in: lowest)))"
      }
      lines.append(
        "lowest cost: \(style.text(of: costs[lowest])) with \(values.joined(separator: ", "))")
    } else if lowest == nil, runCount > 0 {
      lines.append("every descent left the finite numbers")
    }
    if !isWhole { lines.append("stopped; these are the combinations so far") }
    return lines
  }
}
