/// The command line of the benchmark.
struct Options {
  var descent = ".build/release/descent"
  var limits = "Benchmarks/Limits"
  var scratch = "Benchmarks/.build/limits"
  var rounds = 7
  var json: String?
  /// The recorded ratios to compare with, or to write.
  var check: String?
  var record: String?
  /// Only write the scripts and data, build the limits and say where they are.
  var prepare: String?
  /// Only what has a name that begins with one of these.
  var only: [String] = []

  static let usage = """
    usage: DescentBenchmark [options] [NAME...]
      NAME              measure only this: W1 to W10, W4.1000, ..., doubling, doubling.rows, ...
      --descent PATH    the program (.build/release/descent)
      --limits FOLDER   the C sources (Benchmarks/Limits)
      --scratch FOLDER  for what is built and generated (Benchmarks/.build/limits)
      --rounds COUNT    how often each is measured (7)
      --json FILE       write the table as JSON, too
      --check FILE      fail if a ratio is over 1.5 times what this file has
      --record FILE     write the ratios to this file, where those not measured stay
      --prepare FILE    measure nothing; build the limits, and list them here as JSON
    """

  struct UsageError: Error {}

  init(_ arguments: [String]) throws(UsageError) {
    var rest = arguments[...]
    func value() throws(UsageError) -> String {
      guard let value = rest.popFirst() else { throw UsageError() }
      return value
    }
    while let word = rest.popFirst() {
      switch word {
      case "--descent": descent = try value()
      case "--limits": limits = try value()
      case "--scratch": scratch = try value()
      case "--json": json = try value()
      case "--check": check = try value()
      case "--record": record = try value()
      case "--prepare": prepare = try value()
      case "--rounds":
        guard let count = Int(try value()), count > 0 else { throw UsageError() }
        rounds = count
      default:
        if word.hasPrefix("-") { throw UsageError() }
        only.append(word)
      }
    }
  }

  func includes(_ name: String) -> Bool {
    only.isEmpty || only.contains { name == $0 || name.hasPrefix("\($0).") }
  }
}
