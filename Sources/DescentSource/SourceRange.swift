/// A half-open range of UTF-8 offsets into one ``SourceText``.
public struct SourceRange: Hashable, Sendable {
  /// The offset of the first byte.
  public var lower: Int
  /// The offset just past the last byte.
  public var upper: Int

  public init(_ lower: Int, _ upper: Int) {
    self.lower = lower
    self.upper = upper
  }

  /// The smallest range that covers both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(lower, other.lower), max(upper, other.upper))
  }
}
