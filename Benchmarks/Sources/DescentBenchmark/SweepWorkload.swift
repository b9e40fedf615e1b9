import Foundation

/// A sweep of 1,000 rates with 1,000 steps of Rosenbrock's cost each, against a C loop that takes
/// eight rates at once in a vector.
struct SweepWorkload {
  private let name = "W8"
  private let title = "1000 rates x 1000 steps of W2, a sweep"
  private let rates = 1000
  private let steps = 1000
  /// How often the sweep is repeated in a run, and in the one whose time is taken off that: as
  /// often as makes the difference long beside what a start and compiling vary by.
  private let repetitions = 2200
  private let baseline = 200
  private let limitRepetitions = 1000

  func measure(on bench: Workbench) throws -> Measurement {
    let costs = "\(bench.scratch)/W8.csv"
    let once = try bench.write("W8.once.descent", script("\(sweep) to \"\(costs)\""))
    let often = try bench.write("W8.descent", "input k = 1\n" + script("repeat k { \(sweep) }"))
    let limit = try limit(on: bench)

    _ = try ChildProcess.run(bench.command(once))
    let ours = try Self.costs(path: costs)
    let theirs = try limit.run(steps: 1, arguments).end
    guard theirs.count == rates, Workbench.agree(ours, theirs) else {
      throw Workbench.Failure.differentEnds(name, descent: ours, limit: theirs)
    }
    var (times, limitTimes, ratios) = (Samples(), Samples(), Samples())
    for _ in 0..<bench.rounds {
      let before = try limit.run(steps: limitRepetitions, arguments).seconds
      let few = try ChildProcess.run(bench.command(often, ["k=\(baseline)"])).processorSeconds
      let all = try ChildProcess.run(bench.command(often, ["k=\(repetitions)"])).processorSeconds
      let after = try limit.run(steps: limitRepetitions, arguments).seconds
      let time = (all - few) / Double(repetitions - baseline)
      let limitTime = (before + after) / 2 / Double(limitRepetitions)
      times.append(time * 1e3)
      limitTimes.append(limitTime * 1e3)
      ratios.append(time / limitTime)
    }
    return Measurement(
      name: name, title: title, unit: "ms", descent: times.median, limit: limitTimes.median,
      limitName: limit.name, ratio: ratios.median, spread: ratios.spread)
  }

  func prepared(on bench: Workbench) throws -> PreparedWorkload {
    PreparedWorkload(
      name: name, title: title,
      command: [try limit(on: bench).program, "STEPS"] + arguments, steps: limitRepetitions,
      shortRun: 1)
  }

  private func script(_ command: String) -> String {
    "x = -1.2\ny = 1\ncost (1 - x)^2 + 100*(y - x^2)^2\n\(command)\n"
  }

  private var sweep: String { "sweep rate in 1e-6..1e-3 by 1e-6 step \(steps)" }

  private var arguments: [String] { ["\(steps)", "\(rates)", "1e-6", "1e-6", "-1.2", "1"] }

  private func limit(on bench: Workbench) throws -> Limit {
    try Limit("sweep", steps: limitRepetitions, arguments: arguments, on: bench)
  }

  /// The costs in the table a sweep wrote.
  private static func costs(path: String) throws -> [Double] {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",")
      return cells.count > 1 ? Double(cells[1]) ?? .nan : .nan
    }
  }
}
