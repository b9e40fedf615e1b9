internal import DescentGraph

extension Shape {
  /// Whether it is one number, and no number for each row.
  var isOneNumber: Bool { isScalar && !isPerRow }
}
