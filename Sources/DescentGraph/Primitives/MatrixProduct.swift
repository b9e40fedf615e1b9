internal import CNative

/// `A @ B`: the product of matrices and vectors, as NumPy has it.
///
/// Its whole numbers say which operands are taken transposed: none as written, only where it is
/// computed.
package enum MatrixProduct: Primitive {
  package static let name = "@"
  package static let help = PrimitiveHelp(
    "the product of matrices and vectors", "[[1, 2], [3, 4]] @ [5, 6]", "[17, 39]")
  package static let arity = 2...2
  package static let isFunction = false

  package static func node(
    on operands: [NodeID], in graph: Graph
  ) throws(ShapeError) -> NodeID {
    let shapes = operands.map { graph.shape($0) }
    if case .vector(let m) = shapes[0].extents, case .vector(let n) = shapes[1].extents {
      guard m == n else { throw .innerDimensions(0, 1) }
      return try graph.node(DotProduct.self, operands)
    }
    return try graph.node(Self.self, operands, graph.integerAttribute([0, 0]))
  }

  package static let kernel = Kernel.whole(takesRows: true, native: native) { call in
    let (a, b) = (call.operands[0], call.operands[1])
    let (isFirstTransposed, isSecondTransposed) = (call.integers[0] == 1, call.integers[1] == 1)
    let sizes = Sizes(
      a.extents, transposed: isFirstTransposed, b.extents, transposed: isSecondTransposed)
    if sizes.areSmall {
      multiplySmall(call, sizes)
      return
    }
    typealias Factor = MatrixMultiplication.Factor
    let (aWidth, bWidth) = (a.extents.width, b.extents.isMatrix ? b.extents.width : 1)
    if call.rows > 1, a.rowStride == 0, a.extents.isMatrix, !b.extents.isMatrix {
      // A matrix times a vector for each row: the rows times its transpose.
      MatrixMultiplication.multiply(
        Factor(b.start, stride: b.rowStride),
        Factor(a.start, isTransposed: !isFirstTransposed, stride: aWidth),
        into: call.destination, m: call.rows, k: sizes.k, n: sizes.m)
      return
    }
    if call.rows > 1, b.rowStride == 0, !a.extents.isMatrix {
      MatrixMultiplication.multiply(
        Factor(a.start, stride: a.rowStride),
        Factor(b.start, isTransposed: isSecondTransposed, stride: bWidth),
        into: call.destination, m: call.rows, k: sizes.k, n: sizes.n)
      return
    }
    for row in 0..<call.rows {
      MatrixMultiplication.multiply(
        Factor(a.start + row * a.rowStride, isTransposed: isFirstTransposed, stride: aWidth),
        Factor(b.start + row * b.rowStride, isTransposed: isSecondTransposed, stride: bWidth),
        into: call.destination + row * call.count, m: sizes.m, k: sizes.k, n: sizes.n)
    }
  }

  /// Each number as the dot product of a row and a column.
  private static func multiplySmall(_ call: TileCall, _ sizes: Sizes) {
    if call.rows == 1, sizes.k <= Reduction.shortest {
      for i in 0..<sizes.m {
        let (firstOfRow, along) = sizes.place(ofRow: i)
        for j in 0..<sizes.n {
          let (firstOfColumn, down) = sizes.place(ofColumn: j)
          let (u, v) = (
            call.operands[0].start + firstOfRow, call.operands[1].start + firstOfColumn
          )
          var sum = u[0] * v[0]
          for p in 1..<max(1, sizes.k) { sum += u[p * along] * v[p * down] }
          call.destination[i * sizes.n + j] = sum
        }
      }
      return
    }
    /// A row or a column of a factor, for each row of the data: where it lies, and how far apart.
    func vector(
      _ factor: TileOperand, _ first: Int, _ stride: Int, _ copy: Memory
    ) -> (start: UnsafePointer<Double>, rowStride: Int) {
      if stride == 1 { return (UnsafePointer(factor.start + first), factor.rowStride) }
      for row in 0..<(factor.rowStride == 0 ? 1 : call.rows) {
        for p in 0..<sizes.k {
          copy[row * sizes.k + p] = factor[row * factor.rowStride + first + p * stride]
        }
      }
      return (UnsafePointer(copy), factor.rowStride == 0 ? 0 : sizes.k)
    }
    let size = call.rows * sizes.k
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * size + call.rows) { memory in
      guard let copies = memory.baseAddress else { return }
      let products = copies + 2 * size
      for i in 0..<sizes.m {
        let (first, stride) = sizes.place(ofRow: i)
        let u = vector(call.operands[0], first, stride, copies)
        for j in 0..<sizes.n {
          let (first, stride) = sizes.place(ofColumn: j)
          let v = vector(call.operands[1], first, stride, copies + size)
          descent_dots(products, u.start, u.rowStride, v.start, v.rowStride, sizes.k, call.rows)
          for row in 0..<call.rows {
            call.destination[row * call.count + i * sizes.n + j] = products[row]
          }
        }
      }
    }
  }

  private static let native: Kernel.NativeElements = { call in
    let sizes = Sizes(
      call.operandExtents[0], transposed: call.integers[0] == 1, call.operandExtents[1],
      transposed: call.integers[1] == 1)
    guard sizes.areSmall, let dot = DotProduct.kernel.fold else { return nil }
    return (0..<(sizes.m * sizes.n)).map { number in
      let (u, v) = (sizes.place(ofRow: number / sizes.n), sizes.place(ofColumn: number % sizes.n))
      return dot.sum(
        of: (0..<sizes.k).map { p in
          [call.operands[0][u.first + p * u.stride], call.operands[1][v.first + p * v.stride]]
        })
    }
  }

  /// The factor that is the same for all rows, where the other is a vector for each row: all of these
  /// are multiplied at once, with the matrix or its transpose as it stands in memory.
  ///
  /// - Returns: the matrix, the operand that is it or its transpose, and whether the rows meet its
  ///   transpose; nil for other products, and those that native code writes out.
  package static func factorOfRows(
    _ product: Application
  ) -> (matrix: NodeID, operand: NodeID, isTransposed: Bool)? {
    guard product.value.isA(Self.self) else { return nil }
    let place = product[0].shape.extents.isMatrix ? 0 : 1
    let (factor, rows) = (product[place], product[1 - place])
    guard factor.shape.extents.isMatrix, !factor.shape.isPerRow, rows.shape.isPerRow,
      !rows.shape.extents.isMatrix, factor.shape.count > Kernel.fewElements
    else { return nil }
    let inner = factor.operands(of: Transpose.self)?[0]
    let isTransposed = (place == 0) != (product.integers[place] == 1)
    return ((inner ?? factor).node, factor.node, isTransposed != (inner != nil))
  }

  /// The result is m by n, and k pairs of numbers are multiplied for each of it: a vector is a row
  /// on the left and a column on the right.
  private struct Sizes {
    let m, k, otherK, n: Int
    private let aWidth, bWidth: Int
    private let isFirstTransposed, isSecondTransposed: Bool

    init(
      _ a: Shape.Extents, transposed isFirstTransposed: Bool,
      _ b: Shape.Extents, transposed isSecondTransposed: Bool
    ) {
      (aWidth, bWidth) = (a.width, b.isMatrix ? b.width : 1)
      self.isFirstTransposed = isFirstTransposed
      self.isSecondTransposed = isSecondTransposed && b.isMatrix
      (m, k) = isFirstTransposed ? (a.width, a.height) : (a.height, a.width)
      if case .vector(let count) = b {
        (otherK, n) = (count, 1)
      } else {
        (otherK, n) = isSecondTransposed ? (b.width, b.height) : (b.height, b.width)
      }
    }

    /// Whether native code writes the numbers out one by one: this depends on the factors alone, and
    /// not on how many rows there are.
    var areSmall: Bool { max(m * k, k * n, m * n) <= Kernel.fewElements }

    /// Where a row of the first factor begins, and how far apart its numbers are.
    func place(ofRow i: Int) -> (first: Int, stride: Int) {
      isFirstTransposed ? (i, aWidth) : (i * aWidth, 1)
    }

    /// The same for a column of the second.
    func place(ofColumn j: Int) -> (first: Int, stride: Int) {
      isSecondTransposed ? (j * bWidth, 1) : (j, bWidth)
    }
  }

  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    let shapes = operands.map { graph.shape($0) }
    for (position, shape) in shapes.enumerated() where shape.isScalar {
      throw .expected("a matrix or a vector", operand: position)
    }
    let (a, b, flags) = (shapes[0].extents, shapes[1].extents, graph.integers(attribute))
    let sizes = Sizes(a, transposed: flags[0] == 1, b, transposed: flags[1] == 1)
    guard sizes.k == sizes.otherK else { throw .innerDimensions(0, 1) }
    let rows = try Shape.commonRows(shapes)
    switch (a.isMatrix, b.isMatrix) {
    case (true, true): return Shape(.matrix(sizes.m, sizes.n), rows: rows)
    case (true, false): return Shape(.vector(sizes.m), rows: rows)
    case (false, true): return Shape(.vector(sizes.n), rows: rows)
    case (false, false): return Shape(.scalar, rows: rows)
    }
  }

  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    let c = filled(cotangent, like: application.value)
    let (a, b) = (application[0], application[1])
    switch (a.shape.extents.isMatrix, b.shape.extents.isMatrix) {
    case (true, true): return [matrixProduct(c, transposed(b)), matrixProduct(transposed(a), c)]
    case (true, false): return [outer(c, b), matrixProduct(transposed(a), c)]
    case (false, _): return [matrixProduct(b, c), outer(a, c)]
    }
  }

  package static let simplifications: [Rewrite] = [
    Rewrite("eye(n) @ M: M", .exact) { $0[0].isA(IdentityMatrix.self) ? $0[1] : nil },
    Rewrite("M @ eye(n): M", .exact) { $0[1].isA(IdentityMatrix.self) ? $0[0] : nil },
    Rewrite("zeros(m, n) @ M: zeros", .finite) { application in
      guard application[0].isA(Zeros.self) || application[1].isA(Zeros.self) else { return nil }
      return Expr(application.graph, application.graph.zero(application.shape))
    },
  ]

  package static let refinements: [Rewrite] = [
    Rewrite("A' @ B: without making A'", .exact) { application in
      var operands = Array(application.operands)
      var flags = application.integers
      for place in operands.indices {
        guard let inner = application[place].operands(of: Transpose.self) else { continue }
        operands[place] = inner[0].node
        flags[place] = 1 - flags[place]
      }
      let graph = application.graph
      let node = try? graph.node(Self.self, operands, graph.integerAttribute(flags))
      return node.map { Expr(graph, $0) }
    }
  ]

  package static func spelling(of application: Application) -> Spelling {
    func factor(_ place: Int, _ precedence: Precedence) -> [Spelling.Piece] {
      let operand = application.operands[place]
      guard application.integers[place] == 1 else { return [.operand(operand, precedence)] }
      return [.operand(operand, .postfix), .text("'")]
    }
    return Spelling(
      .multiply,
      factor(0, .multiply) + [.text(" @ ")] + factor(1, Precedence.multiply.tighter))
  }
}

/// The product of two matrices, or of a matrix and a vector.
func matrixProduct(_ a: Expr, _ b: Expr) -> Expr {
  a.applying(MatrixProduct.self, b, attribute: a.graph.integerAttribute([0, 0]))
}
