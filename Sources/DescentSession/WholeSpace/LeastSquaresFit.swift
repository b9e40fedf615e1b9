internal import DescentEngine
internal import DescentGraph
internal import DescentSource

/// What a least-squares fit tells about its parameters: estimates with standard errors.
///
///     residual variance:  s² = Σ wᵢrᵢ² / (n - p)
///     standard errors:    s √((JᵀJ)⁻¹ₖₖ)
///
/// of n residuals and p parameters, with the slopes J of the weighted residuals. A number that all
/// squares are multiplied by, as in a mean, is left out.
///
/// **Source** Bates and Watts, Nonlinear Regression Analysis and Its Applications, 1988, sections
/// 1.2 and 2.2; the test of convergence: the same, A relative offset orthogonality convergence
/// criterion for nonlinear least squares, Technometrics, 1981.
struct LeastSquaresFit {
  var names: [String]
  var estimates: [Double]
  var errors: [Double]
  var residualCount: Int
  /// The residual standard deviation.
  var deviation: Double
  /// How far the minimum of the linear residuals is, if that is too far: in one parameter, by its
  /// place, in its standard errors.
  var distance: (parameter: Int, errors: Double)?

  var freedom: Int { residualCount - names.count }

  /// A minimum is reached where the part of the residuals in the reach of the parameters is this
  /// part of what is out of it, each by the root of its number of dimensions.
  private static let relativeOffset = 1e-3
  /// Where nothing is left of the residuals, it is what rounding leaves of the model.
  private static let rounding = 1e-10

  init(_ session: Session, _ cost: Session.Cost) throws(Diagnostic) {
    let space = Space(session, cost)
    let names = session.numberNames(of: space)
    let estimates = cost.parameters.flatMap { session.values[$0] ?? [] }
    let (problem, scales) = try Self.problem(space, session)
    let triangle = problem.triangular().triangle
    let inverse = triangle.inverseTriangle(below: 0x1p-60)
    // One over the distance of each column from what the others span.
    let lengths = names.indices.map { row in norm((row..<names.count).map { inverse[row, $0] }) }
    let least = 16 * 0x1p-52 * Double(problem.rows).squareRoot()
    let dependent = names.indices.filter { !(lengths[$0] < 1 / least) }
    guard dependent.isEmpty else {
      throw Self.dependence(dependent.map { names[$0] }, at: space.place)
    }
    let whole = norm(problem.right)
    let within = norm(triangle.right)
    let freedom = Double(problem.rows - names.count)
    let deviation = whole / freedom.squareRoot()
    (self.names, self.estimates, residualCount) = (names, estimates, problem.rows)
    self.deviation = deviation
    errors = zip(lengths, scales).map { deviation * $0 / $1 }
    let beyond = (max(0, whole - within) * (whole + within) / freedom).squareRoot()
    let offset = within / Double(names.count).squareRoot()
    let size = zip(estimates, scales).map { ($0 * $1).magnitude }.max() ?? 0
    guard offset > Self.relativeOffset * beyond, within > Self.rounding * size else { return }
    let steps = inverse.times(triangle.right)
    let distances = zip(steps, lengths).map { ($0 / ($1 * deviation)).magnitude }
    let farthest = distances.indices.max { distances[$0] < distances[$1] } ?? 0
    distance = (farthest, distances[farthest])
  }

  /// The linear problem at the present point, each column scaled to the length 1.
  private static func problem(
    _ space: Space, _ session: Session
  ) throws(Diagnostic) -> (problem: LeastSquares, scales: [Double]) {
    let squares: SumOfSquares
    do { squares = try SumOfSquares(space.cost.node, in: space.graph, rows: space.rows) } catch {
      throw space.noSquares(error, "standard errors need a sum of squares", [])
    }
    let count = squares.terms.reduce(0) { $0 + $1.count }
    guard count > space.count else {
      throw Diagnostic(
        "fit.freedom",
        "of \(count) \(count == 1 ? "residual" : "residuals") the parameters take \(space.count): nothing is left over to tell errors from",
        at: space.place, help: ["standard errors need more residuals than parameters"])
    }
    let function = SpaceFunction(space)
    function.load(fixed: session.environmentValues)
    function.begin(step: session.descent.step, ruleStep: 0)
    let x = space.parameters.flatMap { session.values[$0] ?? [] }
    var problem = ResidualProgram(space, squares).linearization(at: x, of: function)
    guard problem.isFinite else {
      throw Diagnostic(
        "fit.notFinite", "a residual or a slope of one is not finite at the present point",
        at: space.place)
    }
    // Weights count beside those of most of the residuals.
    let most = squares.terms.max { $0.count < $1.count }
    problem.right = product(1 / (most?.weight ?? 1).squareRoot(), problem.right)
    let lengths = x.indices.map { norm(problem.column($0)) / (most?.weight ?? 1).squareRoot() }
    let flat = x.indices.filter { lengths[$0] == 0 }
    guard flat.isEmpty else {
      let names = session.numberNames(of: space)
      let list = flat.map { names[$0] }.listed(by: "or")
      throw Diagnostic(
        "fit.dependent", "no residual changes with \(list) at the present point",
        at: space.place, help: ["start elsewhere, or leave \(names[flat[0]]) out of the cost"])
    }
    for column in x.indices { problem.normalize(column) }
    return (problem, lengths)
  }

  private static func dependence(
    _ names: [String], at place: Diagnostic.Label
  ) -> Diagnostic {
    let list = names.listed(by: "and")
    return Diagnostic(
      "fit.dependent",
      "the residuals do not tell \(list) apart: their slopes by these depend on each other",
      at: place, help: ["write a number in place of one of them, such as \(names.last ?? "b")"])
  }
}

extension LeastSquaresFit {
  var table: Table {
    Table(columns: [
      Table.Column("parameter", .text(names)),
      Table.Column("estimate", .numbers(estimates)),
      Table.Column("standard error", .numbers(errors)),
    ])
  }

  var summary: Table {
    Table(columns: [
      Table.Column("residuals", .steps([residualCount])),
      Table.Column("degrees of freedom", .steps([freedom])),
      Table.Column("residual standard deviation", .numbers([deviation])),
    ])
  }
}

extension Session {
  /// The name of each number of a cost's parameters, in order.
  func numberNames(of space: Space) -> [String] {
    space.parameters.flatMap { symbol in
      let shape = graph.shape(symbol)
      return (0..<shape.count).map { elementName(graph.name(symbol), $0, of: shape) }
    }
  }
}

extension LeastSquares {
  /// Divides a column by its length.
  fileprivate mutating func normalize(_ column: Int) {
    let length = norm(self.column(column))
    for row in 0..<rows { self[row, column] /= length }
  }

  /// The inverse of a triangle; a number on its diagonal that is smaller than that counts as that.
  fileprivate func inverseTriangle(below least: Double) -> LeastSquares {
    var inverse = LeastSquares(rows: columns, columns: columns)
    for column in 0..<columns {
      for row in (0...column).reversed() {
        var sum = row == column ? 1.0 : 0.0
        if row < column {
          for k in (row + 1)...column { sum -= self[row, k] * inverse[k, column] }
        }
        let pivot = self[row, row]
        inverse[row, column] = sum / (pivot.magnitude < least ? least : pivot)
      }
    }
    return inverse
  }
}

extension [String] {
  /// `a`, `a and b`, `a, b and c`.
  fileprivate func listed(by word: String) -> String {
    count < 2 ? joined() : "\(dropLast().joined(separator: ", ")) \(word) \(self[count - 1])"
  }
}
