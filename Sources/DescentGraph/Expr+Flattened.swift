extension Expr {
  /// The numbers of a matrix, row after row, as a vector; what is none stays as it is.
  package var flattened: Expr {
    shape.extents.isMatrix ? reshaped(self, to: .vector(shape.count)) : self
  }

  /// The sum of the products of the numbers of both, which have one shape.
  package func innerProduct(_ other: Expr) -> Expr {
    shape.isScalar ? self * other : flattened.applying(DotProduct.self, other.flattened)
  }
}
