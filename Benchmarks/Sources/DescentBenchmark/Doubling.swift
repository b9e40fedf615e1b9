import Foundation

/// What twice as much of something costs.
struct Doubling: Sendable {
  var name: String
  var sizes: [Int]
  /// The script and its inputs for a size.
  var script: @Sendable (Int) -> (text: String, inputs: [String])

  static let all = [rows, steps, terms, parameters, lines]

  static let rows = Doubling(name: "rows", sizes: [250_000, 500_000, 1_000_000, 2_000_000]) {
    size in
    let text = """
      data rows = \(size), x = uniform(-1, 1), z = uniform(-1, 1), y = 2*x - z
      cost (a*x + b*z + c - y)^2
      rate 0.1
      step 20 every 20
      print a, b, c

      """
    return (text, [])
  }

  static let steps = Doubling(
    name: "steps", sizes: [10_000_000, 20_000_000, 40_000_000, 80_000_000]
  ) { size in
    (StepWorkload.rosenbrock.script, ["n=\(size)"])
  }

  static let terms = Doubling(name: "terms", sizes: [12_500, 25_000, 50_000, 100_000]) { size in
    let terms = (1...size).map { "sin(\($0)*a + \($0 % 7)*b)" }.joined(separator: " + ")
    return ("cost \(terms)\nrate 1e-6\nstep\nprint a, b\n", [])
  }

  static let parameters = Doubling(
    name: "parameters", sizes: [12_500, 25_000, 50_000, 100_000]
  ) { size in
    let terms = (1...size).map { "(w\($0) - \($0 % 5)*w\($0 % size + 1))^2" }
    return ("cost \(terms.joined(separator: " + "))\nrate 1e-6\nstep\nprint w1, w\(size)\n", [])
  }

  /// A parameter and a definition a line: each line is an entry that can be taken back.
  static let lines = Doubling(name: "lines", sizes: [10_000, 20_000, 40_000, 80_000]) { size in
    let count = size / 2
    let parameters = (1...count).map { "w\($0) = \($0 % 5)\n" }
    let definitions = (1...count).map { "let s\($0) = s\($0 - 1) + (w\($0) - 1)^2\n" }
    let text = "let s0 = 0\n\(parameters.joined())\(definitions.joined())"
    return (text + "cost s\(count)\nrate 1e-6\nstep\nprint w1, w\(count)\n", [])
  }

  func measure(on bench: Workbench) throws -> Measurement {
    var commands: [[String]] = []
    for size in sizes {
      let (text, inputs) = script(size)
      commands.append(
        bench.command(try bench.write("doubling.\(name).\(size).descent", text), inputs))
    }
    var times = sizes.map { _ in Samples() }
    for _ in 0..<max(1, bench.rounds / 2) {
      for (position, command) in commands.enumerated() {
        times[position].append(try ChildProcess.numbers(command).seconds)
      }
    }
    return Self.measurement(name, sizes: sizes, seconds: times.map(\.shortest))
  }

  /// The mean factor of a doubling; the single ones are told in the title.
  static func measurement(_ name: String, sizes: [Int], seconds: [Double]) -> Measurement {
    let doublings = Double(sizes.count - 1)
    let factors = zip(seconds.dropFirst(), seconds).map { String(format: "%.2f", $0 / $1) }
    let range = "\(sizes[0]) to \(sizes[sizes.count - 1])"
    return Measurement(
      name: "doubling.\(name)",
      title: "twice the \(name), \(range): \(factors.joined(separator: ", "))", unit: "s",
      descent: seconds[seconds.count - 1],
      ratio: pow(seconds[seconds.count - 1] / seconds[0], 1 / doublings))
  }
}
