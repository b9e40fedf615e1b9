internal import DescentGraph

/// The residuals of a sum of squares and their slopes, compiled.
///
/// Numbers have their slopes written out, one gradient each, and so has a number for each row of the
/// data, for all rows at once; a vector for each row, element by element. A vector's come column by
/// column as the product of its Jacobian with a unit vector, by differentiating the transposed
/// product twice, or row by row, whichever are fewer.
///
/// **Source** Townsend, A new trick for calculating Jacobian vector products, 2017.
final class ResidualProgram {
  private enum Form {
    /// Numbers: the rows of their slopes.
    case numbers
    /// A vector: its Jacobian times a vector in the parameters.
    case columns
    /// A vector: a vector times its Jacobian.
    case rows
    /// A value for each row of the data, of so many elements: slopes of the product of these with a
    /// vector, one output a parameter.
    case eachRow(Int)
  }

  /// Some of the residuals: the first section gives their values, the second their slopes.
  private struct Block {
    var form: Form
    var program: SpaceProgram
    /// The roots of the weights, of each or of all.
    var roots: [Double]
    var first: Int
    var count: Int

    func root(_ position: Int) -> Double { roots[roots.count == 1 ? 0 : position] }
  }

  private let space: Space
  private var blocks: [Block] = []
  /// How many residuals there are.
  private(set) var count = 0

  init(_ space: Space, _ squares: SumOfSquares) {
    self.space = space
    let graph = space.graph
    let numbers = squares.terms.filter { graph.shape($0.residual) == .scalar }
    if !numbers.isEmpty {
      let residuals = numbers.map(\.residual)
      let slopes = residuals.flatMap { graph.gradient(of: $0, withRespectTo: space.parameters) }
      let program = SpaceProgram(
        space, sections: [[space.joined(residuals)], [space.joined(slopes)]])
      add(.numbers, program, weights: numbers.map(\.weight), count: numbers.count)
    }
    for term in squares.terms where graph.shape(term.residual) != .scalar {
      let shape = graph.shape(term.residual)
      let cotangent = graph.makeSymbol("u", shape: Shape(shape.extents))
      let residual = Expr(graph, term.residual)
      let along =
        shape.isScalar ? residual : residual.innerProduct(Expr(graph, graph.symbol(cotangent)))
      let transposed = graph.gradient(of: along.node, withRespectTo: space.parameters)
      let form: Form
      let program: SpaceProgram
      if shape.isPerRow {
        form = .eachRow(shape.count)
        program = SpaceProgram(
          space, extra: [cotangent], sections: [[term.residual], transposed])
      } else if shape.count < space.count {
        form = .rows
        program = SpaceProgram(
          space, extra: [cotangent], sections: [[term.residual], [space.joined(transposed)]])
      } else {
        form = .columns
        let vector = space.parameters.map { graph.makeSymbol("v", shape: graph.shape($0)) }
        var product: Expr?
        for (slope, symbol) in zip(transposed, vector) {
          let part = Expr(graph, slope).innerProduct(Expr(graph, graph.symbol(symbol)))
          product = product.map { $0 + part } ?? part
        }
        let forward = graph.gradient(
          of: product?.node ?? graph.constant(0), withRespectTo: [cotangent])
        program = SpaceProgram(
          space, extra: vector + [cotangent],
          sections: [[term.residual], [space.joined(forward)]])
      }
      add(form, program, weights: [term.weight], count: term.count)
    }
  }

  private func add(_ form: Form, _ program: SpaceProgram, weights: [Double], count: Int) {
    blocks.append(
      Block(
        form: form, program: program, roots: weights.map { $0.squareRoot() }, first: self.count,
        count: count))
    self.count += count
  }

  /// The weighted residuals at a point.
  func residuals(at x: [Double], of function: SpaceFunction) -> [Double] {
    var result = Array(repeating: 0.0, count: count)
    for block in blocks {
      let program = block.program
      program.load(fixed: function.fixed)
      program.set(x, step: function.step, ruleStep: function.ruleStep)
      program.run(section: 0)
      for (k, value) in program.output(section: 0).enumerated() {
        result[block.first + k] = block.root(k) * value
      }
    }
    return result
  }

  /// The weighted residuals at a point and their slopes.
  func linearization(at x: [Double], of function: SpaceFunction) -> LeastSquares {
    var result = LeastSquares(rows: count, columns: x.count)
    result.right = residuals(at: x, of: function)
    for block in blocks {
      let program = block.program
      switch block.form {
      case .numbers:
        program.run(section: 1)
        let slopes = program.output(section: 1)
        for k in 0..<block.count {
          for column in x.indices {
            result[block.first + k, column] = block.root(k) * slopes[k * x.count + column]
          }
        }
      case .rows:
        forEachUnit(in: program, at: 0, count: block.count) { k in
          for (column, slope) in program.output(section: 1).enumerated() {
            result[block.first + k, column] = block.root(k) * slope
          }
        }
      case .columns:
        var column = 0
        for (position, size) in space.counts.enumerated() {
          forEachUnit(in: program, at: position, count: size) { _ in
            for (k, slope) in program.output(section: 1).enumerated() {
              result[block.first + k, column] = block.root(k) * slope
            }
            column += 1
          }
        }
      case .eachRow(let width):
        forEachUnit(in: program, at: 0, count: width) { element in
          fill(&result, block, element: element, of: width)
        }
      }
    }
    return result
  }

  /// Runs a program with each unit vector in an input of its.
  private func forEachUnit(
    in program: SpaceProgram, at position: Int, count: Int, _ body: (Int) -> Void
  ) {
    var unit = Array(repeating: 0.0, count: count)
    for k in 0..<count {
      unit[k] = 1
      program.setExtra(position, to: unit)
      unit[k] = 0
      program.runAll()
      body(k)
    }
    program.setExtra(position, to: unit)
  }

  /// The slopes of one element of a value for each row. A parameter's are numbers for each row, or
  /// where they do not differ from row to row, for all.
  private func fill(_ result: inout LeastSquares, _ block: Block, element: Int, of width: Int) {
    let root = block.root(0)
    let rows = block.count / width
    var column = 0
    for (position, size) in space.counts.enumerated() {
      let slopes = block.program.output(section: 1, position)
      let stride = slopes.count >= rows * size ? size : 0
      for k in 0..<size {
        let place = min(k, slopes.count - 1)
        for row in 0..<rows {
          result[block.first + row * width + element, column] =
            root * slopes[row * stride + place]
        }
        column += 1
      }
    }
  }
}
