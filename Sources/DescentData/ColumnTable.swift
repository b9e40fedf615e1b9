/// Columns of numbers, each of so many rows.
package struct ColumnTable: Sendable, Equatable {
  /// One column; in a row it has one number, or several (the pixels of an image).
  package struct Column: Sendable, Equatable {
    /// The name in the file, letter by letter, or `c1`, `c2`… where the file has none.
    package var name: String
    /// The numbers in a row: 1, or 784 for an image of 28 x 28.
    package var elementCount: Int
    /// Row after row, `elementCount` numbers each, the last index of an array varying fastest.
    package var values: [Double]
    /// The texts that the values 1, 2, … K stand for, sorted by their bytes; `nil` for numbers.
    package var classes: [String]?
    /// How many cells of the file were missing, in rows that were dropped.
    package var missingCount: Int

    package init(
      name: String, elementCount: Int = 1, values: [Double], classes: [String]? = nil,
      missingCount: Int = 0
    ) {
      self.name = name
      self.elementCount = elementCount
      self.values = values
      self.classes = classes
      self.missingCount = missingCount
    }

    /// What describes the values; `nil` if there are none.
    package var statistics: Statistics? { Statistics(of: values) }
  }

  package var rows: Int
  package var columns: [Column]
  /// How many rows had a missing value and were left out.
  package var droppedRows: Int
  /// Whether the names of the columns are the file's.
  package var hasNames: Bool

  package init(rows: Int, columns: [Column], droppedRows: Int = 0, hasNames: Bool = false) {
    self.rows = rows
    self.columns = columns
    self.droppedRows = droppedRows
    self.hasNames = hasNames
  }
}
