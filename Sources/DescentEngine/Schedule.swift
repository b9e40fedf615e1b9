internal import DescentGraph

/// What is computed when: the order of a program before anything has a place in memory.
///
/// Values that are the same for all rows come in the order of the graph, each once, in the first
/// section that wants it. What is constant or fixed comes in two sections before all others.
/// Between them stand loops over rows: one for all that can be made of rows at that point.
struct Schedule {
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

  enum Work {
    case value(Int)
    case loop(Loop)
  }

  struct Unit {
    var work: Work
    var position: Int
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
  private(set) var kept: [Kept] = []

  private let graph: Graph
  private var rowsOf: [RowSet?]
  private var counts: [Int32]
  private var sectionOf: [Int32]
  private var owners: [Int32]
  private var lastUses: [Int32]
  private var symbolNumbers: [Symbol: Int] = [:]

  private static let constantSection: Int32 = 0
  private static let fixedSection: Int32 = 1

  init(_ graph: Graph, sections roots: [[NodeID]], fixed: [Symbol]) {
    self.graph = graph
    let nodes = graph.reachable(from: roots.joined())
    numbers = LocalNumbers(nodes)
    rowsOf = nodes.map { graph.shape($0).rows }
    counts = nodes.map { Int32(graph.shape($0).count) }
    sectionOf = Array(repeating: -1, count: nodes.count)
    owners = Array(0..<Int32(nodes.count))
    lastUses = Array(repeating: -1, count: nodes.count)
    let depths = classify(roots, fixed: Set(fixed))
    gather(roots, depths)
    findLastUses(roots)
  }

  // MARK: Reading

  var count: Int { numbers.nodes.count }
  func count(of number: Int) -> Int { Int(counts[number]) }
  func isPerRow(_ number: Int) -> Bool { rowsOf[number] != nil }
  func section(of number: Int) -> Int { Int(sectionOf[number]) }
  func number(of symbol: Symbol) -> Int? { symbolNumbers[symbol] }

  func operands(of number: Int) -> [Int] {
    graph.operands(numbers.nodes[number]).map { numbers[$0] }
  }

  func operands(of loop: Loop) -> [Int] { loop.operands }

  /// The value whose place a value takes: itself, or what it is a part of.
  func owner(of number: Int) -> Int { Int(owners[number]) }
  func lastUse(of number: Int) -> Int { Int(lastUses[number]) }

  func keptNumber(section: Int, position: Int) -> Int? {
    kept.firstIndex { $0.section == section && $0.position == position }
  }

  /// What is computed in each step, in order.
  var steppedOrder: [NodeID] {
    var order: [NodeID] = []
    for unit in sections.dropFirst(2).joined() {
      switch unit.work {
      case .value(let number): order.append(numbers.nodes[number])
      case .loop(let loop): order += (loop.values + loop.totals).map { numbers.nodes[$0] }
      }
    }
    return order
  }

  // MARK: When

  /// Finds the section of each value, and after how many loops over rows it can be computed.
  private mutating func classify(_ roots: [[NodeID]], fixed: Set<Symbol>) -> [Int32] {
    var depths: [Int32] = Array(repeating: 0, count: count)
    // 0: constant, 1: fixed, 2: changes.
    var change: [UInt8] = Array(repeating: 0, count: count)
    for (number, node) in numbers.nodes.enumerated() {
      if let symbol = graph.symbol(of: node) {
        symbolNumbers[symbol] = number
        let isFixed = fixed.contains(symbol) || (rowsOf[number].map { $0 != .batch } ?? false)
        change[number] = isFixed ? 1 : 2
        continue
      }
      let primitive = graph.primitive(node)
      var depth: Int32 = 0
      var most: UInt8 = 0
      for operand in graph.operands(node) {
        let operand = numbers[operand]
        most = max(most, change[operand])
        depth = max(depth, depths[operand])
      }
      if rowsOf[number] == nil, rowsOfOperands(node) != nil {
        depth += 1
      }
      change[number] = most
      depths[number] = depth
      if graph.operandCount(node) > 0,
        primitive.offset(inOperand: graph.integers(node)) != nil
      {
        owners[number] = owners[numbers[graph.operand(node, 0)]]
      }
    }
    // Each value belongs to the first section that wants it.
    var stack: [Int] = []
    for (section, wanted) in roots.enumerated() {
      stack += wanted.map { numbers[$0] }
      while let number = stack.popLast() {
        guard sectionOf[number] < 0 else { continue }
        sectionOf[number] =
          isPerRow(number) || change[number] == 2 ? Int32(section) + 2 : Int32(change[number])
        for operand in graph.operands(numbers.nodes[number]) {
          let operand = numbers[operand]
          if sectionOf[operand] < 0 { stack.append(operand) }
        }
      }
    }
    return depths
  }

  /// Puts everything in order: for each section, for each depth, values and then loops.
  private mutating func gather(_ roots: [[NodeID]], _ depths: [Int32]) {
    struct Level {
      var values: [Int] = []
      var loops: [Loop] = []

      mutating func loop(over rows: RowSet, _ change: (inout Loop) -> Void) {
        let place = loops.firstIndex { $0.rows == rows } ?? loops.count
        if place == loops.count { loops.append(Loop(rows: rows)) }
        change(&loops[place])
      }
    }
    let deepest = Int(depths.max() ?? 0)
    var levels = Array(
      repeating: Array(repeating: Level(), count: deepest + 1), count: roots.count + 2)
    for (number, node) in numbers.nodes.enumerated() {
      guard rowsOf[number] == nil, graph.symbol(of: node) == nil else { continue }
      let section = Int(sectionOf[number])
      let rows = rowsOfOperands(node)
      if let rows {
        levels[section][Int(depths[number]) - 1].loop(over: rows) { $0.totals.append(number) }
      } else {
        levels[section][Int(depths[number])].values.append(number)
      }
    }
    for (section, wanted) in roots.enumerated() {
      for (position, node) in wanted.enumerated() {
        let number = numbers[node]
        guard let rows = rowsOf[number] else { continue }
        let output = kept.count
        kept.append(Kept(number: number, rows: rows, section: section, position: position))
        levels[section + 2][Int(depths[number])].loop(over: rows) {
          $0.kept.append((number, output))
        }
      }
    }
    var position = 0
    for section in levels {
      var units: [Unit] = []
      for level in section {
        for value in level.values {
          units.append(Unit(work: .value(value), position: position))
          position += 1
        }
        for loop in level.loops {
          units.append(Unit(work: .loop(completed(loop)), position: position))
          position += 1
        }
      }
      sections.append(units)
    }
  }

  private func rowsOfOperands(_ node: NodeID) -> RowSet? {
    for operand in graph.operands(node) {
      if let rows = rowsOf[numbers[operand]] { return rows }
    }
    return nil
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

  private mutating func findLastUses(_ roots: [[NodeID]]) {
    for (section, units) in sections.enumerated() {
      for unit in units {
        let read: [Int]
        switch unit.work {
        case .value(let number): read = operands(of: number)
        case .loop(let loop): read = loop.operands
        }
        for operand in read {
          let owner = Int(owners[operand])
          // What is computed once stays for the steps that read it.
          let isKept = sectionOf[owner] < 2 && sectionOf[owner] < Int32(section)
          lastUses[owner] =
            isKept || lastUses[owner] == .max ? .max : Int32(unit.position)
        }
      }
    }
    // What is wanted at the end is never overwritten.
    for node in roots.joined() { lastUses[Int(owners[numbers[node]])] = .max }
    for number in symbolNumbers.values { lastUses[number] = .max }
  }
}
