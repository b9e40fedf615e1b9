/// A file with one cost of many operations: read, differentiated, simplified, compiled, and one
/// step taken. A C compiler only reads the same expression and translates it, without optimising.
struct LargeCostWorkload {
  private let compared = 100_000

  /// The expression alone, in the syntax of C and of Python with its functions imported.
  func prepared(on bench: Workbench) throws -> PreparedWorkload {
    let cost = RandomCost(operations: compared, seed: 1).text
    let path = try bench.write("W9.txt", cost)
    return PreparedWorkload(
      name: "W9", title: "\(compared) random operations, first gradient", command: [path],
      steps: 1, shortRun: 1)
  }

  func measure(on bench: Workbench) throws -> [Measurement] {
    let sizes = [25_000, 50_000, 100_000, 200_000]
    var scripts: [String] = []
    for size in sizes {
      let cost = RandomCost(operations: size, seed: 1).text
      scripts.append(
        try bench.write("W9.\(size).descent", "cost \(cost)\nrate 1e-6\nstep\nprint cost\n"))
      if size == compared {
        let arguments = RandomCost.parameters.map { "double \($0)" }.joined(separator: ", ")
        _ = try bench.write(
          "W9.c", "#include <math.h>\ndouble cost(\(arguments)) { return \(cost); }\n")
      }
    }
    var times = sizes.map { _ in Samples() }
    // Seconds each, and no loop to be disturbed in.
    for _ in 0..<max(1, bench.rounds / 2) {
      for (position, script) in scripts.enumerated() {
        times[position].append(try ChildProcess.numbers(bench.command(script)).seconds)
      }
    }
    guard let compiler = CCompiler.all.first else { throw Workbench.Failure.noCompiler }
    let limit = try ChildProcess.run(
      [compiler.name, "-O0", "-c", "\(bench.scratch)/W9.c", "-o", "\(bench.scratch)/W9.o"]
    ).processorSeconds

    var lines = zip(sizes, times).map { size, times in
      let isCompared = size == compared
      return Measurement(
        name: "W9.\(size)", title: "\(size) operations, file to first step", unit: "s",
        descent: times.median, limit: isCompared ? limit : nil,
        limitName: isCompared ? "\(compiler.name) -O0 -c, of the cost alone" : nil,
        ratio: isCompared ? times.median / limit : nil, spread: times.spread)
    }
    lines.append(
      Doubling.measurement(
        "operations", sizes: sizes, seconds: times.map(\.shortest)))
    return lines
  }
}
