/// Steps of plain descent, against a C loop that takes the same number of the same steps.
struct StepWorkload: Sendable {
  var name: String
  var title: String
  /// Files that are written first. In the script and the arguments, `{1}` is where the first is.
  var files: [NumberFile] = []
  /// Steps with an input `n`, the number of steps, and prints where it ends.
  var script: String
  /// The C program, its arguments after the number of steps, and its variants: nil as it is.
  var limit: String
  var arguments: [String]
  var definitions: [String?] = [nil]
  var steps: Int
  /// The run whose time is taken off that of `steps`. It has as many reports, and is long enough to
  /// be compiled as well.
  var baseline = 1
  /// A shorter run, whose end has not converged, must agree as well.
  var shortRun = 1000

  static let all =
    [quadratic, quadratic.folded, rosenbrock, rosenbrock.folded]
    + [elementary, elementary.folded, valley(1000), valley(1_000_000)]
    + [logistic, logisticBatches, linear, network, networkOfRows]

  static let quadratic = StepWorkload(
    name: "W1", title: "w^2 + 3*w, a step",
    script: """
      input n = 1
      w = 10
      cost w^2 + 3*w
      rate 0.001
      step n every n
      print w
      """,
    limit: "quadratic", arguments: ["0.001", "10"], steps: 200_000_000, baseline: 20_000_000)

  static let rosenbrock = StepWorkload(
    name: "W2", title: "Rosenbrock in 2 variables, a step",
    script: """
      input n = 1
      x = -1.2
      y = 1
      cost (1 - x)^2 + 100*(y - x^2)^2
      rate 0.001
      step n every n
      print x, y
      """,
    limit: "rosenbrock", arguments: ["0.001", "-1.2", "1"], steps: 100_000_000,
    baseline: 10_000_000)

  /// The same against C whose step is rewritten by hand, with the rate in its constants.
  private var folded: StepWorkload {
    var copy = self
    copy.name += ".folded"
    copy.title += ", C rewritten"
    copy.definitions = ["FOLDED"]
    return copy
  }

  // At this rate all steps are on the way: at its end sines and exponentials are trivial.
  static let elementary = StepWorkload(
    name: "W3", title: "sin, exp, log, tanh of 3 parameters, a step",
    script: """
      input n = 1
      a = 1
      b = 1
      c = 1
      cost sin(1.3*a) + exp(-b^2) + log(1 + exp(c*a)) + tanh(b*c)
      rate 1e-6
      step n every n
      print a, b, c
      """,
    limit: "elementary", arguments: ["1e-6", "1", "1", "1"], steps: 20_000_000,
    baseline: 2_000_000)

  // The test, which never holds, needs the cost in each step. All steps of the shorter vector are
  // on the way: a cost next to zero has no digits to compare.
  static func valley(_ count: Int) -> StepWorkload {
    let isLong = count > 100_000
    let rate = isLong ? "0.001" : "1e-6"
    return StepWorkload(
      name: "W4.\(count)", title: "Rosenbrock, a vector of \(count), a step with its cost",
      script: """
        input n = 1
        x = linspace(-1, 1, \(count))
        cost sum(100*(x[2..end] - x[1..end-1]^2)^2 + (1 - x[1..end-1])^2)
        rate \(rate)
        step until cost < -1 max n every n
        print cost, x[1], x[end], sum(x)
        """,
      limit: "valley", arguments: [rate, "-1", "1", "\(count)", "-1"],
      definitions: [nil, "BLOCKED"], steps: isLong ? 1700 : 2_000_000,
      baseline: isLong ? 200 : 200_000,
      shortRun: isLong ? 10 : 1000)
  }

  private static func logistic(
    name: String, title: String, rows: Int, batch: Int?, steps: Int, baseline: Int
  ) -> StepWorkload {
    StepWorkload(
      name: name, title: title,
      files: [
        .uniform(name: "\(name).x", rows: rows, columns: 10, seed: 5),
        .choice(name: "\(name).y", rows: rows, columns: 10, seed: 5),
      ],
      script: """
        input n = 1
        data "{1}" as x, "{2}" as y
        w = zeros(10)
        b = 0
        let z = dot(w, x) + b
        cost softplus(z) - y*z
        rate 0.5
        \(batch.map { "set shuffle off\nbatch \($0)" } ?? "batch all")
        step n every n
        print cost, b, sum(w), w[1], w[10]
        """,
      limit: "logistic", arguments: ["0.5", "{1}", "{2}", "\(batch ?? 0)"], steps: steps,
      baseline: baseline, shortRun: 5)
  }

  static let logistic = logistic(
    name: "W5.full", title: "logistic regression, 1000000 x 10, a step of all rows",
    rows: 1_000_000, batch: nil, steps: 140, baseline: 20)

  static let logisticBatches = logistic(
    name: "W5.batches", title: "logistic regression, 100000 x 10, a step of 32 rows",
    rows: 100_000, batch: 32, steps: 2_200_000, baseline: 200_000)

  static let linear = StepWorkload(
    name: "W6", title: "linear regression, 100 x 3, a step of all rows",
    files: [
      .uniform(name: "W6.x", rows: 100, columns: 3, seed: 6),
      .line(name: "W6.y", rows: 100, columns: 3, seed: 6),
    ],
    script: """
      input n = 1
      data "{1}" as x, "{2}" as y
      w = zeros(3)
      b = 0
      cost (dot(w, x) + b - y)^2
      rate 0.001
      step n every n
      print cost, b, w[1], w[2], w[3]
      """,
    limit: "linear", arguments: ["0.001", "{1}", "{2}"], steps: 11_000_000,
    baseline: 1_000_000)

  /// Matrices of outputs by inputs, and of inputs by outputs, as the C loops have them.
  static let network = network(
    name: "W7", title: "784-16-16-10 network, a step of 32 rows", transposition: "",
    output: "sigmoid(W3 @ sigmoid(W2 @ sigmoid(W1 @ x + b1) + b2) + b3)")
  static let networkOfRows = network(
    name: "W7.rows", title: "784-16-16-10 network, x @ W + b, a step of 32 rows",
    transposition: "'",
    output: "sigmoid(sigmoid(sigmoid(x @ W1 + b1) @ W2 + b2) @ W3 + b3)")

  private static func network(
    name: String, title: String, transposition: String, output: String
  ) -> StepWorkload {
    StepWorkload(
      name: name, title: title,
      files: [
        .uniform(name: "W7.x", rows: 3200, columns: 784, seed: 7),
        .classes(name: "W7.y", rows: 3200, count: 10, seed: 8),
      ],
      script: """
        input n = 1
        data "{1}" as x, "{2}" as label
        W1 = reshape(0.5*sin(linspace(1, 12544, 12544)), 16, 784)\(transposition)
        b1 = 0.5*sin(linspace(1, 16, 16))
        W2 = reshape(0.5*sin(linspace(1, 256, 256)), 16, 16)\(transposition)
        b2 = 0.5*sin(linspace(1, 16, 16))
        W3 = reshape(0.5*sin(linspace(1, 160, 160)), 10, 16)\(transposition)
        b3 = 0.5*sin(linspace(1, 10, 10))
        let a = \(output)
        cost sum((a - onehot(label, 10))^2)
        rate 0.1
        set shuffle off
        batch 32
        step n every n
        print cost, sum(b3), sum(b3^2), sum(W1)
        """,
      limit: "network", arguments: ["0.1", "{1}", "{2}"], definitions: [nil, "BLAS"],
      steps: 11_000, baseline: 1000, shortRun: 100)
  }

  func measure(on bench: Workbench) throws -> Measurement {
    let path = try writeFiles(on: bench)
    let arguments = filled(on: bench)
    let limit = try limit(on: bench)
    for steps in [shortRun, steps] {
      try compare(
        ChildProcess.numbers(bench.command(path, ["n=\(steps)"])).values,
        limit.run(steps: steps, arguments).end)
    }
    var (ours, theirs, ratios) = (Samples(), Samples(), Samples())
    for _ in 0..<bench.rounds {
      // The C loop before and after, for whatever else the machine does meanwhile.
      let before = try limit.run(steps: steps, arguments).seconds
      let few = try ChildProcess.numbers(bench.command(path, ["n=\(baseline)"])).seconds
      let all = try ChildProcess.numbers(bench.command(path, ["n=\(steps)"])).seconds
      let after = try limit.run(steps: steps, arguments).seconds
      let step = (all - few) / Double(steps - baseline)
      let limitStep = (before + after) / 2 / Double(steps)
      ours.append(step * 1e9)
      theirs.append(limitStep * 1e9)
      ratios.append(step / limitStep)
    }
    return Measurement(
      name: name, title: title, unit: "ns", descent: ours.median, limit: theirs.median,
      limitName: limit.name, ratio: ratios.median, spread: ratios.spread)
  }

  func prepared(on bench: Workbench) throws -> PreparedWorkload {
    _ = try writeFiles(on: bench)
    return PreparedWorkload(
      name: name, title: title,
      command: [try limit(on: bench).program, "STEPS"] + filled(on: bench), steps: steps,
      shortRun: shortRun)
  }

  private func limit(on bench: Workbench) throws -> Limit {
    try Limit(
      limit, definitions: definitions, steps: steps, arguments: filled(on: bench), on: bench)
  }

  /// Writes the data and the script, and says where that is.
  private func writeFiles(on bench: Workbench) throws -> String {
    for file in files { try file.write(on: bench) }
    return try bench.write("\(name).descent", filled(script, on: bench))
  }

  private func filled(on bench: Workbench) -> [String] { arguments.map { filled($0, on: bench) } }

  private func filled(_ text: String, on bench: Workbench) -> String {
    var text = text
    for (position, file) in files.enumerated() {
      text = text.replacing("{\(position + 1)}", with: file.path(on: bench))
    }
    return text
  }

  private func compare(_ ours: [Double], _ theirs: [Double]) throws {
    guard Workbench.agree(ours, theirs) else {
      throw Workbench.Failure.differentEnds(name, descent: ours, limit: theirs)
    }
  }
}
