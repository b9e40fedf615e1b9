internal import DescentGraph

/// The symbolic Hessian of a cost, compiled: entry by entry, or as its product with a vector.
final class HessianProgram {
  private enum Form {
    /// The lower triangle of the matrix, written out.
    case entries
    /// Its product with a vector, whose parts are set by parameter.
    case products
  }

  private let form: Form
  private let space: Space
  private let program: SpaceProgram

  /// Up to so many scalars, and so many nodes of all entries together, it is written out.
  private static let mostWrittenOut = (scalars: 50, nodes: 100_000)

  init(_ space: Space) {
    self.space = space
    let graph = space.graph
    let gradient = space.cost.gradient
    let nodes = graph.reachable(from: gradient).count
    if space.isAllScalar, space.count <= Self.mostWrittenOut.scalars,
      nodes * space.count <= Self.mostWrittenOut.nodes
    {
      form = .entries
      var entries: [NodeID] = []
      for (row, slope) in gradient.enumerated() {
        entries += graph.gradient(
          of: slope, withRespectTo: Array(space.parameters.prefix(row + 1)))
      }
      program = SpaceProgram(space, sections: [[space.joined(entries)]])
    } else {
      form = .products
      let vector = space.parameters.map { graph.makeSymbol("v", shape: graph.shape($0)) }
      var along: Expr?
      for (slope, symbol) in zip(gradient, vector) {
        let term = Expr(graph, slope).innerProduct(Expr(graph, graph.symbol(symbol)))
        along = along.map { $0 + term } ?? term
      }
      let products = graph.gradient(
        of: along?.node ?? graph.constant(0), withRespectTo: space.parameters)
      program = SpaceProgram(space, extra: vector, sections: [[space.joined(products)]])
    }
  }

  /// The matrix at a point.
  func matrix(at x: [Double], of function: SpaceFunction) -> SymmetricMatrix {
    program.load(fixed: function.fixed)
    program.set(x, step: function.step, ruleStep: function.ruleStep)
    let size = x.count
    switch form {
    case .entries:
      program.run()
      return SymmetricMatrix(size: size, entries: program.output())
    case .products:
      var matrix = SymmetricMatrix.identity(size, times: 0)
      var column = 0
      for (position, count) in space.counts.enumerated() {
        var unit = Array(repeating: 0.0, count: count)
        for k in 0..<count {
          unit[k] = 1
          program.setExtra(position, to: unit)
          unit[k] = 0
          program.run()
          let product = program.output()
          for row in column..<size { matrix[row, column] = product[row] }
          column += 1
        }
        program.setExtra(position, to: unit)
      }
      return matrix
    }
  }
}
