/// A C program that takes the same steps, in the variant that is fastest on this machine.
struct Limit {
  /// How it was built, such as `gcc -O3 -march=native -ffast-math`.
  var name: String
  private(set) var program: String

  /// Builds a program in every variant, lets each take the steps three times and keeps the one
  /// with the shortest time.
  init(
    _ source: String, definitions: [String?] = [nil], steps: Int, arguments: [String],
    on bench: Workbench
  ) throws {
    var fastest: (limit: Limit, seconds: Double)?
    for compiler in CCompiler.all {
      for definition in definitions {
        for flag in [nil, "-ffast-math"] {
          let flags =
            ["-O3", "-march=native"] + [flag, definition.map { "-D\($0)" }].compactMap(\.self)
          let name = ([compiler.name] + flags).joined(separator: " ")
          let program =
            "\(bench.scratch)/\(source)-" + ([compiler.name] + flags).joined(separator: "")
          guard compiler.build("\(bench.limits)/\(source).c", flags: flags, into: program) else {
            continue
          }
          let limit = Limit(name: name, program: program)
          for _ in 0..<3 {
            // A variant whose library is not installed ends with an error.
            guard let seconds = try? limit.run(steps: steps, arguments).seconds else { break }
            if seconds < fastest?.seconds ?? .infinity { fastest = (limit, seconds) }
          }
        }
      }
    }
    guard let fastest else { throw Workbench.Failure.noCompiler }
    self = fastest.limit
  }

  private init(name: String, program: String) {
    self.name = name
    self.program = program
  }

  /// Takes the steps; the time is the processor's for the loop alone.
  func run(steps: Int, _ arguments: [String]) throws -> (seconds: Double, end: [Double]) {
    let command = [program, "\(steps)"] + arguments
    let numbers = try ChildProcess.numbers(command).values
    guard let seconds = numbers.first else {
      throw ChildProcess.Failure.unexpectedOutput(command: command, output: "")
    }
    return (seconds, Array(numbers.dropFirst()))
  }
}
