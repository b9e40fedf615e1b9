/// From the start of the process to the first step of `w^2 + 3*w`, and the memory for it, against
/// the calculator PARI/GP.
struct StartWorkload {
  /// 10 - 0.1*23: the step that both print.
  private static let firstStep = "7.7"

  func measure(on bench: Workbench) throws -> [Measurement] {
    let script = try bench.write(
      "W10.descent",
      """
      w = 10
      cost w^2 + 3*w
      rate 0.1
      step

      """)
    let calculation = try bench.write(
      "W10.gp",
      """
      d = deriv(w^2 + 3*w, w)
      print(d)
      print(10 - 0.1*subst(d, w, 10))

      """)
    let ours = [bench.descent, script]
    let theirs = ["gp", "-q", calculation]
    let hasCalculator =
      (try? ChildProcess.run(["gp", "--version-short"], showsErrors: false)) != nil
    if !hasCalculator { Workbench.note("PARI/GP (gp) is not installed: nothing to compare with") }

    // A short time is easily disturbed: more rounds.
    var (times, limitTimes, ratios) = (Samples(), Samples(), Samples())
    for _ in 0..<(20 * bench.rounds) {
      let time = try firstStep(of: ours)
      times.append(time)
      guard hasCalculator else { continue }
      let limitTime = try firstStep(of: theirs)
      limitTimes.append(limitTime)
      ratios.append(time / limitTime)
    }
    let limitName = hasCalculator ? "gp -q" : nil
    let limitTime = hasCalculator ? limitTimes.median : nil
    let memory = try peakMemory(of: ours, on: bench)
    let limitMemory = hasCalculator ? try peakMemory(of: theirs, on: bench) : nil
    return [
      Measurement(
        name: "W10.time", title: "start to the first step", unit: "ms",
        descent: times.median * 1e3, limit: limitTime.map { $0 * 1e3 }, limitName: limitName,
        ratio: hasCalculator ? ratios.median : nil,
        spread: hasCalculator ? ratios.spread : times.spread),
      Measurement(
        name: "W10.memory", title: "peak memory for it", unit: "MB",
        descent: memory, limit: limitMemory, limitName: limitName,
        ratio: limitMemory.map { memory / $0 }),
    ]
  }

  private func firstStep(of command: [String]) throws -> Double {
    let run = try ChildProcess.run(command, awaiting: Self.firstStep)
    guard let seconds = run.secondsToText else {
      throw Workbench.Failure.noText(Self.firstStep, in: run.output)
    }
    return seconds
  }

  private func peakMemory(of command: [String], on bench: Workbench) throws -> Double {
    let meter = "\(bench.scratch)/peak-memory"
    guard
      CCompiler.all.contains(where: {
        $0.build("\(bench.limits)/peak-memory.c", flags: ["-O2"], into: meter)
      })
    else { throw Workbench.Failure.noCompiler }
    var kilobytes = Samples()
    for _ in 0..<bench.rounds {
      kilobytes.append(try ChildProcess.numbers([meter] + command).values.first ?? .nan)
    }
    return kilobytes.median / 1000
  }
}
