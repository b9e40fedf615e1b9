/// The cores of functions that a piece of native code without loops has asked for.
///
/// Those that wait for nothing of one another are written as one vector computation: its lanes take
/// the operations of a single number, so that the bits are the same.
struct NativeCores {
  struct Core {
    let kind: ObjectIdentifier
    let argument: NativeValue
    /// The names of its values.
    let names: [String]
    let body: (NativeValue) -> [NativeValue]
  }

  /// Blocks that are seldom run, and what they give.
  struct Rare {
    let lines: Range<Int>
    /// The blocks before and behind them.
    let before: String
    let after: String
  }

  /// The cores by the lines that they stand for.
  private(set) var cores: [Int: Core] = [:]
  var rare: [Rare] = []
  private var known: [Key: [String]] = [:]

  private struct Key: Hashable {
    let kind: ObjectIdentifier
    let argument: String
  }

  /// The names of the values of a core, and whether it is asked for the first time.
  mutating func names(
    _ kind: ObjectIdentifier, of argument: String, _ make: () -> [String]
  ) -> (names: [String], isNew: Bool) {
    let key = Key(kind: kind, argument: argument)
    if let names = known[key] { return (names, false) }
    let names = make()
    known[key] = names
    return (names, true)
  }

  mutating func add(_ core: Core, atLine line: Int) { cores[line] = core }

  // MARK: Order

  /// What stays together, in the order in which it is written.
  enum Part {
    case lines(ArraySlice<String>)
    case rare(Rare, ArraySlice<String>)
    /// Cores that are computed side by side.
    case cores([Core])
  }

  /// Lines in an order in which cores of one kind come together, where there are such: by how many
  /// cores each line has to wait for, one after the other.
  func parts(of lines: [String]) -> [Part] {
    var units: [(level: Int, part: Part)] = []
    var levels: [Substring: Int] = [:]
    func level(of names: [Substring]) -> Int { names.reduce(0) { max($0, levels[$1] ?? 0) } }
    var ahead = rare[...]
    var line = 0
    while line < lines.count {
      if let core = cores[line] {
        let level = level(of: Self.names(in: core.argument.name ?? ""))
        units.append((level, .cores([core])))
        for name in core.names { levels[name[...]] = level + 1 }
        line += 1
        continue
      }
      let isRare = ahead.first?.lines.lowerBound == line
      let end = isRare ? ahead.first?.lines.upperBound ?? line + 1 : line + 1
      let level = level(of: lines[line..<end].flatMap(Self.names))
      for line in lines[line..<end] where line.contains(" = ") {
        if let name = Self.names(in: line).first { levels[name] = level }
      }
      if isRare, let rare = ahead.popFirst() {
        units.append((level, .rare(rare, lines[line..<end])))
      } else {
        units.append((level, .lines(lines[line..<end])))
      }
      line = end
    }
    return Self.gathered(units)
  }

  private static func gathered(_ units: [(level: Int, part: Part)]) -> [Part] {
    let count = 1 + (units.map(\.level).max() ?? 0)
    var lines: [[Part]] = Array(repeating: [], count: count)
    var groups: [[[Core]]] = Array(repeating: [], count: count)
    for (level, part) in units {
      guard case .cores(let cores) = part else {
        lines[level].append(part)
        continue
      }
      if let place = groups[level].firstIndex(where: { $0[0].kind == cores[0].kind }) {
        groups[level][place] += cores
      } else {
        groups[level].append(cores)
      }
    }
    // Where nothing comes together the order stays.
    guard groups.contains(where: { $0.contains { $0.count > 1 } }) else { return units.map(\.part) }
    return zip(lines, groups).flatMap { lines, groups in lines + groups.map(Part.cores) }
  }

  /// The names in a line: of values, and of blocks, which are no values'.
  private static func names(in line: String) -> [Substring] {
    line.split { " ,()[]".contains($0) }.filter { $0.hasPrefix("%") }
  }
}
