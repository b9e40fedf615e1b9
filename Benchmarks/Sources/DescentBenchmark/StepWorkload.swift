/// Steps of plain descent, against a C loop that takes the same number of the same steps.
struct StepWorkload {
  var name: String
  var title: String
  /// Steps with an input `n`, the number of steps, and prints where it ends.
  var script: String
  /// The C program, its arguments after the number of steps, and its variants.
  var limit: String
  var arguments: [Double]
  var definitions: [String] = []
  var steps: Int
  /// A shorter run, whose end has not converged, must agree as well.
  var shortRun = 1000

  static let all = [quadratic, rosenbrock, elementary, valley(1000), valley(1_000_000)]

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
    limit: "quadratic", arguments: [0.001, 10], definitions: ["FOLDED"], steps: 100_000_000)

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
    limit: "rosenbrock", arguments: [0.001, -1.2, 1], definitions: ["FOLDED"],
    steps: 100_000_000)

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
    limit: "elementary", arguments: [1e-6, 1, 1, 1], steps: 20_000_000)

  static func valley(_ count: Int) -> StepWorkload {
    StepWorkload(
      name: "W4.\(count)", title: "Rosenbrock, a vector of \(count), a step",
      script: """
        input n = 1
        x = linspace(-1, 1, \(count))
        cost sum(100*(x[2..end] - x[1..end-1]^2)^2 + (1 - x[1..end-1])^2)
        rate 0.001
        step n every n
        print x[1], x[end], sum(x)
        """,
      limit: "valley", arguments: [0.001, -1, 1, Double(count)], definitions: ["BLOCKED"],
      steps: 100_000_000 / count, shortRun: 10)
  }

  func measure(on bench: Workbench) throws -> Measurement {
    let path = try bench.write("\(name).descent", script)
    let limit = try Limit(
      self.limit, definitions: definitions, steps: steps, arguments: arguments, on: bench)
    for steps in [shortRun, steps] {
      try compare(
        ChildProcess.numbers(bench.command(path, ["n=\(steps)"])).values,
        limit.run(steps: steps, arguments).end)
    }
    var (ours, theirs, ratios) = (Samples(), Samples(), Samples())
    let perStep = 1e9 / Double(steps)
    for _ in 0..<bench.rounds {
      // The C loop before and after, for whatever else the machine does meanwhile.
      let before = try limit.run(steps: steps, arguments).seconds
      let one = try ChildProcess.numbers(bench.command(path, ["n=1"])).seconds
      let all = try ChildProcess.numbers(bench.command(path, ["n=\(steps)"])).seconds
      let after = try limit.run(steps: steps, arguments).seconds
      ours.append((all - one) * perStep)
      theirs.append((before + after) / 2 * perStep)
      ratios.append((all - one) / ((before + after) / 2))
    }
    return Measurement(
      name: name, title: title, unit: "ns", descent: ours.median, limit: theirs.median,
      limitName: limit.name, ratio: ratios.median, spread: ratios.spread)
  }

  /// Both are the same descent: sums in another order differ in the last digits only.
  private func compare(_ ours: [Double], _ theirs: [Double]) throws {
    let agrees =
      ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { abs($0 - $1) <= 1e-9 * max(abs($0), abs($1)) }
    guard agrees else {
      throw Workbench.Failure.differentEnds(name, descent: ours, limit: theirs)
    }
  }
}
