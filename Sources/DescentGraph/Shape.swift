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
  public static func matrix(_ m: Int, _ n: Int) -> Shape { Shape(.matrix(m, n)) }

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
  /// The inner dimensions of a matrix product, which are not equal.
  case innerDimensions(Int, Int)
  /// An operand that has another number of elements than this.
  case count(Int, operand: Int)
  /// What this version does not do yet.
  case notYet(String)
}

extension Shape {
  /// The shape of an elementwise operation: equal shapes stay, what has one element along an axis
  /// stretches along it, a vector counts as a row, and what is the same for all rows of the data
  /// stretches over them.
  package static func broadcast(_ shapes: [Shape]) throws(ShapeError) -> Shape {
    var result = Shape(.scalar, rows: try commonRows(shapes))
    var widest = 0
    for (position, shape) in shapes.enumerated()
    where !shape.isScalar && shape.extents != result.extents {
      guard let extents = result.extents.stretched(with: shape.extents) else {
        throw .mismatch(widest, position)
      }
      if extents != result.extents { widest = position }
      result.extents = extents
    }
    return result
  }

  /// The rows of the data that operands are values of, where any are.
  package static func commonRows(_ shapes: [Shape]) throws(ShapeError) -> RowSet? {
    var result: RowSet?
    var first = 0
    for (position, shape) in shapes.enumerated() {
      guard let rows = shape.rows else { continue }
      if result == nil { (result, first) = (rows, position) }
      guard result == rows else { throw .differentRows(first, position) }
    }
    return result
  }
}

extension Shape {
  /// Makes sure that there are places from `first` to `last` among 1...count.
  static func check(_ first: Int, _ last: Int, within count: Int) throws(ShapeError) {
    guard first >= 1, first <= last else { throw .outOfBounds(index: first, count: count) }
    guard last <= count else { throw .outOfBounds(index: last, count: count) }
  }
}

extension Shape.Extents {
  /// A vector of one length, a matrix of two.
  init(lengths: [Int]) {
    self = lengths.count == 1 ? .vector(lengths[0]) : .matrix(lengths[0], lengths[1])
  }

  /// The length along each axis.
  package var lengths: [Int] {
    switch self {
    case .scalar: []
    case .vector(let n): [n]
    case .matrix(let m, let n): [m, n]
    }
  }

  /// How many rows there are; a vector is one row.
  package var height: Int {
    if case .matrix(let m, _) = self { m } else { 1 }
  }

  /// How many numbers one row has.
  package var width: Int {
    switch self {
    case .scalar: 1
    case .vector(let n), .matrix(_, let n): n
    }
  }

  package var isMatrix: Bool {
    if case .matrix = self { true } else { false }
  }

  /// The extents of both together, as NumPy broadcasts them; nil where they do not go together.
  fileprivate func stretched(with other: Self) -> Self? {
    func common(_ a: Int, _ b: Int) -> Int? { a == b || b == 1 ? a : a == 1 ? b : nil }
    if self == .scalar { return other }
    guard let m = common(height, other.height), let n = common(width, other.width) else {
      return nil
    }
    return isMatrix || other.isMatrix ? .matrix(m, n) : .vector(n)
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
