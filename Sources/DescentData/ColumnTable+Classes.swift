extension ColumnTable.Column {
  /// The column with its values, sorted, replaced by 1, 2, … K, and named in ``classes``.
  ///
  /// A column of texts is so already and stays as it is. 0 and -0 are one class.
  package func asClasses() -> ColumnTable.Column {
    guard classes == nil else { return self }
    var distinct: [Double] = []
    var seen: Set<Double> = []
    for value in values where seen.insert(value).inserted { distinct.append(value) }
    distinct.sort()
    let numbers = Dictionary(
      distinct.enumerated().map { ($1, Double($0 + 1)) }, uniquingKeysWith: { first, _ in first })
    var column = self
    column.values = values.map { numbers[$0, default: .nan] }
    column.classes = distinct.map(Self.name)
    return column
  }

  private static func name(of value: Double) -> String {
    let text = "\(value == 0 ? 0 : value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
