#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// How a table is read.
package struct ReadingOptions: Sendable {
  /// What becomes of a row that is missing a value.
  package enum MissingPolicy: Sendable {
    /// It is an error.
    case refuse
    /// The row is left out, and counted.
    case dropRow
  }

  /// Whether the first line of a text names the columns.
  package enum Names: Sendable {
    /// It does if one of its cells is neither a number nor missing, and its numbers, if any, could
    /// be names: whole and without a sign, such as years.
    case detected
    case inFirstLine
    case none
  }

  package var missing = MissingPolicy.refuse
  package var names = Names.detected
  /// Columns that are read as texts, and so as classes, even where their cells are numbers.
  package var textColumns: Set<String> = []
  /// Chooses the columns to read, by their places from 0; the others may hold anything.
  package var selection: (@Sendable (_ names: [String]) -> Set<Int>)?
  /// The bytes that the file may have when it is no longer compressed, and likewise its numbers.
  package var memoryLimit = Self.halfOfMemory

  package init() {}

  private static let halfOfMemory: Int = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    guard pages > 0, size > 0 else { return 1 << 32 }
    return pages.multipliedReportingOverflow(by: size).partialValue / 2
  }()
}
