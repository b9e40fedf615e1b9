/// A word of the subject that `help` explains: what it means, and lines that show it.
struct Concept: Sendable {
  let name: String
  let text: String
  /// Lines to type, in order.
  let example: [String]

  init(_ name: String, _ text: String, _ example: [String]) {
    self.name = name
    self.text = text
    self.example = example
  }

  static func named(_ name: String) -> Concept? { catalogue.first { $0.name == name } }

  /// Every concept, in the order in which help lists them.
  static let catalogue: [Concept] = [
    Concept(
      "gradient",
      """
      The slope of the cost by each parameter: how much the cost grows for a small push to the
      right. Its sign tells which way is up, its size how steeply. A descent goes the other way.
      'grad' prints it as an expression with its value here; in an expression, grad is all slopes
      joined, grad(w) that by w, and 'check' compares them with finite differences.
      """, ["cost w^2 + 3*w", "w = 10", "grad", "norm(grad)", "check"]),
    Concept(
      "rate",
      """
      A step takes the rate times the slope off each parameter. Too small a rate crawls, too large
      a one jumps over the bottom and climbs the other side. For a bowl of curvature c the largest
      rate that still converges is below 2/c. A rate that depends on t is a schedule.
      """, ["cost w^2", "w = 5", "rate 0.1", "step 3", "reset", "rate 1.1", "step 3"]),
    Concept(
      "rows",
      """
      Data are rows, and a column is a value for each row. What uses one is written for a single
      row and holds for all: w*x + b. 'mean', 'sum' and the like reduce a vector's elements if there
      are any, else the rows; mean(E, rows) always the rows. A cost that is still a value for each
      row is averaged. 'E on validation', 'E on all' and 'E at row 7' look at other rows than those
      that are learned from, 'E at x = 3' at a value of the column in its own units.
      """,
      [
        "data x = [1, 2, 3, 4], y = [2, 4, 6, 9]", "cost (w*x + b - y)^2", "step 3", "w*x + b",
        "w*x + b at x = 5", "y at row 2", "split 0.5", "mean(y) on validation",
      ]),
    Concept(
      "rule",
      """
      The update rule makes a step of the gradient. Plain descent is 'rule gd'; others remember
      earlier slopes, or give each parameter a step length of its own. Each is a definition in the
      language: 'show rule adam' prints one, to be copied and changed. In it, w is the parameter,
      g its slope, t the steps since the rule was set, and 'state' is what is kept between steps.
      """,
      [
        "cost w^2", "w = 5", "rule adam", "rate 0.1", "step 3",
        "rule mine(beta = 0.9) { state v = 0; v = beta*v + g; w = w - rate*v }", "step 3",
      ]),
    Concept(
      "schedule",
      """
      A rate that changes with t, the steps taken so far (0 in the first step). Any expression
      will do; these are known by name, and 'show cosine' prints how one is made:
        \(Prelude.functionNames.prefix(5).joined(separator: ", ")),
        \(Prelude.functionNames.dropFirst(5).joined(separator: ", "))
      'rate at t = 50' tells the rate of a later step, and '(f at t = t - 10)' begins a schedule ten
      steps later. The step table shows a rate that varies. A schedule that becomes negative or no
      number stops the descent. To follow the cost instead of t: set plateau factor 0.5 patience 5.
      """,
      [
        "cost w^2", "w = 5", "rate 0.1 * 0.95^t", "rate at t = 10",
        "rate warmup(cosine(0.3, 8), 2)", "step 10",
      ]),
    Concept(
      "diff",
      """
      diff(E, NAME) is the slope of an expression by a parameter, or by an argument of a function.
      It nests: the slope of the slope is the curvature. In a function, take the slope by the
      argument first and put the value in afterwards.
      """,
      ["w = 5", "diff(w^3, w) at w = 2", "let f(x) = x^3", "let df(x) = diff(f(x), x)", "df(2)"]),
    Concept(
      "kink",
      """
      A place where a function bends sharply and has two slopes, one on each side: abs and relu at
      0, max where both are equal. The slope there is taken as 0 for abs and relu, and a tie of max
      or min is split evenly. A constant rate jumps to and fro over a kink; a schedule settles.
      """,
      ["w = 0.25", "cost abs(w)", "rate 0.1", "step 6", "reset", "rate 0.1*0.7^t", "step 6"]),
    Concept(
      "random",
      """
      uniform(a, b) and normal(m, s) draw numbers from a seed, so that a session can be repeated to
      the bit. A parameter or a definition draws once; a cost, a rate or a rule draws anew in each
      step. Each occurrence is a draw of its own, with a number for each row and each element of what
      it is added to or multiplied by. A row has the same number in whichever batch it is; looking
      draws nothing, and 'back' takes draws back.
      """, ["set seed 7", "w = normal(0, 1)", "cost w^2", "rule noisy(0.5)", "step 3"]),
    Concept(
      "precision",
      """
      Numbers have 64 bits, about 16 significant digits; 0.1 has no exact double, as 1/3 has no
      exact decimal. 'set precision N' says how many digits are shown, and 17 shows them all. To
      compare, a ≈ b allows 1e-9 of the larger, and 'within T' another difference.
      """, ["0.1 + 0.2 == 0.3", "0.1 + 0.2 ≈ 0.3", "set precision 17", "0.1 + 0.2"]),
    Concept(
      "fit",
      """
      A model fitted to data by least squares: the cost is a mean or sum of squared differences,
      or that times positive weights of the rows. 'rule levenberg' is made for it. 'show fit' then
      tells how well the data determine each parameter: its standard error is how much the estimate
      would scatter if the data were taken again. It is the residual standard deviation s, with s^2
      the sum of squares over the degrees of freedom (residuals less parameters), times the root of
      the diagonal of (J'J)^-1, where J holds the slopes of the residuals.
      """,
      [
        "data x = [1, 2, 4, 8], y = [2.1, 3.2, 4.9, 6.1]", "a = 5; b = 1",
        "cost mean((y - a*x/(b + x))^2)", "rule levenberg", "step 20", "show fit",
      ]),
    Concept(
      "saddle",
      """
      A place without slope that is a minimum one way and a maximum another. A descent that comes
      in along the first ends there, and the least push to the side makes it go on. The second
      slopes tell: one of them is negative. 'rule newton' looks at them and leaves it.
      """,
      [
        "x = 1", "y = 0", "cost x^2 - y^2", "diff(diff(x^2 - y^2, y), y)", "step 20", "y = 1e-6",
        "step 20",
      ]),
    Concept(
      "momentum",
      """
      A step that remembers those before: v keeps a part of itself and the slope is added to it.
      In a long valley pushes across cancel and pushes along add up. 'rule momentum(0.8)' keeps 0.8
      of it; its steps grow to 1/(1 - 0.8) times those of plain descent on a straight slope.
      """,
      ["x = 10", "y = 1", "cost x^2 + 25*y^2", "rate 0.03", "step 20", "reset"]
        + ["rule momentum(0.7)", "rate 0.03", "step 20"]),
    Concept(
      "convergence",
      """
      Steps that get ever shorter towards a place. On a bowl of curvature c a step leaves 1 - rate*c
      of the distance: it converges while that is between -1 and 1, oscillates below 0, bounces at
      -1 and explodes beyond. 'step until TEST' goes on until a test holds.
      """, ["w = 10", "cost w^2", "rate 0.1", "step until abs(grad) < 1e-6 max 1000"]),
    Concept(
      "domain",
      """
      Where a function has a value: log needs a number above 0, sqrt one that is not negative. A
      step that leads out of it is not taken; the descent stays at the last good point and the
      message names the part of the cost and its operands.
      """,
      ["w = 2", "cost w - log(w)", "rate 0.1", "step 3", "rate 5"]
        + ["expect error \"log(w) is nan\" { step 3 }"]),
    Concept(
      "shapes",
      """
      A value is a number, a vector or a matrix. Numbers stretch to any shape; two vectors combine
      element by element and have to be equally long; a vector combines with each row of a matrix, as
      NumPy has it. x[1] is the first element, x[2..end] all but the first, W[1] a row, W[1, 2] a
      number of it, W @ x the product, W' the transpose. sum, mean, min, max and norm make a number
      of them, sum(W, 1) goes down the columns, sum(W, 2) along the rows, and a cost is one number.
      """,
      [
        "x = [1, 2, 3]", "2*x + 1", "x[2..end]", "dot(x, x)", "W = [[1, 0, 2], [0, 1, 3]]",
        "W @ x", "W + x", "sum(W, 2)", "cost sum((W @ x - 1)^2)", "grad",
      ]),
    Concept(
      "at",
      """
      'E at NAME = VALUE, …' is the value of an expression elsewhere: nothing moves. Inside a larger
      expression it stands in parentheses. At another t, it tells a schedule's later rates.
      """,
      ["w = 5", "cost w^2", "cost at w = 3", "(w^2 at w = 10) + 1", "rate 0.5^t", "rate at t = 3"]),
    Concept(
      "blocks",
      """
      { and } hold commands, one a line or with ';' between; '{' stands on the line of its command.
      A rule's block has its assignments, and that of 'expect error' has commands that have to fail,
      after which the session is as it was before.
      """,
      [
        "w = 5", "cost w^2", "rule half { w = w/2 }", "step 2",
        "expect error \"no function\" { sinn(w) }",
      ]),
    Concept(
      "native",
      """
      Native code: the steps as instructions of the processor itself. Steps begin in an interpreter.
      When they have taken as long as it takes to compile them, the LLVM library does so, and the rest
      runs many times as fast. The numbers are the same to the last bit. 'show engine' tells which of
      the two runs the steps and why, 'show native' prints the code; without an LLVM library all of it
      is interpreted. On the command line, '--engine machine' or '--engine native' chooses one.
      """,
      ["x = -1.2; y = 1", "cost (1-x)^2 + 100*(y-x^2)^2", "rate 1e-3", "step 5", "show engine"]),
  ]
}
