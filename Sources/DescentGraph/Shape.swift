/// How many numbers a value has, and how they are arranged.
public struct Shape: Hashable, Sendable {
  public enum Extents: Hashable, Sendable {
    case scalar
    case vector(Int)
    case matrix(Int, Int)
  }

  /// The arrangement of one row's numbers.
  public var extents: Extents
  /// Whether there is such a value for each row of the data.
  public var isPerRow: Bool

  public init(_ extents: Extents, isPerRow: Bool = false) {
    self.extents = extents
    self.isPerRow = isPerRow
  }

  public static let scalar = Shape(.scalar)
  public static func vector(_ count: Int) -> Shape { Shape(.vector(count)) }

  /// The number of elements of one row's value.
  public var count: Int {
    switch extents {
    case .scalar: 1
    case .vector(let n): n
    case .matrix(let m, let n): m * n
    }
  }

  public var isScalar: Bool { extents == .scalar }
}

extension Shape: CustomStringConvertible {
  public var description: String {
    let text =
      switch extents {
      case .scalar: "a scalar"
      case .vector(let n): "a vector [\(n)]"
      case .matrix(let m, let n): "a matrix [\(m), \(n)]"
      }
    return isPerRow ? text + " per row" : text
  }
}

/// Why operands of these shapes do not go together. The elaborator adds the places.
package enum ShapeError: Error, Equatable {
  /// Two operands, by position, that do not broadcast to one shape.
  case mismatch(Int, Int)
  /// An operand, by position, that has to be something else: "a vector".
  case expected(String, operand: Int)
  /// A subscript outside 1...count.
  case outOfBounds(index: Int, count: Int)
  /// A value that has to be known when the expression is read, such as a length.
  case notConstant(operand: Int)
  /// What this version does not do yet: "matrices".
  case notYet(String)
}

extension Shape {
  /// The shape of an elementwise operation: scalars stretch to any shape, equal shapes stay.
  package static func broadcast(_ shapes: [Shape]) throws(ShapeError) -> Shape {
    var result = Shape.scalar
    var widest = 0
    for (position, shape) in shapes.enumerated() {
      result.isPerRow = result.isPerRow || shape.isPerRow
      if shape.isScalar || shape.extents == result.extents { continue }
      guard result.isScalar else { throw .mismatch(widest, position) }
      result.extents = shape.extents
      widest = position
    }
    return result
  }
}

extension Shape {
  /// The shape of a reduction over elements.
  static func reduced(_ operands: [NodeID], in graph: Graph) throws(ShapeError) -> Shape {
    let shape = graph.shape(operands[0])
    if shape.count == 0 { throw .expected("at least one element", operand: 0) }
    return Shape(.scalar, isPerRow: shape.isPerRow)
  }
}
