/// What a command says. A command never prints: whoever runs it renders these.
package enum Output: Sendable {
  /// What `print` was asked to say.
  case printed(String)
  /// Definitions: what stands left of the `=` and what right, aligned by whoever shows them.
  case equations([Equation])
  /// The value of an expression, with its text.
  case value(String, of: String, numbers: Numbers)
  /// With how many digits its numbers are shown to a person.
  case table(Table, NumberStyle)
  /// A line of plain words about what was done.
  case line(String)
  /// Help and listings, as they stand.
  case text(String)
}

/// `left = right`.
package struct Equation: Sendable {
  package var left: String
  package var right: String

  package init(_ left: String, _ right: String) {
    self.left = left
    self.right = right
  }
}

/// The numbers of a value, row after row, and how long it is along each axis: no axis is one number.
package struct Numbers: Sendable {
  package var values: [Double]
  package var lengths: [Int]
}
