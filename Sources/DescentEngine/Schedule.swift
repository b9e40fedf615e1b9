internal import DescentGraph

/// What is computed when: the order of a program before anything has a place in memory.
///
/// Values that are the same for all rows come in the order of the graph, each once, in the first
/// section that wants it. What is constant or fixed comes in two sections before all others.
/// Between them stand loops over rows: one for all that can be made of rows at that point.
final class Schedule {
  /// A loop over some rows.
  struct Loop {
    var rows: RowSet
    /// What is computed for each row, in order.
    var values: [Int] = []
    var columns: [Int] = []
    /// What is made of all rows.
    var totals: [Int] = []
    /// What is kept for each row, and as which result.
    var kept: [(number: Int, output: Int)] = []
    /// What it reads that is the same for all rows.
    var operands: [Int] = []
  }

  /// One thing to do. Most of a long program are values, so this is small: the others are told by
  /// their places in ``groups`` and ``loops``.
  enum Work {
    case value(Int32)
    /// Long values of as many numbers, each made element by element, and sums of them: computed
    /// together, a block of elements at a time.
    case group(Int32)
    case loop(Int32)
  }

  struct Unit {
    var work: Work
    var position: Int32
  }

  /// A value for each row that is a result.
  struct Kept {
    var number: Int
    var rows: RowSet
    var section: Int
    var position: Int
  }

  let numbers: LocalNumbers
  private(set) var sections: [[Unit]] = []
  private(set) var groups: [[Int]] = []
  private(set) var loops: [Loop] = []
  private(set) var kept: [Kept] = []

  private let graph: Graph
  private let rowsOf: [RowSet?]
  /// Whether there is a value for each row.
  private var hasRows = false
  private let counts: [Int32]
  private var sectionOf: [Int32] = []
  /// Whose place each value takes; empty where all take their own.
  private var owners: [Int32] = []
  /// After which operation each value is read no more; `.max` for what stays.
  private(set) var lastUses: [Int32] = []
  /// The group that a value is computed in, or -1; empty where there are no groups.
  private var groupOf: [Int32] = []
  /// Whether a value of a group is read by others than that group.
  private var isReadOutside: [Bool] = []
  /// Where the operands of each value are among ``operandNumbers``.
  private let operandStarts: [Int32]
  private let operandNumbers: [Int32]
  /// The symbols among the values.
  private(set) var symbols: [(symbol: Symbol, number: Int)] = []
  private var symbolNumbers = SymbolMap<Int>()

  private static let constantSection: Int32 = 0
  private static let fixedSection: Int32 = 1

  /// - Parameter isFixed: whether a symbol changes only when the machine is prepared anew.
  init(_ graph: Graph, sections roots: [[NodeID]], isFixed: (Symbol) -> Bool) {
    self.graph = graph
    let nodes = graph.reachable(from: roots.joined())
    let numbers = LocalNumbers(nodes)
    self.numbers = numbers
    var rowsOf: [RowSet?] = Array(repeating: nil, count: nodes.count)
    var counts: [Int32] = Array(repeating: 1, count: nodes.count)
    var operandStarts: [Int32] = []
    operandStarts.reserveCapacity(nodes.count + 1)
    var operandNumbers: [Int32] = []
    operandNumbers.reserveCapacity(2 * nodes.count)
    for (number, node) in nodes.enumerated() {
      if !graph.isPlainNumber(node) {
        let shape = graph.shape(node)
        rowsOf[number] = shape.rows
        counts[number] = Int32(shape.count)
        if shape.isPerRow { hasRows = true }
      }
      operandStarts.append(Int32(operandNumbers.count))
      graph.forEachOperand(node) { operandNumbers.append(Int32(numbers[$0])) }
    }
    operandStarts.append(Int32(operandNumbers.count))
    (self.rowsOf, self.counts) = (rowsOf, counts)
    (self.operandStarts, self.operandNumbers) = (operandStarts, operandNumbers)
    let depths = classify(roots, isFixed)
    gather(roots, depths)
    findLastUses(roots)
  }

  // MARK: Reading

  /// The rows of a block: of at most 256, as many as leave a block of the widest column in a
  /// processor's cache. It depends on the data alone, as the order of sums does.
  private(set) lazy var blockRows: Int = {
    let widest = numbers.nodes.reduce(1) { widest, node in
      let shape = graph.shape(node)
      return shape.isPerRow && graph.symbol(of: node) != nil ? max(widest, shape.count) : widest
    }
    return max(Self.fewestRows, min(Self.mostRows, Self.blockNumbers / widest / 32 * 32))
  }()

  private static let blockNumbers = 1 << 16
  private static let fewestRows = 32
  private static let mostRows = 256

  var count: Int { numbers.nodes.count }
  func count(of number: Int) -> Int { Int(counts[number]) }
  func isPerRow(_ number: Int) -> Bool { rowsOf[number] != nil }
  func section(of number: Int) -> Int { Int(sectionOf[number]) }
  func number(of symbol: Symbol) -> Int? { symbolNumbers[symbol] }

  func operands(of number: Int) -> [Int] { operandRange(of: number).map { operand(at: $0) } }

  /// The operands of a value, by their places, for ``operand(at:)``.
  func operandRange(of number: Int) -> Range<Int> {
    Int(operandStarts[number])..<Int(operandStarts[number + 1])
  }

  func operand(at place: Int) -> Int { Int(operandNumbers[place]) }

  /// The value whose place a value takes: itself, or what it is a part of.
  func owner(of number: Int) -> Int { owners.isEmpty ? number : Int(owners[number]) }
  private func group(of number: Int) -> Int32 { groupOf.isEmpty ? -1 : groupOf[number] }
  /// Whether a value is needed only while its group is computed.
  func isPassing(_ number: Int) -> Bool { !isReadOutside[number] && lastUses[number] != .max }

  func keptNumber(section: Int, position: Int) -> Int? {
    kept.firstIndex { $0.section == section && $0.position == position }
  }

  /// What is computed in each step, in order.
  var steppedOrder: [NodeID] {
    var order: [NodeID] = []
    order.reserveCapacity(sections.dropFirst(2).reduce(0) { $0 + $1.count })
    for units in sections.dropFirst(2) {
      for unit in units {
        switch unit.work {
        case .value(let number): order.append(numbers.nodes[Int(number)])
        case .group(let group): order += groups[Int(group)].map { numbers.nodes[$0] }
        case .loop(let place):
          let loop = loops[Int(place)]
          order += (loop.values + loop.totals).map { numbers.nodes[$0] }
        }
      }
    }
    return order
  }

  // MARK: When

  /// Finds the section of each value, and after how many loops over rows it can be computed.
  private func classify(_ roots: [[NodeID]], _ isFixed: (Symbol) -> Bool) -> [Int32] {
    // What a loop changes is here and no member of this class, which would be asked each time
    // whether it is shared.
    var depths: [Int32] = Array(repeating: 0, count: count)
    var owners: [Int32] = []
    // 0: constant, 1: fixed, 2: changes.
    var change: [UInt8] = Array(repeating: 0, count: count)
    for (number, node) in numbers.nodes.enumerated() {
      let attribute = graph.attribute(node)
      if case .symbol(let symbol) = attribute {
        symbolNumbers[symbol] = number
        symbols.append((symbol, number))
        // The rows of a step are others in the next.
        let isSame = rowsOf[number].map { $0 != .batch } ?? isFixed(symbol)
        change[number] = isSame ? 1 : 2
        continue
      }
      var depth: Int32 = 0
      var most: UInt8 = 0
      for place in operandRange(of: number) {
        let operand = operand(at: place)
        most = max(most, change[operand])
        depth = max(depth, depths[operand])
      }
      if rowsOf[number] == nil, rowsOfOperands(number) != nil { depth += 1 }
      change[number] = most
      depths[number] = depth
      if case .integers = attribute, !operandRange(of: number).isEmpty,
        graph.primitive(node).offset(inOperand: graph.integers(attribute)) != nil
      {
        if owners.isEmpty { owners = Array(0..<Int32(count)) }
        owners[number] = owners[operand(at: Int(operandStarts[number]))]
      }
    }
    self.owners = owners
    // Each value belongs to the first section that wants it. Users come after their operands: one pass
    // down meets all who want a value before it.
    var sectionOf: [Int32] = Array(repeating: .max, count: count)
    for (section, wanted) in roots.enumerated() {
      for node in wanted {
        let number = numbers[node]
        sectionOf[number] = min(sectionOf[number], Int32(section))
      }
    }
    for number in sectionOf.indices.reversed() {
      let section = sectionOf[number]
      for place in operandRange(of: number) {
        let operand = operand(at: place)
        if sectionOf[operand] > section { sectionOf[operand] = section }
      }
      sectionOf[number] =
        isPerRow(number) || change[number] == 2 ? section + 2 : Int32(change[number])
    }
    self.sectionOf = sectionOf
    return depths
  }

  /// Puts everything in order: for each section, for each depth, values and then loops.
  private func gather(_ roots: [[NodeID]], _ depths: [Int32]) {
    struct Level {
      var values: [Int32] = []
      var loops: [Loop] = []

      mutating func loop(over rows: RowSet, _ change: (inout Loop) -> Void) {
        let place = loops.firstIndex { $0.rows == rows } ?? loops.count
        if place == loops.count { loops.append(Loop(rows: rows)) }
        change(&loops[place])
      }
    }
    let depthCount = Int(depths.max() ?? 0) + 1
    // Those of a section one after the other.
    var levels = Array(repeating: Level(), count: (roots.count + 2) * depthCount)
    for (number, node) in numbers.nodes.enumerated() {
      guard rowsOf[number] == nil, graph.symbol(of: node) == nil else { continue }
      let level = Int(sectionOf[number]) * depthCount + Int(depths[number])
      if let rows = rowsOfOperands(number) {
        levels[level - 1].loop(over: rows) { $0.totals.append(number) }
      } else {
        levels[level].values.append(Int32(number))
      }
    }
    for (section, wanted) in roots.enumerated() {
      for (position, node) in wanted.enumerated() {
        let number = numbers[node]
        guard let rows = rowsOf[number] else { continue }
        let output = kept.count
        kept.append(Kept(number: number, rows: rows, section: section, position: position))
        levels[(section + 2) * depthCount + Int(depths[number])].loop(over: rows) {
          $0.kept.append((number, output))
        }
      }
    }
    var position: Int32 = 0
    for first in stride(from: 0, to: levels.count, by: depthCount) {
      var units: [Unit] = []
      func add(_ work: Work) {
        units.append(Unit(work: work, position: position))
        position += 1
      }
      units.reserveCapacity(levels[first].values.count)
      for level in levels[first..<(first + depthCount)] {
        if level.values.contains(where: { counts[Int($0)] >= Self.fewestGrouped }) {
          for work in grouped(level.values.map { Int($0) }) { add(work) }
        } else {
          for value in level.values { add(.value(value)) }
        }
        for loop in level.loops {
          loops.append(completed(loop))
          add(.loop(Int32(loops.count - 1)))
        }
      }
      sections.append(units)
    }
  }

  private func rowsOfOperands(_ number: Int) -> RowSet? {
    guard hasRows else { return nil }
    for place in operandRange(of: number) {
      if let rows = rowsOf[operand(at: place)] { return rows }
    }
    return nil
  }

  // MARK: Long values

  /// Numbers from which on a value is computed in blocks.
  private static let fewestGrouped = 4096

  /// The elements of the loop that a value is computed in: of a long value each of whose elements is
  /// made of the same element of each operand, or of a number; or of the long values that are added
  /// up.
  func loopLength(of number: Int) -> Int? {
    let node = numbers.nodes[number]
    var length = count(of: number)
    if graph.kernel(node).fold != nil {
      length = count(of: operand(at: operandRange(of: number).lowerBound))
      return length >= Self.fewestGrouped ? length : nil
    }
    guard length >= Self.fewestGrouped, graph.isElementwise(node) else { return nil }
    let extents = graph.shape(node).extents
    let isOneByOne = operandRange(of: number).allSatisfy { place in
      let shape = graph.shape(numbers.nodes[operand(at: place)])
      return shape.isScalar || shape.extents == extents
    }
    return isOneByOne ? length : nil
  }

  /// The values in an order in which long ones of one length come together, as many as can.
  private func grouped(_ values: [Int]) -> [Work] {
    let place = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
    var users: [[Int]] = Array(repeating: [], count: values.count)
    var waiting = values.map { _ in 0 }
    for (position, value) in values.enumerated() {
      for operand in Set(operands(of: value)) {
        guard let before = place[operand] else { continue }
        users[before].append(position)
        waiting[position] += 1
      }
    }
    var plain: [Int] = []
    var long: [Int: [Int]] = [:]
    func makeReady(_ position: Int) {
      if let length = loopLength(of: values[position]) {
        long[length, default: []].append(position)
      } else {
        plain.append(position)
      }
    }
    for position in values.indices where waiting[position] == 0 { makeReady(position) }
    plain.reverse()
    func finish(_ position: Int) {
      for user in users[position] {
        waiting[user] -= 1
        if waiting[user] == 0 { makeReady(user) }
      }
    }
    var result: [Work] = []
    while true {
      if let position = plain.popLast() {
        result.append(.value(Int32(values[position])))
        finish(position)
        continue
      }
      guard let length = long.keys.min() else { break }
      var group: [Int] = []
      // A sum is there when the loop has ended.
      var sums: [Int] = []
      while let ready = long.removeValue(forKey: length) {
        for position in ready {
          group.append(values[position])
          if counts[values[position]] == 1 { sums.append(position) } else { finish(position) }
        }
      }
      if groupOf.isEmpty { groupOf = Array(repeating: -1, count: count) }
      for value in group { groupOf[value] = Int32(groups.count) }
      groups.append(group)
      result.append(.group(Int32(groups.count - 1)))
      sums.forEach(finish)
    }
    return result
  }

  /// The loop with all that it computes and reads.
  private func completed(_ loop: Loop) -> Loop {
    var loop = loop
    var seen: Set<Int> = []
    var stack =
      loop.totals.flatMap { operands(of: $0) } + loop.kept.map(\.number)
    while let number = stack.popLast() {
      guard seen.insert(number).inserted else { continue }
      if !isPerRow(number) {
        loop.operands.append(number)
      } else if graph.symbol(of: numbers.nodes[number]) != nil {
        loop.columns.append(number)
      } else {
        loop.values.append(number)
        stack += operands(of: number)
      }
    }
    loop.values.sort()
    loop.columns.sort()
    return loop
  }

  private func findLastUses(_ roots: [[NodeID]]) {
    var lastUses: [Int32] = Array(repeating: -1, count: count)
    var isReadOutside = Array(repeating: false, count: count)
    func note(_ operand: Int, by group: Int32, _ section: Int, _ position: Int32) {
      let owner = owner(of: operand)
      if self.group(of: owner) != group || owner != operand { isReadOutside[owner] = true }
      // What is computed once stays for the steps that read it.
      let isKept = sectionOf[owner] < 2 && sectionOf[owner] < Int32(section)
      lastUses[owner] = isKept || lastUses[owner] == .max ? .max : position
    }
    for (section, units) in sections.enumerated() {
      for unit in units {
        switch unit.work {
        case .value(let number):
          for place in operandRange(of: Int(number)) {
            note(operand(at: place), by: group(of: Int(number)), section, unit.position)
          }
        case .group(let group):
          for number in groups[Int(group)] {
            for place in operandRange(of: number) {
              note(operand(at: place), by: self.group(of: number), section, unit.position)
            }
          }
        case .loop(let loop):
          for number in loops[Int(loop)].operands { note(number, by: -1, section, unit.position) }
        }
      }
    }
    // What is wanted at the end is never overwritten.
    for node in roots.joined() { lastUses[owner(of: numbers[node])] = .max }
    for (_, number) in symbols { lastUses[number] = .max }
    (self.lastUses, self.isReadOutside) = (lastUses, isReadOutside)
  }
}
