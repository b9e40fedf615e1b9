/// How many numbers a value has, and how they are arranged.
public struct Shape: Hashable, Sendable {
  public enum Extents: Hashable, Sendable {
    case scalar
    case vector(Int)
    case matrix(Int, Int)
  }

  /// The arrangement of one row's numbers.
  public var extents: Extents
  /// The rows of the data for each of which there is such a value; nil where there is one value.
  public var rows: RowSet?

  public init(_ extents: Extents, rows: RowSet? = nil) {
    self.extents = extents
    self.rows = rows
  }

  public var isPerRow: Bool { rows != nil }

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

/// Some of the rows of the data.
public enum RowSet: String, Hashable, Sendable, CaseIterable {
  case training
  case validation
  /// Training and validation together.
  case all
  /// Those training rows that one step looks at.
  case batch
}

/// Why operands of these shapes do not go together. The elaborator adds the places.
package enum ShapeError: Error, Equatable {
  /// Two operands, by position, that do not broadcast to one shape.
  case mismatch(Int, Int)
  /// Two operands, by position, that are values of different rows.
  case differentRows(Int, Int)
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
  /// The shape of an elementwise operation: scalars stretch to any shape, equal shapes stay, and
  /// what is the same for all rows stretches over them.
  package static func broadcast(_ shapes: [Shape]) throws(ShapeError) -> Shape {
    var result = Shape.scalar
    var widest = 0
    var firstPerRow = 0
    for (position, shape) in shapes.enumerated() {
      if let rows = shape.rows {
        if result.rows == nil { (result.rows, firstPerRow) = (rows, position) }
        guard result.rows == rows else { throw .differentRows(firstPerRow, position) }
      }
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
    return Shape(.scalar, rows: shape.rows)
  }
}
