/// The columns of a step table, a sweep or the first rows of data.
package struct Table: Equatable, Sendable {
  package struct Column: Equatable, Sendable {
    package enum Values: Equatable, Sendable {
      /// Counted things: steps, rows.
      case steps([Int])
      case numbers([Double])
      case text([String])
    }

    package var title: String
    package var values: Values

    package init(_ title: String, _ values: Values) {
      self.title = title
      self.values = values
    }

    package var count: Int {
      switch values {
      case .steps(let steps): steps.count
      case .numbers(let numbers): numbers.count
      case .text(let texts): texts.count
      }
    }
  }

  package let columns: [Column]

  package init(columns: [Column]) {
    precondition(
      columns.allSatisfy { $0.count == columns.first?.count }, "columns are equally long")
    self.columns = columns
  }

  package var rowCount: Int { columns.first?.count ?? 0 }
}
