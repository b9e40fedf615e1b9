import Foundation

/// Measures `descent` against what is possible, prints a table and says what has become slower.
@main
struct Benchmark {
  static func main() {
    let options: Options
    do {
      options = try Options(Array(CommandLine.arguments.dropFirst()))
    } catch {
      Workbench.note(Options.usage)
      exit(2)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: options.scratch, withIntermediateDirectories: true)
      let bench = Workbench(
        descent: options.descent, limits: options.limits,
        scratch: URL(fileURLWithPath: options.scratch).path, rounds: options.rounds)
      if let path = options.prepare {
        try PreparedWorkload.json(of: prepared(options, bench)).write(
          to: URL(fileURLWithPath: path))
        return
      }
      let report = Report(
        conditions: Conditions(bench), measurements: try measurements(options, bench))
      print(report.text(), terminator: "")
      if let path = options.json { try report.json().write(to: URL(fileURLWithPath: path)) }
      if let path = options.record {
        try Recorded(report.measurements, over: path).json().write(to: URL(fileURLWithPath: path))
      }
      if let path = options.check {
        let failures = try Recorded(path: path).failures(of: report.measurements)
        for failure in failures { Workbench.note(failure) }
        if !failures.isEmpty { exit(1) }
      }
    } catch {
      Workbench.note("\(error)")
      exit(1)
    }
  }

  private static func measurements(
    _ options: Options, _ bench: Workbench
  ) throws -> [Measurement] {
    var lines: [Measurement] = []
    for workload in StepWorkload.all where options.includes(workload.name) {
      Workbench.note(workload.name)
      lines.append(try workload.measure(on: bench))
    }
    if options.includes("W8") {
      Workbench.note("W8")
      lines.append(try SweepWorkload().measure(on: bench))
    }
    if options.includes("W9") {
      Workbench.note("W9")
      lines += try LargeCostWorkload().measure(on: bench)
    }
    if options.includes("W10") {
      Workbench.note("W10")
      lines += try StartWorkload().measure(on: bench)
    }
    for doubling in Doubling.all where options.includes("doubling.\(doubling.name)") {
      Workbench.note("doubling the \(doubling.name)")
      lines.append(try doubling.measure(on: bench))
    }
    return lines
  }
  private static func prepared(
    _ options: Options, _ bench: Workbench
  ) throws -> [PreparedWorkload] {
    var list: [PreparedWorkload] = []
    for workload in StepWorkload.all where options.includes(workload.name) {
      Workbench.note(workload.name)
      list.append(try workload.prepared(on: bench))
    }
    if options.includes("W8") {
      Workbench.note("W8")
      list.append(try SweepWorkload().prepared(on: bench))
    }
    if options.includes("W9") { list.append(try LargeCostWorkload().prepared(on: bench)) }
    return list
  }
}
