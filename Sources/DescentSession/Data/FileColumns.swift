internal import DescentData
internal import DescentEngine
internal import DescentSource

/// The columns of one file as they are asked for: renamed, put together, made classes.
struct FileColumns {
  struct Made {
    var name: String
    var values: DescentEngine.Column
    var classes: [String]?
    var missingCount: Int
  }

  /// One column of the file; its numbers are given away as soon as they are used.
  private struct Raw {
    var fileName: String
    var name: String
    var column: ColumnTable.Column
    var isUsed = false
  }

  private var raw: [Raw] = []
  private let hasNames: Bool
  private let rows: Int
  private let source: SourceText
  private let label: Diagnostic.Label
  /// What became of names that could not stay as they are in the file.
  private(set) var renamed: [(from: String, to: String)] = []

  /// - Parameter place: the file's name, as it was written.
  init(_ table: ColumnTable, at place: Diagnostic.Label) {
    hasNames = table.hasNames
    rows = table.rows
    source = place.source
    label = place
    var taken: Set<String> = []
    for (index, column) in table.columns.enumerated() {
      let name = ColumnNaming.name(for: column.name, place: index + 1, taken: taken)
      taken.insert(name)
      raw.append(Raw(fileName: column.name, name: name, column: column))
    }
  }

  /// The columns, in the order of the file.
  mutating func columns(_ groups: [DataRequest.Group]) throws(Diagnostic) -> [Made] {
    let places = try positions(groups)
    var made: [(place: Int, column: Made)] = []
    for (group, members) in zip(groups, places) {
      made.append((members.min() ?? 0, try put(group, members)))
    }
    for place in raw.indices where !raw[place].isUsed {
      if raw[place].name != raw[place].fileName {
        renamed.append((raw[place].fileName, raw[place].name))
      }
      made.append((place, take([place], as: raw[place].name, isClasses: false)))
    }
    return made.sorted { $0.place < $1.place }.map(\.column)
  }

  // MARK: Which columns

  /// The columns of the file that each group is made of.
  private func positions(_ groups: [DataRequest.Group]) throws(Diagnostic) -> [[Int]] {
    let isNamedInOrder =
      !hasNames && groups.count == raw.count
      && groups.allSatisfy { if case .named = $0.form { true } else { false } }
    var owner: [Int: SourceRange] = [:]
    var result: [[Int]] = []
    for (index, group) in groups.enumerated() {
      let members: [Int]
      switch group.form {
      case .named where isNamedInOrder: members = [index]
      case .named where raw.count == 1 && raw[0].name != group.name.text: members = [0]
      case .named:
        members = [
          try position(
            .init(text: group.name.text, isName: true, range: group.name.range))
        ]
      case .single(let reference): members = [try position(reference)]
      case .list(let references):
        var list: [Int] = []
        for reference in references { list.append(try position(reference)) }
        members = list
      case .range(let first, let last):
        let (from, to) = (try position(first), try position(last))
        guard from <= to else {
          throw Diagnostic(
            "data.columns", "'\(last.text)' stands before '\(first.text)' in the file",
            at: Diagnostic.Label(source, last.range),
            help: ["write: \(group.name.text) = \(last.text)..\(first.text)"])
        }
        members = Array(from...to)
      }
      for member in members {
        guard let first = owner.updateValue(group.name.range, forKey: member) else { continue }
        throw Diagnostic(
          "data.columns", "the column '\(raw[member].name)' is taken twice",
          at: Diagnostic.Label(source, group.name.range),
          secondary: [Diagnostic.Label(source, first, "first here")])
      }
      result.append(members)
    }
    return result
  }

  private func position(_ reference: DataRequest.Reference) throws(Diagnostic) -> Int {
    let found = raw.firstIndex {
      reference.isName ? $0.name == reference.text : $0.fileName == reference.text
    }
    if let found { return found }
    let names = raw.map { reference.isName ? $0.name : $0.fileName }
    let near = suggestion(for: reference.text, among: names)
    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    throw Diagnostic(
      "data.noColumn", "the file has no column '\(reference.text)'",
      at: Diagnostic.Label(source, reference.range),
      help: near.map { ["did you mean '\($0)'?"] } ?? [
        names.count == 1 ? "its only column is: \(shown)" : "its columns are: \(shown)"
      ])
  }

  // MARK: Making them

  private mutating func put(
    _ group: DataRequest.Group, _ members: [Int]
  ) throws(Diagnostic) -> Made {
    if members.count > 1 || members.contains(where: { raw[$0].column.elementCount > 1 }) {
      if group.isClasses {
        throw Diagnostic(
          "data.classes", "classes are made of one number a row, and this has several",
          at: Diagnostic.Label(source, group.name.range))
      }
      if let text = members.first(where: { raw[$0].column.classes != nil }) {
        throw Diagnostic(
          "data.classes", "'\(raw[text].name)' holds texts, which are no elements of a vector",
          at: Diagnostic.Label(source, group.name.range),
          help: ["leave it out of '\(group.name.text)'"])
      }
    }
    return take(members, as: group.name.text, isClasses: group.isClasses)
  }

  private mutating func take(_ members: [Int], as name: String, isClasses: Bool) -> Made {
    let widths = members.map { raw[$0].column.elementCount }
    let width = widths.reduce(0, +)
    let missing = members.reduce(0) { $0 + raw[$1].column.missingCount }
    if isClasses, let first = members.first { raw[first].column = raw[first].column.asClasses() }
    let classes = members.count == 1 ? raw[members[0]].column.classes : nil
    let rows = rows
    let values = DescentEngine.Column(rows: rows, width: width) { target in
      var offset = 0
      for (member, part) in zip(members, widths) {
        raw[member].column.values.withUnsafeBufferPointer { numbers in
          for row in 0..<rows {
            for k in 0..<part { target[row * width + offset + k] = numbers[row * part + k] }
          }
        }
        raw[member].column.values = []
        raw[member].isUsed = true
        offset += part
      }
    }
    return Made(name: name, values: values, classes: classes, missingCount: missing)
  }
}

extension ColumnTable {
  /// The rows of this table, then those of another with the same columns.
  func followed(
    by other: ColumnTable, at place: Diagnostic.Label
  ) throws(Diagnostic) -> ColumnTable {
    var result = self
    guard columns.count == other.columns.count else {
      throw Diagnostic(
        "data.validation",
        "this file has \(other.columns.count) columns, and the one to learn from has \(columns.count)",
        at: place)
    }
    for index in result.columns.indices {
      let name = result.columns[index].name
      let match =
        hasNames && other.hasNames
        ? other.columns.firstIndex { $0.name == name } : index
      guard let match else {
        throw Diagnostic(
          "data.validation", "this file has no column '\(name)', as the one to learn from has",
          at: place)
      }
      try result.columns[index].append(other.columns[match], at: place)
    }
    result.rows += other.rows
    result.droppedRows += other.droppedRows
    return result
  }
}

extension ColumnTable.Column {
  /// Texts that only one of them has are classes of both.
  fileprivate mutating func append(
    _ other: ColumnTable.Column, at place: Diagnostic.Label
  ) throws(Diagnostic) {
    guard elementCount == other.elementCount else {
      throw Diagnostic(
        "data.validation",
        "a row of '\(name)' has \(other.elementCount) numbers here, and \(elementCount) in the file to learn from",
        at: place)
    }
    missingCount += other.missingCount
    guard classes != nil || other.classes != nil else {
      values += other.values
      return
    }
    guard let mine = classes, let others = other.classes else {
      throw Diagnostic(
        "data.validation",
        "'\(name)' holds \(classes == nil ? "texts here and numbers" : "numbers here and texts") in the file to learn from",
        at: place)
    }
    let all = Set(mine + others).sorted { Array($0.utf8).lexicographicallyPrecedes($1.utf8) }
    let numbers = Dictionary(
      all.enumerated().map { ($1, Double($0 + 1)) }, uniquingKeysWith: { first, _ in first })
    func renumbered(_ values: [Double], _ classes: [String]) -> [Double] {
      let table = classes.map { numbers[$0, default: .nan] }
      return values.map { table[Int($0) - 1] }
    }
    values = renumbered(values, mine) + renumbered(other.values, others)
    classes = all
  }
}
