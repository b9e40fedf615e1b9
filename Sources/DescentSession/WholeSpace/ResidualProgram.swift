internal import DescentGraph

/// The residuals of a sum of squares and their slopes, compiled.
///
/// Numbers have their slopes written out, one gradient each. A vector's come column by column as
/// the product of its Jacobian with a unit vector, by differentiating the transposed product twice,
/// or row by row, whichever are fewer.
///
/// **Source** Townsend, A new trick for calculating Jacobian vector products, 2017.
final class ResidualProgram {
  private enum Block {
    /// Numbers: their values and the rows of their slopes.
    case numbers(SpaceProgram)
    /// A vector: its value, and its Jacobian times a vector in the parameters.
    case columns(SpaceProgram)
    /// A vector: its value, and a vector times its Jacobian.
    case rows(SpaceProgram)
  }

  private let space: Space
  private var blocks: [(block: Block, roots: [Double], first: Int)] = []
  /// How many residuals there are.
  private(set) var count = 0

  init(_ space: Space, _ squares: SumOfSquares) {
    self.space = space
    let graph = space.graph
    let numbers = squares.terms.filter { graph.shape($0.residual).isScalar }
    if !numbers.isEmpty {
      let residuals = numbers.map(\.residual)
      let slopes = residuals.flatMap { graph.gradient(of: $0, withRespectTo: space.parameters) }
      let program = SpaceProgram(
        space, sections: [[space.joined(residuals)], [space.joined(slopes)]])
      add(.numbers(program), weights: numbers.map(\.weight))
    }
    for term in squares.terms where !graph.shape(term.residual).isScalar {
      let count = graph.shape(term.residual).count
      let cotangent = graph.makeSymbol("u", shape: .vector(count))
      let u = Expr(graph, graph.symbol(cotangent))
      let along = Expr(graph, term.residual).innerProduct(u)
      let transposed = graph.gradient(of: along.node, withRespectTo: space.parameters)
      let weights = Array(repeating: term.weight, count: count)
      if count < space.count {
        let program = SpaceProgram(
          space, extra: [cotangent], sections: [[term.residual], [space.joined(transposed)]])
        add(.rows(program), weights: weights)
      } else {
        let vector = space.parameters.map { graph.makeSymbol("v", shape: graph.shape($0)) }
        var product: Expr?
        for (slope, symbol) in zip(transposed, vector) {
          let part = Expr(graph, slope).innerProduct(Expr(graph, graph.symbol(symbol)))
          product = product.map { $0 + part } ?? part
        }
        let forward = graph.gradient(
          of: product?.node ?? graph.constant(0), withRespectTo: [cotangent])
        let program = SpaceProgram(
          space, extra: vector + [cotangent],
          sections: [[term.residual], [space.joined(forward)]])
        add(.columns(program), weights: weights)
      }
    }
  }

  private func add(_ block: Block, weights: [Double]) {
    blocks.append((block, weights.map { $0.squareRoot() }, count))
    count += weights.count
  }

  /// The weighted residuals at a point and their slopes.
  func linearization(at x: [Double], of function: SpaceFunction) -> LeastSquares {
    var result = LeastSquares(rows: count, columns: x.count)
    for (block, roots, first) in blocks {
      switch block {
      case .numbers(let program), .columns(let program), .rows(let program):
        program.load(fixed: function.fixed)
        program.set(x, step: function.step, ruleStep: function.ruleStep)
        program.run(section: 0)
        for (k, value) in program.output(section: 0).enumerated() {
          result.right[first + k] = roots[k] * value
        }
      }
      switch block {
      case .numbers(let program):
        program.run(section: 1)
        let slopes = program.output(section: 1)
        for k in roots.indices {
          for column in x.indices {
            result[first + k, column] = roots[k] * slopes[k * x.count + column]
          }
        }
      case .rows(let program):
        var unit = Array(repeating: 0.0, count: roots.count)
        for k in roots.indices {
          unit[k] = 1
          program.setExtra(0, to: unit)
          unit[k] = 0
          program.runAll()
          for (column, slope) in program.output(section: 1).enumerated() {
            result[first + k, column] = roots[k] * slope
          }
        }
      case .columns(let program):
        var column = 0
        for (position, size) in space.counts.enumerated() {
          var unit = Array(repeating: 0.0, count: size)
          for element in 0..<size {
            unit[element] = 1
            program.setExtra(position, to: unit)
            unit[element] = 0
            program.runAll()
            for (k, slope) in program.output(section: 1).enumerated() {
              result[first + k, column] = roots[k] * slope
            }
            column += 1
          }
          program.setExtra(position, to: unit)
        }
      }
    }
    return result
  }
}
